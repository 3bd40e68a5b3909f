"""Gaps in the archive: noted, due, settled, told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from config.loader import load
from presswatch.feeds.entry import make_entry
from presswatch.recovery.decide import may_have_missed
from presswatch.recovery.values import Gap, Recovered
from presswatch.times import to_text
from storage.archive import Archive
from storage.connection import writing
from storage.taking import gaps
from tests.support.setup import NOW, write_config

MINUTE = timedelta(minutes=1)


class Room:
    """An archive with two feeds, in which readings are put down as the recording does."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.database: Database = archive.database
        self.now = NOW
        urls = ["https://a.example/feed", "https://b.example/feed"]
        archive.adopt(load(write_config(folder, urls)), NOW)
        self.feeds = [
            next(self.database.query("SELECT id, publisher FROM feeds WHERE url = ?", [url])) for url in urls
        ]

    def read(
        self,
        numbers: Sequence[int],
        *,
        feed: int = 0,
        outcome: str = "read",
        dated: bool = True,
        link: str = "",
    ) -> int:
        """A reading an hour later that shows these releases; return its id."""
        self.now += timedelta(hours=1)
        source = self.feeds[feed]
        fetch = {
            "feed_id": source["id"],
            "outcome": outcome,
            "first_at": to_text(self.now),
            "last_at": to_text(self.now),
            "seconds": 0.1,
            "items": len(numbers) if outcome == "read" else None,
        }
        with writing(self.database):
            fetch_id = self.database.table("fetches").insert(fetch).last_pk
            new = [number for number in numbers if self._show(number, source, fetch_id, dated, link)]
            self.database.execute("UPDATE fetches SET new = ? WHERE id = ?", [len(new), fetch_id])
        return int(fetch_id)

    def _show(self, number: int, source: dict[str, object], fetch_id: int, dated: bool, link: str) -> bool:
        entry = make_entry(
            publisher=str(source["publisher"]),
            guid=f"{source['id']}-{number}",
            link=link or f"https://a.example/news/the-office-speaks-of-{source['id']}-{number}",
            title=f"Statement {number}",
            text="Words.",
            published=NOW + number * MINUTE if dated else None,
        )
        stored = self.database.execute("SELECT id FROM releases WHERE guid = ?", [entry.guid]).fetchone()
        if stored is None:
            row = {
                "feed_id": source["id"],
                "fetch_id": fetch_id,
                "publisher": source["publisher"],
                "guid": entry.guid,
                "url": entry.link,
                "title": entry.title,
                "text": entry.text,
                "published": to_text(entry.published) if entry.published else None,
                "first_seen": to_text(self.now),
                "content_hash": entry.content_hash,
                "announce": 1,
            }
            stored = [self.database.table("releases").insert(row).last_pk]
        sightings = [
            {"key": key, "release_id": stored[0], "feed_id": source["id"], "first_seen": to_text(self.now)}
            for key in entry.keys
        ]
        before = self.database.table("sightings").count
        self.database.table("sightings").insert_all(sightings, ignore=True)
        return bool(self.database.table("sightings").count > before)

    def note(self, fetch_id: int, *, feed: int = 0, oldest_shown: datetime | None = None) -> int:
        """A gap that the reading found."""
        with writing(self.database):
            return gaps.note(
                self.database,
                self.feeds[feed]["id"],
                seen_before=self.now - timedelta(hours=1),
                fetch_id=fetch_id,
                oldest_shown=oldest_shown,
                now=self.now,
            )

    def due(self, after: timedelta = timedelta(0)) -> list[Gap]:
        """The gaps that are due so long from now."""
        return gaps.due(self.database, self.now + after)

    def settle(self, gap_id: int, *, closed: bool = False, retriable: bool = False, new: int = 0) -> None:
        """An attempt that ended so."""
        ended = Recovered(
            gap_id, 1, "https://a.example/feed", self.now, (), closed, f"attempt: {closed}", retriable
        )
        with writing(self.database):
            gaps.settle(self.database, ended, new, self.now)


@pytest.fixture
def room(archive: Archive, tmp_path: Path) -> Room:
    """Two feeds, never read."""
    return Room(archive, tmp_path)


def titles(keys: Iterable[str]) -> set[str]:
    """The titles among keys."""
    return {key.partition("|")[2] for key in keys if key.startswith("title:")}


def test_a_gap_is_due_at_once(room: Room) -> None:
    """It comes with what was known of the feed before, and with what the reading showed."""
    room.read([3, 2, 1])
    room.read([30, 20, 10], feed=1)
    fetch_id = room.read([9, 8, 7])
    gap_id = room.note(fetch_id, oldest_shown=NOW + 7 * MINUTE)
    (gap,) = room.due()
    assert (gap.gap_id, gap.feed_id, gap.url) == (gap_id, room.feeds[0]["id"], "https://a.example/feed")
    assert (gap.publisher, gap.fulltext, gap.kind) == ("Organisation A", "never", "feed")
    assert titles(gap.known_keys) == {"statement 1", "statement 2", "statement 3"}
    assert titles(gap.shown_keys) == {"statement 7", "statement 8", "statement 9"}
    assert (gap.seen_before, gap.found) == (room.now - timedelta(hours=1), room.now)
    assert gap.oldest_shown == NOW + 7 * MINUTE


def test_what_came_since_is_shown_too(room: Room) -> None:
    """A later reading's releases are no known ground for an earlier gap."""
    room.read([3, 2, 1])
    room.note(room.read([9, 8, 7]))
    room.read([12, 11, 10])
    (gap,) = room.due()
    assert gap.oldest_shown is None
    assert titles(gap.known_keys) == {"statement 1", "statement 2", "statement 3"}
    assert titles(gap.shown_keys) == {f"statement {number}" for number in range(7, 13)}


def test_a_key_of_several_releases_tells_nothing(room: Room) -> None:
    """A link to the newsroom, which all releases share, doesn't make one known."""
    room.read([3, 2, 1], link="https://a.example/newsroom-of-the-office-1")
    room.note(room.read([9, 8, 7]))
    (gap,) = room.due()
    assert titles(gap.known_keys) == {"statement 1", "statement 2", "statement 3"}
    assert not [key for key in gap.known_keys if key.startswith("link:")]


def test_the_newest_releases_are_known_ground(room: Room) -> None:
    """So many are enough."""
    room.read(range(400, 0, -1))
    room.read(range(500, 400, -1))
    room.note(room.read([900, 899]))
    (gap,) = room.due()
    assert len(titles(gap.known_keys)) == 300
    assert {f"statement {number}" for number in range(401, 501)} <= titles(gap.known_keys)


def test_a_feed_that_is_no_longer_watched_has_no_gaps(room: Room) -> None:
    """Nor is anything told of it."""
    room.read([1])
    room.note(room.read([9]))
    room.database.execute("UPDATE feeds SET active = 0")
    assert (room.due(), gaps.all_gaps(room.database)) == ([], [])


def test_a_closed_gap_is_recovered(room: Room) -> None:
    """It isn't looked into again, and isn't open."""
    room.read([1])
    gap_id = room.note(room.read([9]))
    room.settle(gap_id, closed=True, new=7)
    assert room.due(timedelta(days=9)) == []
    assert gaps.open_gaps(room.database) == []
    (state,) = gaps.all_gaps(room.database)
    assert (state.status, state.recovered, state.how) == ("recovered", 7, "attempt: True")


def test_a_gap_that_cannot_be_closed_is_open(room: Room) -> None:
    """What was found is counted all the same."""
    room.read([1])
    gap_id = room.note(room.read([9]))
    room.settle(gap_id, new=2)
    assert room.due(timedelta(days=9)) == []
    (state,) = gaps.open_gaps(room.database)
    assert (state.status, state.recovered, state.how) == ("open", 2, "attempt: False")


def test_a_gap_is_tried_again_four_times(room: Room) -> None:
    """After 15 minutes, an hour, six hours and a day; then it is open."""
    room.read([1])
    gap_id = room.note(room.read([9]))
    for minutes in (15, 60, 360, 1440):
        room.settle(gap_id, retriable=True, new=1)
        assert room.due(timedelta(minutes=minutes) - timedelta(seconds=1)) == []
        assert [gap.gap_id for gap in room.due(timedelta(minutes=minutes))] == [gap_id]
        (state,) = gaps.open_gaps(room.database)
        assert state.status == "pending"
        room.now += timedelta(minutes=minutes)
    room.settle(gap_id, retriable=True)
    assert room.due(timedelta(days=9)) == []
    (state,) = gaps.open_gaps(room.database)
    assert (state.status, state.recovered) == ("open", 4)


def test_what_is_settled_stays_so(room: Room) -> None:
    """An outcome that comes twice, or late, changes nothing."""
    room.read([1])
    gap_id = room.note(room.read([9]))
    room.settle(gap_id, closed=True, new=3)
    room.settle(gap_id, new=2)
    room.settle(gap_id + 1, closed=True)
    (state,) = gaps.all_gaps(room.database)
    assert (state.status, state.recovered) == ("recovered", 3)


def test_gaps_are_told_since_a_moment(room: Room) -> None:
    """Those found since, and those given up since."""
    room.read([1])
    old = room.note(room.read([9]))
    room.settle(old)
    late = room.note(room.read([19]))
    moment = room.now
    room.now += timedelta(hours=1)
    room.settle(late)
    new = room.note(room.read([29]))
    assert [state.gap_id for state in gaps.open_gaps(room.database)] == [old, late, new]
    assert [state.gap_id for state in gaps.open_gaps(room.database, since=moment)] == [late, new]
    assert [state.gap_id for state in gaps.open_gaps(room.database, since=room.now)] == []


def test_a_gap_says_from_when_to_when(room: Room) -> None:
    """To the oldest item shown; to when it was found, if that item's date can't be."""
    room.read([1])
    fetch_id = room.read([9])
    likely, early, late = room.now - 5 * MINUTE, room.now - timedelta(days=3), room.now + timedelta(days=3)
    for oldest in (likely, early, late, None):
        room.note(fetch_id, oldest_shown=oldest)
    states = gaps.open_gaps(room.database)
    assert {state.since for state in states} == {room.now - timedelta(hours=1)}
    assert [state.until for state in states] == [likely, room.now, room.now, room.now]
    assert (states[0].url, states[0].publisher) == ("https://a.example/feed", "Organisation A")


def test_what_was_shown_last(room: Room) -> None:
    """The items of the last reading, as far as the archive can tell, and when it was last seen so."""
    room.read([3, 2, 1])
    room.read([5, 4, 3])
    room.read([50, 40], feed=1)
    room.read([], outcome="unchanged")
    seen = room.now
    fetch_id = room.read([9, 8, 7])
    last = gaps.last_shown(room.database, room.feeds[0]["id"], fetch_id=fetch_id, now=room.now)
    assert last is not None
    assert [titles(item.keys) for item in last.items] == [{"statement 5"}, {"statement 4"}, {"statement 3"}]
    assert [item.published for item in last.items] == [NOW + number * MINUTE for number in (5, 4, 3)]
    assert last.seen_before == seen


def test_an_empty_reading_hides_no_gap(room: Room) -> None:
    """What an empty feed is unchanged from is emptiness; the gap began before."""
    room.read([3, 2, 1])
    seen = room.now
    room.read([])
    room.read([], outcome="unchanged")
    room.read([], outcome="failed")
    fetch_id = room.read([9, 8, 7])
    last = gaps.last_shown(room.database, room.feeds[0]["id"], fetch_id=fetch_id, now=room.now)
    assert last is not None
    assert last.seen_before == seen
    assert [titles(item.keys) for item in last.items] == [{"statement 3"}, {"statement 2"}, {"statement 1"}]


def test_a_feed_that_showed_nothing_yet(room: Room) -> None:
    """There is nothing to compare with."""
    room.read([])
    fetch_id = room.read([9, 8, 7])
    assert gaps.last_shown(room.database, room.feeds[0]["id"], fetch_id=fetch_id, now=room.now) is None


@pytest.mark.parametrize(
    ("readings", "steady"),
    [
        ([[1], [2, 1], [3, 2], [4, 3]], True),
        ([[2, 1], [3, 2], [3, 2], [4, 3], [5, 4]], True),
        ([[1], [2, 1], [3, 2]], True),
        ([[2, 1], [2, 1]], True),
        ([[2, 1], [3, 2], [4, 3], [6, 5], [7, 6]], True),
        ([[2, 1], [4, 3], [5, 4], [7, 6]], False),
        ([[1], [2], [3], [4], [5]], False),
        ([], False),
    ],
)
def test_a_steady_feed_lets_items_stay(room: Room, readings: list[list[int]], steady: bool) -> None:
    """Something new came beside what was there at least as often as instead of all of it."""
    for numbers in readings:
        room.read(numbers, dated=False)
    fetch_id = room.read([91, 90], dated=False)
    last = gaps.last_shown(room.database, room.feeds[0]["id"], fetch_id=fetch_id, now=room.now)
    assert (last.steady if last else False) is steady


def test_what_was_shown_last_decides(room: Room) -> None:
    """Together with the rule: a feed that rolled over has a gap."""
    room.read([3, 2, 1])
    fetch_id = room.read([9, 8, 7])
    last = gaps.last_shown(room.database, room.feeds[0]["id"], fetch_id=fetch_id, now=room.now)
    shown = gaps.last_shown(room.database, room.feeds[0]["id"], fetch_id=fetch_id + 1, now=room.now + MINUTE)
    assert last is not None
    assert shown is not None
    fresh = [type(item)(item.keys, item.published) for item in shown.items]
    assert may_have_missed(last.items, fresh, seen_before=last.seen_before, now=room.now)
