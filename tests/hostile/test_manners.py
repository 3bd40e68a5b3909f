"""Newsrooms that want to be left alone, or have moved: they are heard, within bounds, and never given up."""

from __future__ import annotations

from email.utils import format_datetime
from itertools import pairwise

import pytest

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import FEED_TYPE, feed, names, piece, releases
from tests.hostile.newsroom import Newsroom, Reply, Request, lead, refuse, reply

BUSY = ["429 Too Many Requests", "503 Service Unavailable"]
HOURLY = 'interval = "1h"\n'


@pytest.mark.parametrize("form", ["seconds", "a date"])
@pytest.mark.parametrize("status", BUSY)
def test_retry_after_is_heeded(desk: Desk, newsroom: Newsroom, status: str, form: str) -> None:
    """As a number of seconds and as a date: until then nobody asks, and then what came is news."""

    def busy(_: Request) -> Reply:
        wanted = "17940" if form == "seconds" else format_datetime(desk.now + 5 * HOUR, usegmt=True)
        return refuse(status, f"Retry-After: {wanted}")

    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    newsroom.show("/feed", busy)
    report = desk.cycle()
    assert (desk.reason(), report.failed) == (f"HTTP {status}", 1)
    newsroom.show("/feed", releases(2, 1))
    for _ in range(4):
        assert desk.cycle().due == 1, "only the neighbour"
    assert (newsroom.times("/feed"), desk.announced()) == (2, names(1))
    desk.cycle()
    assert (newsroom.times("/feed"), desk.announced(), desk.turned()) == (3, names(1, 2), [])


LONG_WAITS = {
    "a year": str(366 * 86_400),
    "a number without end": "9" * 400,
    "a year, as a date": "Thu, 25 Nov 2027 12:00:00 GMT",
}
NO_WAITS = {
    "a moment in the past": "Mon, 25 Nov 2024 12:00:00 GMT",
    "less than nothing": "-3600",
    "nonsense": "soon",
    "nothing": "",
}


@pytest.mark.parametrize("wanted", LONG_WAITS.values(), ids=LONG_WAITS)
@pytest.mark.parametrize("status", BUSY)
def test_no_server_can_silence_a_feed(desk: Desk, newsroom: Newsroom, status: str, wanted: str) -> None:
    """Whatever it wants, it is asked again after a day."""
    desk.follow(newsroom.show("/feed", refuse(status, f"Retry-After: {wanted}")))
    desk.cycle()
    newsroom.show("/feed", releases(1))
    desk.cycle(23 * HOUR)
    assert newsroom.times("/feed") == 1
    desk.cycle()
    assert (newsroom.times("/feed"), desk.announced()) == (2, names(1))


@pytest.mark.parametrize("wanted", NO_WAITS.values(), ids=NO_WAITS)
@pytest.mark.parametrize("status", BUSY)
def test_a_wait_that_makes_no_sense_is_none(desk: Desk, newsroom: Newsroom, status: str, wanted: str) -> None:
    """The feed is asked again as any that failed."""
    desk.follow(newsroom.show("/feed", refuse(status, f"Retry-After: {wanted}")))
    desk.cycle()
    newsroom.show("/feed", releases(1))
    desk.cycle()
    assert (newsroom.times("/feed"), desk.announced()) == (2, names(1))


def test_a_host_that_has_had_enough_is_left_alone(desk: Desk, newsroom: Newsroom) -> None:
    """After a 429 its other feeds aren't asked in that cycle. That is no failure of theirs, nor a reason to
    forget them.
    """
    first = newsroom.show("/first", refuse("429 Too Many Requests"))
    desk.follow(first, newsroom.show("/second", releases(1)), newsroom.show("/third", releases(2)))
    report = desk.cycle()
    assert (report.failed, report.postponed, report.read) == (1, 2, 1)
    assert [desk.reason(f"Organisation {letter}") for letter in "BC"] == ["", ""]
    assert (newsroom.times("/second"), newsroom.times("/third")) == (0, 0)
    newsroom.show("/first", releases(3))
    desk.cycle()
    assert [desk.announced(f"Organisation {letter}") for letter in "ABC"] == [names(3), names(1), names(2)]


def test_a_feed_that_is_gone_is_asked_seldom_and_returns(desk: Desk, newsroom: Newsroom) -> None:
    """After three times 410, once a week. A reader is told that it is gone, and that it is back, once."""
    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    newsroom.show("/feed", refuse("410 Gone"))
    for _ in range(3):
        desk.cycle(13 * HOUR)
    assert newsroom.times("/feed") == 4
    for _ in range(6):
        assert desk.cycle(DAY).due == 1
    assert newsroom.times("/feed") == 4
    desk.cycle(DAY)
    assert newsroom.times("/feed") == 5
    for _ in range(7):
        desk.cycle(DAY)
    assert (newsroom.times("/feed"), desk.turned()) == (6, ["gone"])
    newsroom.show("/feed", releases(2, 1))
    for _ in range(7):
        desk.cycle(DAY)
    assert (desk.turned(), desk.announced()) == (["gone", "well"], names(1, 2))


@pytest.mark.parametrize("status", ["404 Not Found", "500 Internal Server Error"])
def test_a_feed_that_fails_is_asked_less_and_never_given_up(
    desk: Desk, newsroom: Newsroom, status: str
) -> None:
    """Each time twice as long passes, but not more than a day. What it shows when it mends is news."""
    desk.follow(newsroom.show("/feed", releases(1)), extra='interval = "3h"\n')
    desk.cycle()
    newsroom.show("/feed", refuse(status))
    asked = []
    for _ in range(8 * 4):
        before = newsroom.times("/feed")
        desk.cycle(3 * HOUR)
        asked += [desk.now] if newsroom.times("/feed") > before else []
    pauses = [(later - earlier) / HOUR for earlier, later in pairwise(asked)]
    assert pauses[:2] in ([3, 6], [3, 9])  # what is due between two cycles waits for the second
    assert all(12 <= pause <= 24 for pause in pauses[2:])
    assert 5 <= len(asked) <= 8
    newsroom.show("/feed", releases(2, 1))
    desk.cycle(DAY)
    assert (desk.reason(), desk.announced(), desk.turned()) == ("", names(1, 2), ["failing", "well"])


def test_a_failure_now_and_then_is_no_news(desk: Desk, newsroom: Newsroom) -> None:
    """Feeds return 404 and come back: one proves nothing, and nobody is told more than the coverage says."""
    desk.follow(newsroom.base + "/feed")
    for number in range(1, 13):
        newsroom.show(
            "/feed",
            refuse("404 Not Found") if number % 3 else releases(number, number - 1, number - 2, number - 3),
        )
        desk.cycle(6 * HOUR)
        failed = [feed["publisher"] for feed in desk.digests()[-1]["coverage"]["failed"]]
        assert failed == (["Organisation A"] if number % 3 else [])
    assert (desk.turned(), desk.gaps()) == ([], [])
    assert sorted(set(desk.archived())) == sorted(desk.archived()) == sorted(names(*range(13)))


# Moving


def test_a_permanent_redirect_is_believed_after_a_week(desk: Desk, newsroom: Newsroom) -> None:
    """Until then the old address is asked; afterwards the new one. Nothing is told twice."""
    desk.follow(newsroom.show("/old", releases(1)))
    desk.cycle()
    newsroom.show("/old", lead("/new", "301 Moved Permanently"))
    newsroom.show("/new", releases(2, 1))
    for _ in range(7):
        desk.cycle(DAY)
    assert (newsroom.times("/old"), newsroom.times("/new")) == (8, 7)
    newsroom.show("/new", releases(3, 2, 1))
    newsroom.show("/old", refuse("410 Gone"))
    desk.cycle(DAY)
    assert (newsroom.times("/old"), newsroom.times("/new")) == (8, 8)
    assert (desk.reason(), desk.announced()) == ("", names(1, 2, 3))


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
def test_a_temporary_redirect_is_not_remembered(desk: Desk, newsroom: Newsroom, status: str) -> None:
    """However long it stands."""
    newsroom.show("/new", releases(1))
    desk.follow(newsroom.show("/old", lead("/new", status)))
    for _ in range(12):
        desk.cycle(DAY)
    assert newsroom.times("/old") == newsroom.times("/new") == 12


def test_a_permanent_redirect_that_is_taken_back_is_forgotten(desk: Desk, newsroom: Newsroom) -> None:
    """A captive portal or a mistake of an afternoon moves no feed: the week begins anew."""
    newsroom.show("/new", releases(2, 1))
    desk.follow(newsroom.base + "/old")
    for day in range(20):
        away = day % 5 != 0
        newsroom.show("/old", lead("/new", "301 Moved Permanently") if away else releases(2, 1))
        desk.cycle(DAY)
    assert newsroom.times("/old") == 20


def test_a_new_address_that_fails_is_not_kept(desk: Desk, newsroom: Newsroom) -> None:
    """Where the feed isn't to be had at its new address any more, the old one is asked again."""
    desk.follow(newsroom.show("/old", lead("/new", "308 Permanent Redirect")))
    newsroom.show("/new", releases(1))
    for _ in range(9):
        desk.cycle(DAY)
    newsroom.show("/new", refuse("404 Not Found"))
    newsroom.show("/old", releases(2, 1))
    for _ in range(3):
        desk.cycle(DAY)
    assert (desk.reason(), desk.announced()) == ("", names(1, 2))


# The pace that a feed wishes

WISHES: dict[str, tuple[str, str, int]] = {
    # a header, an element of the channel, and how often an hourly feed is asked in twelve hours
    "none": ("X-Nothing: 1", "", 12),
    "max-age of three hours": ("Cache-Control: max-age=10800", "", 4),
    "max-age of a year": ("Cache-Control: public, max-age=31536000", "", 3),
    "max-age without end": (f"Cache-Control: max-age={'9' * 99}", "", 3),
    "max-age of a minute": ("Cache-Control: max-age=60", "", 12),
    "max-age of less than nothing": ("Cache-Control: max-age=-1", "", 12),
    "no-store beside max-age": ("Cache-Control: no-store, max-age=31536000", "", 12),
    "an expiry in a year": ("Expires: Thu, 25 Nov 2027 12:00:00 GMT", "", 3),
    "an expiry that is nonsense": ("Expires: 0", "", 12),
    "a ttl of three hours": ("X-Nothing: 1", "<ttl>180</ttl>", 4),
    "a ttl of a year": ("X-Nothing: 1", "<ttl>525600</ttl>", 3),
    "a ttl that is nonsense": ("X-Nothing: 1", "<ttl>often</ttl>", 12),
    "six hours without readings": (
        "X-Nothing: 1",
        "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(15, 21)) + "</skipHours>",
        6,
    ),
    "no hour at all": (
        "X-Nothing: 1",
        "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(24)) + "</skipHours>",
        12,
    ),
}


@pytest.mark.parametrize(("field", "element", "times"), WISHES.values(), ids=WISHES)
def test_a_wish_is_heard_within_bounds(
    desk: Desk, newsroom: Newsroom, field: str, element: str, times: int
) -> None:
    """A feed may slow down its readings to a fourth, and skip some hours; no wish silences it."""
    answer = reply(feed(piece(1), inside=element), field, content_type=FEED_TYPE)
    desk.follow(newsroom.show("/feed", answer), extra=HOURLY)
    desk.now += HOUR / 2
    for _ in range(12):
        desk.cycle()
    assert newsroom.times("/feed") == times
    assert desk.announced() == names(1)


def test_a_day_off_is_a_day(desk: Desk, newsroom: Newsroom) -> None:
    """Who wants never to be asked on any day but one is asked once a day all the same."""
    days = "".join(f"<day>{day}day</day>" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur"))
    desk.follow(newsroom.show("/feed", feed(piece(1), inside=f"<skipDays>{days}</skipDays>")), extra=HOURLY)
    for _ in range(5):
        desk.cycle(DAY + HOUR)
    assert newsroom.times("/feed") == 5
