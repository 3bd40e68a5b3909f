"""Storing readings: what is new, what is revised, what is announced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.loader import load
from presswatch.cycle import Recorded
from presswatch.delivering import draft
from presswatch.feeds.document import read_document
from presswatch.feeds.values import (
    Entry,
    Failed,
    FeedState,
    Fetched,
    MatchedEntry,
    Read,
    Unchanged,
    Validators,
)
from presswatch.matching.matcher import matcher_for
from presswatch.releases.found import Found, find_in_release
from presswatch.watch import Watch
from storage.archive import Archive
from tests.support.feeds import Item, item, rss
from tests.support.setup import NOW, write_config

ALIAS = "The county will end S-Comm."
JAIL = "The sheriff signed a 287(g) agreement."


class Newsroom:
    """An archive with a watch on it, fed with what feeds would show."""

    def __init__(self, archive: Archive, watch: Watch):
        self.archive, self.watch = archive, watch
        self.now = NOW
        archive.adopt(watch, self.now)

    def feed(self, number: int = 0) -> FeedState:
        """The state of a feed, as the archive has it."""
        url = self.watch.feeds[number].url
        return next(f for f in self.archive.due_feeds(self.now, everything=True) if f.url == url)

    def read(self, items: Sequence[Item], number: int = 0, *, announce_all: bool = False) -> Recorded:
        """Let the feed show the items, a minute later, and store that."""
        self.now += timedelta(minutes=1)
        reading = read(self.feed(number), self.watch, items, self.now)
        return self.archive.record([reading], self.now, announce_all=announce_all)

    def belongs_to_one(self) -> None:
        """Let both feeds be of one publisher."""
        first, second = self.watch.feeds
        self.watch = replace(self.watch, feeds=(first, replace(second, publisher=first.publisher)))
        self.archive.adopt(self.watch, self.now)

    def owed(self) -> set[tuple[str, str, str]]:
        """What the only subscription is owed: (title, program, new or updated)."""
        owed, _ = self.archive.owed(self.watch.subscriptions[0])
        return {(one.title, one.program, one.kind) for one in owed}


def read(feed: FeedState, watch: Watch, items: Sequence[Item], now: datetime) -> Read:
    """A reading as a shard would return it."""
    body = rss(items, now=NOW)
    document = read_document(body, url=feed.url, publisher=feed.publisher, content_type="", known=feed.known)
    matcher = matcher_for(watch.programs)
    return Read(
        fetched=Fetched(feed.feed_id, feed.url, now, 0.1, 200),
        validators=Validators('"1"', ""),
        body_hash="0" * 64,
        size=len(body),
        title=document.title,
        entries=tuple(
            _matched(entry, find_in_release(matcher, title=entry.title, text=entry.text))
            for entry in document.entries
        ),
        items=document.items,
        known=document.known,
        hints=document.hints,
    )


def _matched(entry: Entry, found: Found) -> MatchedEntry:
    return MatchedEntry(entry, found.mentions, found.parts)


@pytest.fixture
def newsroom(archive: Archive, tmp_path: Path) -> Newsroom:
    """Two feeds of two organisations and one subscription to everything."""
    config = write_config(
        tmp_path,
        ["https://a.example/feed", "https://b.example/feed"],
        channels=[{"id": "desk", "type": "file", "path": "digests"}],
        subscriptions=[{"id": "desk", "channel": "desk"}],
        fetch='announce_since = "3d"',
    )
    return Newsroom(archive, load(config))


def check_index(archive: Archive) -> None:
    """Raise if the search index doesn't say what the releases do."""
    archive.database.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")


def test_storing_twice_equals_storing_once(newsroom: Newsroom) -> None:
    """The same items again are not new, revised or owed a second time."""
    assert newsroom.read([item(1, ALIAS), item(2)]) == Recorded(new=2, revised=0, mentions=1)
    before = newsroom.owed()
    assert newsroom.read([item(1, ALIAS), item(2)]) == Recorded()
    assert newsroom.owed() == before == {("Release 1", "secure-communities", "new")}


def test_a_feed_that_dates_anew_each_time_gathers_no_keys(newsroom: Newsroom) -> None:
    """What it shows is known without them."""
    count = "SELECT count(*) FROM sightings"
    assert newsroom.read([item(1, ALIAS), item(2)]).new == 2
    (before,) = newsroom.archive.database.execute(count).fetchone()
    for hours in range(2, 9):
        again = [item(1, ALIAS, age=timedelta(hours=hours)), item(2, age=timedelta(hours=hours))]
        assert newsroom.read(again).new == 0
    assert newsroom.archive.database.execute(count).fetchone() == (before,)


def test_on_a_first_read_old_items_are_archived_and_not_announced(newsroom: Newsroom) -> None:
    """Older than announce_since, or without a date: stored, matched, and nobody is told."""
    old, undated = item(1, ALIAS, age=timedelta(days=4)), item(2, ALIAS, age=None)
    assert newsroom.read([old, undated, item(3, ALIAS)]).mentions == 3
    assert newsroom.owed() == {("Release 3", "secure-communities", "new")}


def test_what_another_part_of_a_list_shows_is_announced_if_it_is_new(newsroom: Newsroom) -> None:
    """A sitemap of which more is kept shows old releases for the first time; the undated are told."""
    month = timedelta(days=30)
    newsroom.read([item(1)])
    feed, *others = newsroom.watch.feeds
    newsroom.watch = replace(newsroom.watch, feeds=(replace(feed, kind="sitemap", only="/news/"), *others))
    newsroom.archive.adopt(newsroom.watch, newsroom.now)
    newsroom.read([item(4, ALIAS, age=None), item(3, ALIAS), item(2, ALIAS, age=month), item(1)])
    told = {("Release 3", "secure-communities", "new"), ("Release 4", "secure-communities", "new")}
    assert newsroom.owed() == told
    newsroom.read([item(5, ALIAS, age=month), item(4, ALIAS, age=None)])
    assert newsroom.owed() == {*told, ("Release 5", "secure-communities", "new")}


def test_after_the_first_read_everything_new_is_announced(newsroom: Newsroom) -> None:
    """However old it says it is: it is new to us."""
    newsroom.read([item(1)])
    newsroom.read([item(1), item(2, ALIAS, age=timedelta(days=400)), item(3, ALIAS, age=None)])
    assert {title for title, _, _ in newsroom.owed()} == {"Release 2", "Release 3"}


def test_the_user_can_ask_for_everything(newsroom: Newsroom) -> None:
    """With announce_all a first read announces all that the feed shows."""
    newsroom.read([item(1, ALIAS, age=timedelta(days=400))], announce_all=True)
    assert newsroom.owed() == {("Release 1", "secure-communities", "new")}


def test_an_edit_is_a_revision_and_keeps_what_was_said(newsroom: Newsroom) -> None:
    """The old text stays, the new text is searched, and the row is still one."""
    newsroom.read([item(1, ALIAS)])
    assert newsroom.read([item(1, ALIAS + " Soon.")]) == Recorded(new=0, revised=1, mentions=1)
    database = newsroom.archive.database
    assert [row["text"] for row in database.table("revisions").rows] == [ALIAS]
    release = next(database.table("releases").rows)
    assert (release["revision"], release["text"]) == (2, ALIAS + " Soon.")
    check_index(newsroom.archive)


def test_an_edit_that_adds_a_program_is_news_for_that_program_only(newsroom: Newsroom) -> None:
    """Told of the first mention, a reader is told of the second, as an update."""
    newsroom.read([item(1, ALIAS)])
    tell(newsroom)
    newsroom.read([item(1, f"{ALIAS} {JAIL}")])
    assert newsroom.owed() == {("Release 1", "287g", "updated")}


def test_an_edit_before_the_digest_loses_nothing(newsroom: Newsroom) -> None:
    """What was owed before an edit is owed after it, with the new text's passages."""
    newsroom.read([item(1, ALIAS)])
    newsroom.read([item(1, "First of all: " + ALIAS)])
    owed, _ = newsroom.archive.owed(newsroom.watch.subscriptions[0])
    assert newsroom.owed() == {("Release 1", "secure-communities", "new")}
    assert owed[0].mentions[0].snippet.startswith("First of all")


def test_what_an_edit_takes_out_before_it_was_told_is_told(newsroom: Newsroom) -> None:
    """What was said was said: the passage is the old one, and the reason says that it is gone."""
    newsroom.read([item(1, ALIAS)])
    newsroom.read([item(1, "The county will end the program.")])
    owed, _ = newsroom.archive.owed(newsroom.watch.subscriptions[0])
    assert newsroom.owed() == {("Release 1", "secure-communities", "new")}
    assert owed[0].mentions[0].snippet == ALIAS
    assert owed[0].mentions[0].why.endswith("no longer in the text")
    tell(newsroom)
    newsroom.read([item(1, ALIAS)])
    assert newsroom.owed() == {("Release 1", "secure-communities", "again")}, "told that it was gone"


def test_a_teaser_in_another_feed_takes_nothing_out(newsroom: Newsroom) -> None:
    """A second feed that shows the release in fewer words does not edit it."""
    newsroom.belongs_to_one()
    newsroom.read([item(1, f"{ALIAS} And more.")], 0)
    assert newsroom.read([item(1, "The county…")], 1) == Recorded()
    assert newsroom.owed() == {("Release 1", "secure-communities", "new")}
    assert next(newsroom.archive.database.table("releases").rows)["revision"] == 1


def test_a_program_that_is_new_on_the_list_makes_no_news_of_an_edit(newsroom: Newsroom) -> None:
    """An old release that always named it, and is touched up, is not told as "now mentions"."""
    plain, jail = newsroom.watch.programs
    newsroom.watch = replace(newsroom.watch, programs=(plain,))
    newsroom.read([item(1, JAIL)])
    programs = (plain, replace(jail, id="agreements"))
    newsroom.watch = replace(newsroom.watch, programs=programs)
    newsroom.now += timedelta(hours=1)
    newsroom.archive.adopt(newsroom.watch, newsroom.now)
    assert newsroom.read([item(1, f"{JAIL} Share this.")]).mentions == 1
    assert newsroom.owed() == set()


def test_what_comes_while_a_new_feed_cannot_be_read_is_announced(newsroom: Newsroom) -> None:
    """The first read counts from when the feed was added, and from when it shows something."""
    newsroom.now += timedelta(days=7)
    assert newsroom.read([]) == Recorded()
    newsroom.read([item(1, ALIAS, age=timedelta(days=-2)), item(2, ALIAS, age=timedelta(days=9))])
    assert {title for title, _, _ in newsroom.owed()} == {"Release 1"}


def test_validators_are_not_trusted_for_ever(newsroom: Newsroom) -> None:
    """A failure, or a day, and the feed is asked for the whole again."""
    newsroom.read([item(1)])
    assert newsroom.feed().validators == Validators('"1"', "")
    fetched = Fetched(newsroom.feed().feed_id, newsroom.feed().url, newsroom.now, 0.1, 500)
    newsroom.archive.record([Failed(fetched, "HTTP 500", True)], newsroom.now)
    assert newsroom.feed().validators == Validators()
    newsroom.read([item(1), item(2)])
    assert newsroom.feed().validators == Validators('"1"', "")
    newsroom.now += timedelta(days=1)
    assert newsroom.feed().validators == Validators()


def test_the_same_release_in_two_feeds_is_one(newsroom: Newsroom) -> None:
    """Of one publisher: seen in both, new once."""
    newsroom.belongs_to_one()
    assert newsroom.read([item(1, ALIAS)], 0).new == 1
    assert newsroom.read([item(1, ALIAS)], 1).new == 0
    feeds = newsroom.archive.database.execute("SELECT count(DISTINCT feed_id) FROM sightings").fetchone()[0]
    assert feeds == 2


def test_two_feeds_in_one_shard_may_disagree(newsroom: Newsroom) -> None:
    """An item that the second feed shows edited is revised, and the index stays sound."""
    newsroom.belongs_to_one()
    readings = [
        read(newsroom.feed(0), newsroom.watch, [item(1, ALIAS)], NOW),
        read(newsroom.feed(1), newsroom.watch, [item(1, ALIAS + " And more.")], NOW),
    ]
    assert newsroom.archive.record(readings, NOW) == Recorded(new=1, revised=1, mentions=2)
    check_index(newsroom.archive)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda i: replace(i, guid="urn:uuid:other"), id="every guid is another"),
        pytest.param(lambda i: replace(i, guid=(i.guid or "").replace("https", "http")), id="guid by http"),
        pytest.param(lambda i: replace(i, link=f"{i.link}?utm_source=rss#top"), id="tracking in the link"),
        pytest.param(lambda i: replace(i, guid=None), id="the guid is gone"),
        pytest.param(
            lambda i: replace(i, link=(i.link or "").replace("example", "test"), guid=None),
            id="another domain",
        ),
    ],
)
def test_a_rebuilt_site_announces_nothing_again(newsroom: Newsroom, change) -> None:  # type: ignore[no-untyped-def]
    """Whatever of its keys changed, the release is known by another."""
    items = [item(number, f"{ALIAS} ({number})") for number in range(3)]
    newsroom.read(items)
    tell(newsroom)
    assert newsroom.read([change(one) for one in items]).new == 0
    assert newsroom.owed() == set()


def test_a_rebuilt_list_of_titles_announces_nothing_again(newsroom: Newsroom) -> None:
    """It has no texts, and all its dates are those of the rebuilding; its pages are read to make sure."""
    titles = ["S-Comm ends", "A march", "A letter on S-Comm", "A verdict"]

    def listed(folder: str, age: Callable[[int], timedelta]) -> list[Item]:
        links = [f"https://newsroom.example/{folder}/{t.lower().replace(' ', '-')}" for t in titles]
        return [
            Item(title=title, text="", guid=None, link=link, age=age(place))
            for place, (title, link) in enumerate(zip(titles, links, strict=True))
        ]

    newsroom.read(listed("news", lambda place: timedelta(hours=1) + place * timedelta(days=9)))
    tell(newsroom)
    assert newsroom.read(listed("archive", lambda _: timedelta(minutes=5))).new == 0
    assert newsroom.owed() == set()


def test_an_item_that_returns_is_not_new(newsroom: Newsroom) -> None:
    """A release that was gone for a year is known."""
    newsroom.read([item(1, ALIAS)])
    newsroom.read([item(2)])
    newsroom.now += timedelta(days=365)
    assert newsroom.read([item(2), item(1, ALIAS)]) == Recorded()


def test_duplicate_guids_do_not_merge_items(newsroom: Newsroom) -> None:
    """Ten items that carry one guid are ten releases, each known again."""
    items = [replace(item(number, f"{ALIAS} ({number})"), guid="urn:same") for number in range(10)]
    assert newsroom.read(items).new == 10
    assert newsroom.read([*items, replace(item(10), guid="urn:same")]).new == 1


def test_validators_and_entries_come_together_or_not_at_all(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When storing fails, the feed is read again as if nothing had been."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr("storage.taking.fetches.keep_validators", fail)
    with pytest.raises(RuntimeError):
        newsroom.read([item(1, ALIAS)])
    assert newsroom.archive.database.table("releases").count == 0
    assert newsroom.feed().validators == Validators()
    monkeypatch.undo()
    assert newsroom.read([item(1, ALIAS)]).new == 1


def test_like_fetches_share_a_row(newsroom: Newsroom) -> None:
    """A feed that stays silent or broken for a year doesn't fill the archive."""
    newsroom.read([item(1)])
    for minute in range(5):
        at = newsroom.now + timedelta(minutes=minute)
        fetched = Fetched(newsroom.feed().feed_id, newsroom.feed().url, at, 0.1, 304)
        newsroom.archive.record([Unchanged(fetched, Validators('"1"'))], at)
    for minute in range(5, 8):
        at = newsroom.now + timedelta(minutes=minute)
        fetched = Fetched(newsroom.feed().feed_id, newsroom.feed().url, at, 0.1, 503)
        newsroom.archive.record([Failed(fetched, "HTTP 503", True)], at)
    rows = [(row["outcome"], row["times"]) for row in newsroom.archive.database.table("fetches").rows]
    assert rows == [("read", 1), ("unchanged", 5), ("failed", 3)]
    feed = newsroom.archive.database.table("feeds").get(newsroom.feed().feed_id)
    assert (feed["failures"], feed["last_error"]) == (3, "HTTP 503")


def test_row_ids_rise_with_the_time_first_seen(newsroom: Newsroom) -> None:
    """The newest release has the highest id, whatever its date says."""
    newsroom.read([item(1, age=timedelta(days=-3))])
    newsroom.read([item(2, age=timedelta(days=9))])
    rows = list(newsroom.archive.database.query("SELECT title FROM releases ORDER BY id"))
    assert [row["title"] for row in rows] == ["Release 1", "Release 2"]


def tell(newsroom: Newsroom) -> None:
    """Freeze what is owed, so that it has been told."""
    subscription = newsroom.watch.subscriptions[0]
    digest, told, upto = draft(newsroom.watch, newsroom.archive, subscription, newsroom.now)
    newsroom.archive.freeze(digest, told, [("desk", "desk")], upto)


def test_an_edit_that_only_looks_like_the_old_text_is_news(newsroom: Newsroom) -> None:
    """That the letters of a term stood inside another word before says nothing."""
    newsroom.read([item(1, "See the S-Commission's report of 1287(g1).")])
    newsroom.read([item(1, f"See the S-Commission's report. {ALIAS}")])
    assert newsroom.owed() == {("Release 1", "secure-communities", "updated")}


def test_another_feed_in_fewer_words_is_heard_if_it_names_a_program(newsroom: Newsroom) -> None:
    """Both texts are kept, and the mention is told."""
    newsroom.belongs_to_one()
    long = "The board met on Tuesday and talked about roads for three hours. " * 4
    newsroom.read([item(1, long)], 0)
    assert newsroom.read([item(1, ALIAS)], 1) == Recorded(new=0, revised=1, mentions=1)
    assert newsroom.owed() == {("Release 1", "secure-communities", "updated")}
    text = next(newsroom.archive.database.table("releases").rows)["text"]
    assert text.startswith(ALIAS)
    assert "roads" in text
    check_index(newsroom.archive)


def test_a_program_that_comes_out_of_the_boilerplate_is_news(newsroom: Newsroom) -> None:
    """Who leaves boilerplate out is told when the body names the program."""
    about = "<p># # #</p><p>About the Clinic</p><p>The Clinic was founded to end S-Comm.</p>"
    watch = newsroom.watch
    strict = replace(watch.subscriptions[0], leave_out=("boilerplate", "signatories"))
    newsroom.watch = replace(watch, subscriptions=(strict,))
    newsroom.read([item(1, f"Fees rise.</p>{about}<p>")])
    assert newsroom.owed() == set()
    tell(newsroom)
    newsroom.read([item(1, f"Fees rise. {ALIAS}</p>{about}<p>")])
    assert newsroom.owed() == {("Release 1", "secure-communities", "updated")}
