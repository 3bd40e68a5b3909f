"""What takes the place of another in the configuration, and what comes back, goes on from there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from presswatch.feeds.values import Failed, Fetched, MatchedEntry
from presswatch.watch import Feed
from storage.archive import Archive
from tests.support.press import ALIAS, Press

DAY = timedelta(days=1)
SINCE = timedelta(days=3)


def _edit(press: Press, *feeds: Feed) -> None:
    press.watch = replace(press.watch, feeds=feeds)
    press.archive.adopt(press.watch, press.now)


def _dated(press: Press, name: str, age: timedelta) -> MatchedEntry:
    shown = press.entry(name, ALIAS)
    return replace(shown, entry=replace(shown.entry, published=press.now - age))


def _told(press: Press, feed: Feed, *ages: int) -> list[int]:
    """Which of these ages, in days, of what a feed shows first are to be announced."""
    shown = [_dated(press, f"{feed.url}-{age}", timedelta(days=age)) for age in ages]
    press.archive.record([press.reading(feed.publisher, *shown)], press.now)
    return [
        age
        for age in ages
        if press.archive.database.table("releases").get(press.release(f"{feed.url}-{age}"))["announce"]
    ]


@pytest.fixture
def harbour(press: Press) -> Feed:
    """The only feed that is left, which announces of a first reading what is three days old."""
    harbour = replace(press.watch.feeds[0], announce_since=SINCE)
    _edit(press, harbour)
    press.show("Harbour", "first", ALIAS)
    return harbour


@pytest.mark.parametrize(("away", "told"), [(5, [4, 7]), (50, [4, 7, 40]), (61, [])])
def test_a_feed_that_comes_back(press: Press, harbour: Feed, away: int, told: list[int]) -> None:
    """What it missed is told, and what is older isn't; after two months it begins as on a first reading."""
    _edit(press)
    press.now += away * DAY
    _edit(press, harbour)
    assert _told(press, harbour, 4, 7, 40, 90) == told


@pytest.mark.parametrize("later", [0, 6, 8])
def test_an_address_that_takes_the_place_of_one_that_left(press: Press, harbour: Feed, later: int) -> None:
    """It goes on from there, also if it comes some days later; after a week it begins anew."""
    press.now += 10 * DAY
    press.archive.record([press.reading("Harbour")], press.now)
    _edit(press)
    press.now += later * DAY
    new = replace(harbour, url="https://harbour.example/news")
    _edit(press, new)
    assert _told(press, new, later + 1, later + 4) == ([later + 1] if later <= 6 else [])


def test_an_address_beside_one_that_fails(press: Press, harbour: Feed) -> None:
    """The old one need not leave: it was seen last before it began to fail."""
    state = press.archive.due_feeds(press.now, everything=True)[0]
    for _ in range(8):
        press.now += DAY
        failed = Failed(Fetched(state.feed_id, state.url, press.now, 0.1, 404), "HTTP 404", False)
        press.archive.record([failed], press.now)
        press.archive.judge_health(press.now)
    new = replace(harbour, url="https://harbour.example/news")
    _edit(press, new, harbour)
    assert _told(press, new, 1, 7, 30) == [1, 7]


def test_an_address_beside_one_that_is_well(press: Press, harbour: Feed) -> None:
    """It takes nobody's place, and begins as any feed does."""
    press.now += 8 * DAY
    press.stand()
    new = replace(harbour, url="https://harbour.example/news")
    _edit(press, new, harbour)
    assert _told(press, new, 1, 7) == [1]


def test_an_address_after_one_that_was_abandoned(press: Press, harbour: Feed, archive: Archive) -> None:
    """A feed that still answers, and is silent, was seen last with its last release."""
    press.now += 40 * DAY
    press.archive.record([press.reading("Harbour")], press.now)
    archive.database.table("feeds").update(1, {"health": "silent"})
    new = replace(harbour, url="https://harbour.example/news")
    _edit(press, new)
    assert _told(press, new, 1, 39, 50) == [1, 39]


def test_a_subscription_with_a_new_id_goes_on(press: Press) -> None:
    """What it was owed it is still owed, what it was told it isn't told again, and its history is its own."""
    press.subscribe("weekly", programs=("s-comm",))
    press.show("Harbour", "a", ALIAS)
    press.told(press.watch.subscriptions[0])
    press.show("Harbour", "b", ALIAS)
    renamed = replace(press.watch.subscriptions[0], id="mondays")
    press.watch = replace(press.watch, subscriptions=(renamed,))
    press.archive.adopt(press.watch, press.now)
    assert press.told(renamed) == [("new", "s-comm", "Release b")]
    ids = press.archive.database.execute("SELECT DISTINCT subscription_id FROM digests").fetchall()
    assert ids == [("mondays",)]
    assert [row["id"] for row in press.archive.database["subscriptions"].rows] == ["mondays"]


@pytest.mark.parametrize("change", ["programs", "two of a kind"])
def test_a_subscription_that_is_another_begins_anew(press: Press, change: str) -> None:
    """One of other programs; and where two leave that are alike, nothing says whose place is taken."""
    old = press.subscribe("weekly", programs=("s-comm",))
    if change == "two of a kind":
        press.subscribe("daily", programs=("s-comm",))
    press.show("Harbour", "a", ALIAS)
    programs = ("s-comm", "287g") if change == "programs" else old.programs
    new = replace(old, id="mondays", programs=programs)
    press.watch = replace(press.watch, subscriptions=(new,))
    press.archive.adopt(press.watch, press.now)
    assert press.told(new) == []
