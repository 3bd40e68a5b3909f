"""Dates that are wrong: the publisher's date is a claim, and when a release was first seen is always true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from presswatch.times import to_text
from tests.hostile.desk import DAY, Desk
from tests.hostile.documents import START, feed, names, piece, published, releases
from tests.hostile.newsroom import Newsroom

SEEN = "2026-11-25T13:00:00Z"
AT_TEN = "2026-11-25T10:00:00Z"
AT_MIDNIGHT = "2026-11-25T00:00:00Z"
MISSING, UNREADABLE, FUTURE = "missing", "unreadable", "future"
CASES: dict[str, tuple[str, str | None, str]] = {
    # as written, as archived (it is seen first at 13:00), and what is noted
    "missing": ("", None, MISSING),
    "nonsense": ("soon", None, UNREADABLE),
    "a placeholder": ("0000-00-00 00:00:00", None, UNREADABLE),
    "a template": ("%a, %d %b %Y %H:%M:%S %z", None, UNREADABLE),
    "markup": ("&lt;b&gt;today&lt;/b&gt;", None, UNREADABLE),
    "digits without end": ("9" * 5_000, SEEN, FUTURE),
    "the start of computers' time": ("Thu, 01 Jan 1970 00:00:00 GMT", None, UNREADABLE),
    "before the start of computers' time": ("Wed, 31 Dec 1969 19:00:00 -0500", None, UNREADABLE),
    "the thirtieth of February": ("Mon, 30 Feb 2026 10:00:00 GMT", None, UNREADABLE),
    "the year of dates that were never set": ("Mon, 01 Jan 0001 00:00:00 GMT", None, UNREADABLE),
    "a year of five digits": ("Wed, 25 Nov 20266 10:00:00 GMT", None, UNREADABLE),
    "tomorrow": ("Thu, 26 Nov 2026 10:00:00 GMT", SEEN, FUTURE),
    "next year": ("Thu, 25 Nov 2027 10:00:00 GMT", SEEN, FUTURE),
    "the end of the calendar": ("Fri, 31 Dec 9999 23:59:59 GMT", SEEN, FUTURE),
    "local time that is called GMT": ("Wed, 25 Nov 2026 21:00:00 GMT", SEEN, FUTURE),
    "a minute ahead": ("Wed, 25 Nov 2026 13:01:00 GMT", "2026-11-25T13:01:00Z", ""),
    "no zone": ("Wed, 25 Nov 2026 10:00:00", AT_TEN, ""),
    "a zone by its letters": ("Wed, 25 Nov 2026 05:00:00 EST", AT_TEN, ""),
    "a zone with a colon": ("Wed, 25 Nov 2026 05:00:00 -05:00", AT_TEN, ""),
    "a zone of half an hour": ("Wed, 25 Nov 2026 15:30:00 +0530", AT_TEN, ""),
    "a wrong day of the week": ("Mon, 25 Nov 2026 10:00:00 GMT", AT_TEN, ""),
    "no day of the week": ("25 Nov 2026 10:00:00 GMT", AT_TEN, ""),
    "a year of two digits": ("Wed, 25 Nov 26 10:00:00 GMT", AT_TEN, ""),
    "a month in full": ("Wednesday, 25 November 2026 10:00:00 GMT", AT_TEN, ""),
    "ISO 8601 in RSS": ("2026-11-25T10:00:00Z", AT_TEN, ""),
    "ISO 8601 with fractions": ("2026-11-25T10:00:00.123456+00:00", AT_TEN, ""),
    "a day without a time": ("2026-11-25", AT_MIDNIGHT, ""),
    "seconds since 1970": ("1795600800", AT_TEN, ""),
    "milliseconds since 1970": ("1795600800000", AT_TEN, ""),
    "white space around it": ("\n  Wed, 25 Nov 2026 10:00:00 GMT\n ", AT_TEN, ""),
}


@pytest.mark.parametrize(("raw", "date", "note"), CASES.values(), ids=CASES)
def test_a_bad_date_is_kept_and_not_believed(
    desk: Desk, newsroom: Newsroom, raw: str, date: str | None, note: str
) -> None:
    """The release is archived and announced once, with the date if it makes sense, and with what was written
    in any case; that the publisher mends the date is no news.
    """
    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    newsroom.show("/feed", feed(piece(2, date=raw), piece(1)))
    desk.cycle()
    release = desk.release("Release 2")
    assert (release["published"], release["published_note"], release["first_seen"]) == (date, note, SEEN)
    assert release["published_raw"] == raw.replace("&lt;", "<").replace("&gt;", ">").strip()
    newsroom.show("/feed", releases(3, 2, 1))
    desk.cycle()
    assert (desk.archived(), desk.announced()) == (names(1, 2, 3), names(1, 2, 3))
    assert (len(desk.told()), desk.gaps()) == (3, [])


MANY = {
    "missing": ["", "", ""],
    "all the same": ["Wed, 25 Nov 2026 10:00:00 GMT"] * 3,
    "all the same midnight": ["Wed, 25 Nov 2026 00:00:00 GMT"] * 3,
    "all unreadable": ["today"] * 3,
    "all in the future": [f"Thu, 25 Nov 20{year} 10:00:00 GMT" for year in (30, 31, 32)],
    "in the wrong order": [format_datetime(published(n)) for n in (1, 3, 2)],
    "all of another century": ["Wed, 25 Nov 1926 10:00:00 GMT"] * 3,
}


@pytest.mark.parametrize("dates", MANY.values(), ids=MANY)
def test_dates_that_tell_nothing_hide_nothing(desk: Desk, newsroom: Newsroom, dates: list[str]) -> None:
    """Each release is archived and announced as it comes, and none again when others come."""
    desk.follow(newsroom.show("/feed", feed(piece(0, title="Hello"))))
    desk.cycle()
    for newest in (1, 2, 3, 3):
        items = [piece(n, date=dates[n - 1]) for n in range(newest, 0, -1)]
        newsroom.show("/feed", feed(*items, piece(0, title="Hello")))
        desk.cycle()
    assert desk.archived() == desk.announced() == ["Hello", *names(1, 2, 3)]
    assert (len(desk.told()), desk.revisions(), desk.gaps()) == (4, 0, [])


@pytest.mark.parametrize("guid", ["yes", ""], ids=["with guids", "without guids"])
def test_dates_that_are_always_now_are_no_news(desk: Desk, newsroom: Newsroom, guid: str) -> None:
    """A feed that gives each item the time of the reading tells nothing twice, and what is new once."""
    desk.follow(newsroom.base + "/feed")
    for newest in (2, 2, 3, 4):
        now = format_datetime(desk.now)
        newsroom.show(
            "/feed", feed(*(piece(n, guid=guid and str(n), date=now) for n in range(newest, 0, -1)))
        )
        desk.cycle()
    assert (sorted(desk.archived()), sorted(desk.announced())) == (names(1, 2, 3, 4), names(1, 2, 3, 4))
    assert (len(desk.told()), desk.revisions(), desk.gaps()) == (4, 0, [])


def test_a_backdated_item_is_news(desk: Desk, newsroom: Newsroom) -> None:
    """On a feed's first reading what is old is archived in silence; afterwards what appears is news, whatever
    its date.
    """
    old = [piece(n, date=format_datetime(START - n * 365 * DAY)) for n in range(9)]
    desk.follow(newsroom.show("/feed", feed(piece(20), old[1], old[2])))
    desk.cycle()
    assert (len(desk.archived()), desk.announced()) == (3, names(20))
    newsroom.show("/feed", feed(piece(20), old[1], old[2], old[3]))
    desk.cycle()
    assert desk.announced() == names(20, 3)
    assert desk.release("Release 3")["published"] == to_text(START - 3 * 365 * DAY)


def test_a_first_reading_floods_nobody(desk: Desk, newsroom: Newsroom) -> None:
    """Of a hundred items, those of the last three days are announced; those whose date nobody knows are only
    archived. What comes then is news.
    """
    old = [piece(n, date=format_datetime(START - timedelta(days=n))) for n in range(5, 101)]
    undated = [piece(n, date="") for n in range(101, 105)]
    desk.follow(newsroom.show("/feed", feed(piece(1), piece(2), *old, *undated)))
    desk.cycle()
    assert (len(desk.archived()), sorted(desk.announced())) == (102, names(1, 2))
    newsroom.show("/feed", feed(piece(3, date=""), piece(1), piece(2), *old, *undated))
    desk.cycle()
    assert sorted(desk.announced()) == names(1, 2, 3)


def test_a_first_reading_may_announce_all(desk: Desk, newsroom: Newsroom) -> None:
    """Who wants to be told of everything that a new feed shows says so."""
    old = [piece(n, date=format_datetime(START - timedelta(days=n))) for n in range(1, 101)]
    desk.follow(newsroom.show("/feed", feed(*old)), extra='announce_since = "all"\n')
    desk.cycle()
    assert len(desk.announced()) == len(desk.archived()) == 100


def test_a_date_in_the_future_does_not_stay_on_top(desk: Desk, newsroom: Newsroom) -> None:
    """It counts as of when it was seen: what is published later is newer, in the archive as well."""
    desk.follow(newsroom.show("/feed", feed(piece(1, date="Fri, 25 Nov 2089 10:00:00 GMT"))))
    desk.cycle()
    late = format_datetime(START + timedelta(minutes=30))
    newsroom.show("/feed", feed(piece(2, date=late), piece(1, date="Fri, 25 Nov 2089 10:00:00 GMT")))
    desk.cycle()
    rows = desk.rows("SELECT title FROM releases WHERE publisher = 'Organisation A' ORDER BY published DESC")
    assert [row["title"] for row in rows] == names(2, 1)
    (found,) = desk.rows("SELECT max(published) AS latest FROM releases")
    assert datetime.fromisoformat(found["latest"]) <= desk.now.astimezone(UTC)
