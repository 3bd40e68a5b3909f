"""The law of what is merged: from the archive alone it can be told apart again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from presswatch.feeds.entry import make_entry
from presswatch.feeds.sights import drop_shared_keys, sight_of, to_text
from presswatch.feeds.values import Entry, MatchedEntry
from presswatch.matching.matcher import matcher_for
from presswatch.releases.found import find_in_release
from presswatch.watch import Retention
from storage.archive import Archive
from storage.keeping.other_archive import read_archive
from storage.keeping.retention import expired, forget
from storage.taking.variants import MOST_DATES, forms
from tests.storage.keeping.office import SECOND, Office, office

ENDS = "The county will end S-Comm, said the sheriff at noon on the steps of the old court house."
MORE = "Nobody will be asked for papers at the jail any more, and two families were freed in May."
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Form = tuple[str, str, str, str]


def entry(text: str = ENDS, **fields: Any) -> Entry:
    """A release as a feed shows it."""
    values = {
        "guid": "urn:r:1",
        "link": "https://h.example/1",
        "title": "The county acts",
        "published": START,
    }
    values |= fields
    raw = values["published"].isoformat() if values["published"] else ""
    return make_entry(publisher="Orchard", text=text, content=text, published_raw=raw, **values)


def show(newsrooms: Office, *entries: Entry, feed: str = "Orchard") -> None:
    """Let a feed show a document, as it would be read, a minute later."""
    newsrooms.now += timedelta(minutes=1)
    matcher = matcher_for(newsrooms.watch.programs)
    matched = []
    for one in drop_shared_keys(entries):
        found = find_in_release(matcher, title=one.title, text=one.text)
        matched.append(MatchedEntry(one, found.mentions, found.parts))
    traces = to_text(sight_of(one.fingerprint, one) for one in entries)
    reading = replace(newsrooms.reading(feed, *matched), known=traces, items=len(entries))
    newsrooms.archive.record([reading], newsrooms.now)


def told_apart(archive: Archive) -> set[Form]:
    """Every form (guid, address, title, text) that the archive alone gives."""
    found: set[Form] = set()
    for row in list(archive.database.query("SELECT * FROM releases")):
        first = next(
            archive.database.query(
                "SELECT title, text FROM revisions WHERE release_id = ? ORDER BY revision LIMIT 1",
                [row["id"]],
            ),
            row,
        )
        found.add((row["guid"], row["url"], first["title"], first["text"]))
        found |= {(form.guid, form.url, form.title, form.text) for form in forms(archive.database, row["id"])}
    return found


texts = st.sampled_from(
    ["", "Soon.", ENDS, MORE, f"{ENDS} {MORE}", ENDS.replace("county", "parish"), ENDS[:60], ENDS.upper()]
)
drawn = st.builds(
    entry,
    text=texts,
    guid=st.sampled_from(["", "7", "urn:r:1", "https://h.example/?p=7"]),
    link=st.sampled_from(["", "https://h.example/news", "https://h.example/7", "https://h.example/a-b-c-d"]),
    title=st.sampled_from(["", "Press Release", "The county acts", "The county acts today"]),
    published=st.sampled_from([None, START, START + timedelta(days=9)]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.lists(drawn, min_size=1, max_size=3)), min_size=1, max_size=4))
def test_whatever_is_merged_can_be_told_apart(
    tmp_path_factory: pytest.TempPathFactory, documents: list[tuple[bool, list[Entry]]]
) -> None:
    """Whatever two feeds of a publisher show, in whatever order: guid, address, title and text of each item
    that was read are in the archive, together.
    """
    with Archive(tmp_path_factory.mktemp("law") / "archive.db") as archive:
        newsrooms = office(archive)
        shown: set[Form] = set()
        for first, entries in documents:
            show(newsrooms, *entries, feed="Orchard" if first else SECOND)
            shown |= {(e.guid, e.link, e.title, e.text) for e in entries}
        assert shown <= told_apart(archive)
        for row in archive.database.query("SELECT why FROM variants"):
            assert row["why"]


@given(st.permutations([ENDS, ENDS.replace("S-Comm", "S\u2011Comm"), ENDS.upper(), f"“{ENDS}”"]))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_typography_is_kept(tmp_path_factory: pytest.TempPathFactory, listed: list[str]) -> None:
    """What one document lists several times in other typography is one release, and each text is there; and
    the document that is dated anew revises nothing.
    """
    with Archive(tmp_path_factory.mktemp("typography") / "archive.db") as archive:
        newsrooms = office(archive)
        for day in (START, START + timedelta(hours=1)):
            show(newsrooms, *(entry(text, published=day) for text in listed))
        (release,) = archive.database.query("SELECT text, revision FROM releases")
        assert release == {"text": listed[0], "revision": 1}
        assert {text for *_, text in told_apart(archive)} == set(listed)


@pytest.fixture
def newsrooms(archive: Archive) -> Office:
    """Newsrooms, of which Orchard has two feeds."""
    return office(archive)


def test_a_teaser_of_another_feed_is_kept_with_the_reason(newsrooms: Office) -> None:
    """It edits nothing; its words, guid and address are there, and why it was taken for the release."""
    show(newsrooms, entry(f"{ENDS} {MORE}"))
    show(
        newsrooms, entry(f"{ENDS[:60]}…", guid="urn:other", link="https://h.example/1?from=feed"), feed=SECOND
    )
    (release,) = newsrooms.archive.database.query("SELECT * FROM releases")
    assert (release["revision"], release["text"]) == (1, f"{ENDS} {MORE}")
    (form,) = forms(newsrooms.archive.database, release["id"])
    assert (form.guid, form.text, form.feed) == ("urn:other", f"{ENDS[:60]}…", SECOND)
    assert form.why == (
        "the same moment of publication, the same title, nearly the same text;"
        " though another address, another guid"
    )
    (shown,) = newsrooms.archive.show_release(release["id"]).variants
    assert shown["why"] == form.why


def test_what_stays_as_it_is_costs_no_row(newsrooms: Office) -> None:
    """The same again, and in another feed."""
    for feed in ("Orchard", "Orchard", SECOND):
        show(newsrooms, entry(), feed=feed)
    assert newsrooms.archive.database.table("variants").count == 0


def test_a_feed_that_dates_anew_each_time_keeps_one_row(newsrooms: Office) -> None:
    """With the dates that it claimed, the first ones and the last."""
    for day in range(40):
        show(newsrooms, entry(published=START + timedelta(days=day)))
    (release,) = newsrooms.archive.database.query("SELECT id FROM releases")
    (form,) = forms(newsrooms.archive.database, release["id"])
    assert len(form.dates) == MOST_DATES
    assert form.dates[0] == (START + timedelta(days=1)).isoformat()
    assert form.dates[-1] == (START + timedelta(days=39)).isoformat()


def test_another_archive_brings_its_forms(newsrooms: Office, tmp_path: Path) -> None:
    """An import keeps what was told apart there."""
    with Archive(tmp_path / "other.db") as other:
        theirs = office(other)
        show(theirs, entry())
        show(theirs, entry(guid="urn:r:2", link="https://h.example/2"))
        told = told_apart(other)
    found = read_archive(tmp_path / "other.db", tmp_path)
    list(newsrooms.archive.import_releases(found, newsrooms.watch, newsrooms.now, source="other.db"))
    assert told_apart(newsrooms.archive) == told


def test_forgotten_words_are_gone_from_forms_too(newsrooms: Office) -> None:
    """Their guid, address and title stay."""
    show(newsrooms, entry(f"{ENDS} {MORE}"))
    show(newsrooms, entry(f"{ENDS[:60]}…"), feed=SECOND)
    list(forget(newsrooms.archive.database, (1,), newsrooms.now))
    (form,) = forms(newsrooms.archive.database, 1)
    assert (form.title, form.text) == ("The county acts", "")


def test_a_form_that_was_forgotten_does_not_take_later_words_for_its_own(newsrooms: Office) -> None:
    """An edit after that gives the release a text; the form's is gone."""
    show(newsrooms, entry(f"{ENDS} {MORE}"))
    show(newsrooms, entry(f"{ENDS[:60]}…"), feed=SECOND)
    list(forget(newsrooms.archive.database, (1,), newsrooms.now))
    show(newsrooms, entry(f"{ENDS} {MORE} {MORE}"))
    forgotten, edited = forms(newsrooms.archive.database, 1)
    assert (forgotten.text, edited.text) == ("", f"{ENDS} {MORE} {MORE}")


def test_words_of_a_form_alone_are_let_go_of_too(newsrooms: Office) -> None:
    """A release that is forgotten, and was shown with other words since, is past its time again; the words of
    forms count as room.
    """
    show(newsrooms, entry())
    database = newsrooms.archive.database
    list(forget(database, (1,), newsrooms.now))
    limits = Retention(keep=timedelta(days=30))
    later = newsrooms.now + timedelta(days=31)
    assert expired(database, limits, later, with_mentions=True) == []
    row = {
        "id": 1,
        "release_id": 1,
        "feed_id": 1,
        "fetch_id": 1,
        "form": "0",
        "guid": "",
        "url": "",
        "title": "",
    }
    row |= {"content_hash": "0", "language": "", "dates": "[]", "why": "the same guid"}
    row |= {"text": MORE, "first_seen": "2026-11-25T00:00:00Z", "last_seen": "2026-11-25T00:00:00Z"}
    database.table("variants").insert(row)
    (found,) = expired(database, limits, later, with_mentions=True)
    assert (found.release_ids, found.size) == ((1,), len(MORE))
