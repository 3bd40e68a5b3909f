"""Feeds that die, with a status or without one: a reader is told once, and once that they are back."""

from __future__ import annotations

from email.utils import format_datetime

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import feed, names, piece, releases
from tests.hostile.newsroom import Newsroom


def test_a_feed_that_falls_silent_is_told_once(desk: Desk, newsroom: Newsroom) -> None:
    """It answers, and shows nothing new for far longer than it used to: a feed can die with status 200."""
    desk.follow(newsroom.base + "/feed")
    for number in range(1, 9):
        newsroom.show("/feed", releases(*range(number, 0, -1)))
        desk.cycle()
    for _ in range(20):
        desk.cycle(DAY)
    assert desk.turned() == ["silent"]
    assert desk.digests()[-1]["coverage"]["silent"][0]["publisher"] == "Organisation A"
    today = piece(9, date=format_datetime(desk.now))
    newsroom.show("/feed", feed(today, *map(piece, range(8, 0, -1))))
    for _ in range(2):
        desk.cycle(DAY)
    assert desk.turned() == ["silent", "well"]
    assert sorted(desk.announced()) == names(*range(1, 10))


def test_a_feed_that_never_answered_is_told(desk: Desk, newsroom: Newsroom) -> None:
    """A mistake in the address doesn't stay unnoticed."""
    desk.follow(newsroom.base + "/fed")
    for _ in range(5):
        desk.cycle(12 * HOUR)
    assert (desk.turned(), desk.reason()) == (["failing"], "HTTP 404 Not Found")
