"""Letting go of old texts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from presswatch.feeds.keys import digest
from presswatch.watch import Retention
from storage.archive import Archive
from storage.keeping.verify import verify
from tests.storage.keeping.office import PLAIN, Office, fill
from tests.support.press import ALIAS, JAIL

YEAR = timedelta(days=365)
ALL = Retention(keep=timedelta(days=30))


def prune(newsrooms: Office, retention: Retention = ALL, *, with_mentions: bool = False) -> list[str]:
    """Forget what is past its time; the titles of all that is forgotten."""
    archive = newsrooms.archive
    for one in archive.expired(retention, newsrooms.now, with_mentions=with_mentions):
        assert sum(1 for _ in archive.forget(one.release_ids, newsrooms.now)) == bool(one.release_ids)
    assert verify(archive.path).is_whole
    return [
        row["title"]
        for row in archive.database.query("SELECT title FROM releases WHERE forgotten IS NOT NULL")
    ]


def found_by(archive: Archive, word: str) -> list[int]:
    """The releases that the search index has under a word."""
    rows = archive.database.execute("SELECT rowid FROM releases_fts WHERE releases_fts MATCH ?", [word])
    return [row[0] for row in rows]


def test_a_forgotten_release_is_still_known(newsrooms: Office) -> None:
    """Its feed may show it again, at another address or with another guid: it is not new."""
    newsrooms.show("Harbour", "1", PLAIN)
    old = newsrooms.entry("1", PLAIN)
    newsrooms.now += YEAR
    assert prune(newsrooms) == ["Release 1"]
    assert newsrooms.shows_again("Harbour", old) == 0
    row = newsrooms.archive.database.table("releases").get(1)
    assert (row["text"], row["content"], row["revision"]) == ("", None, 1)
    assert row["content_hash"] == digest("Release 1", PLAIN)
    assert newsrooms.archive.database.table("sightings").count_where("release_id = 1") >= 4


def test_search_forgets_the_words_and_keeps_the_title(newsrooms: Office) -> None:
    """Every version's: the text, what it said before, the page behind it."""
    newsrooms.teasers = True
    newsrooms.show("Harbour", "1", "Read on.")
    newsrooms.page("1", PLAIN)
    newsrooms.now += YEAR
    prune(newsrooms)
    archive = newsrooms.archive
    assert (found_by(archive, "lamps"), found_by(archive, "release")) == ([], [1])
    for table in ("releases", "revisions", "pages"):
        assert [row["text"] for row in archive.database.table(table).rows] == [""]


def test_what_mentions_a_program_or_was_told_stays(newsrooms: Office) -> None:
    """With the others of its story; unless the user says otherwise, and then its mentions stay."""
    fill(newsrooms)
    newsrooms.now += YEAR
    mentions = newsrooms.archive.database.table("mentions").count
    (harbour, *others) = newsrooms.archive.expired(ALL, newsrooms.now)
    assert (harbour.publisher, harbour.in_use, len(harbour.release_ids)) == ("Harbour", 0, 1)
    assert sum(one.in_use + one.awaited for one in others) == 4
    assert prune(newsrooms) == ["Release 1"]
    for subscription in newsrooms.watch.subscriptions:
        newsrooms.digest(subscription)
    all_but_one = [f"Release {number}" for number in (1, 2, 3, 4)]  # the page of the fifth is to be read
    assert prune(newsrooms, with_mentions=True) == all_but_one
    assert newsrooms.archive.database.table("mentions").count == mentions


def test_what_is_still_to_be_told_stays_in_any_case(newsrooms: Office) -> None:
    """A subscription that hasn't been told yet needs the text; once it has, it may go."""
    desk = newsrooms.subscribe("desk")
    newsrooms.show("Harbour", "1", ALIAS)
    newsrooms.now += YEAR
    assert prune(newsrooms, with_mentions=True) == []
    assert newsrooms.told(desk) == [("new", "s-comm", "Release 1")]
    assert prune(newsrooms, with_mentions=True) == ["Release 1"]


def test_a_page_that_is_still_to_be_read_keeps_its_release(newsrooms: Office) -> None:
    """It may hold a mention."""
    newsrooms.teasers = True
    newsrooms.show("Harbour", "1", "Read on.")
    newsrooms.now += YEAR
    assert prune(newsrooms) == []


@pytest.mark.parametrize(
    ("retention", "gone"),
    [
        (Retention(), []),
        (Retention(keep=timedelta(days=400)), []),
        (Retention(keep=timedelta(days=30), publishers=(("River", None),)), ["Release 1"]),
        (Retention(publishers=(("River", timedelta(days=30)),)), ["Release 2"]),
    ],
)
def test_each_publisher_has_its_time(newsrooms: Office, retention: Retention, gone: list[str]) -> None:
    """Else the time of all; the young stay, and so does whatever is kept for ever."""
    newsrooms.show("Harbour", "1", PLAIN)
    newsrooms.show("River", "2", PLAIN)
    newsrooms.now += YEAR
    newsrooms.show("Harbour", "3", JAIL)
    assert prune(newsrooms, retention) == gone


def test_an_edit_of_a_forgotten_release_is_news(newsrooms: Office) -> None:
    """It gets a text again, which is kept for as long as any, and its mention is told."""
    desk = newsrooms.subscribe("desk")
    newsrooms.show("Harbour", "1", PLAIN)
    entry = newsrooms.entry("1", f"{PLAIN} {ALIAS}")
    newsrooms.now += YEAR
    prune(newsrooms)
    assert newsrooms.shows_again("Harbour", entry) == 0
    assert newsrooms.told(desk) == [("updated", "s-comm", "Release 1")]
    assert verify(newsrooms.archive.path).is_whole
    assert prune(newsrooms, Retention(keep=timedelta(0)), with_mentions=True) == ["Release 1"]
    assert found_by(newsrooms.archive, "lamps") == []


def test_rematching_leaves_alone_what_is_gone(newsrooms: Office) -> None:
    """A text that isn't there any more says nothing against the mention that was found in it."""
    desk = newsrooms.subscribe("desk")
    newsrooms.show("Harbour", "1", ALIAS)
    newsrooms.told(desk)
    newsrooms.now += YEAR
    assert prune(newsrooms, with_mentions=True) == ["Release 1"]
    assert newsrooms.archive.rematch(newsrooms.watch, newsrooms.now, announce=True) == 0
    assert newsrooms.archive.database.table("mentions").count == 1


def test_compacting_gives_the_room_back(archive: Archive, newsrooms: Office) -> None:
    """The file is smaller, and the words are nowhere in it."""
    for number in range(40):
        newsrooms.show("Harbour", str(number), f"{PLAIN} Zinnwaldite. " * 200)
    archive.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = archive.path.stat().st_size
    newsrooms.now += YEAR
    assert len(prune(newsrooms)) == 40
    archive.compact()
    assert archive.path.stat().st_size < before
    assert b"innwaldite" not in archive.path.read_bytes().lower()
