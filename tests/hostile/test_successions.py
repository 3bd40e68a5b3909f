"""Newsrooms at new addresses, and back after an absence: what came in between is told, what is old is not."""

from __future__ import annotations

from email.utils import format_datetime

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import START, feed, names, piece, releases
from tests.hostile.newsroom import Newsroom, Reply, refuse, reply

A_YEAR_AGO = format_datetime(START - 365 * DAY)
LIST = 'kind = "page"\nselectors = { item = "li" }\n'


def dated(number: int) -> str:
    """A release that comes out so many days after the first cycle, in the evening."""
    return piece(number, date=format_datetime(START + number * DAY + 6 * HOUR))


def cases(*numbers: int) -> Reply:
    """A page that lists undated releases."""
    rows = "".join(f'<li><a href="/press/{n}-the-s-comm-case">S-Comm case {n}</a></li>' for n in numbers)
    return reply(f"<ul>{rows}</ul>".encode(), content_type="text/html")


def test_a_new_address_goes_on_from_the_old_one(desk: Desk, newsroom: Newsroom) -> None:
    """A feed fails for ten days; at its new address all that came since is told, and nothing older."""
    desk.follow(newsroom.show("/old", feed(piece(1), piece(2))))
    desk.cycle()
    newsroom.show("/old", refuse("404 Not Found"))
    for _ in range(10):
        desk.cycle(DAY)
    late = [dated(number) for number in range(9, 2, -1)]
    newsroom.show("/new", feed(*late, piece(2), piece(1), piece(99, date=A_YEAR_AGO)))
    desk.follow(newsroom.base + "/new")
    desk.cycle()
    desk.cycle()
    assert sorted(desk.announced()) == names(*range(1, 10))
    assert "Release 99" in desk.archived() and desk.gaps() == []


def test_a_new_address_of_a_list_without_dates(desk: Desk, newsroom: Newsroom) -> None:
    """What the archive doesn't know is new; what it archived on the first reading stays untold."""
    desk.follow(newsroom.show("/old", cases(3, 2, 1)), extra=LIST)
    desk.cycle()
    desk.follow(newsroom.show("/new", cases(5, 4, 3, 2, 1)), extra=LIST)
    desk.cycle()
    desk.cycle()
    assert sorted(desk.announced()) == ["S-Comm case 4", "S-Comm case 5"]


def test_a_new_address_that_does_not_reach_back(desk: Desk, newsroom: Newsroom) -> None:
    """Where it shows nothing known and nothing from before, something may be missing: that is a gap."""
    desk.follow(newsroom.show("/old", releases(2, 1)))
    desk.cycle()
    newsroom.show("/old", refuse("404 Not Found"))
    for _ in range(10):
        desk.cycle(DAY)
    desk.follow(newsroom.show("/new", feed(dated(9), dated(8))))
    desk.cycle()
    assert desk.gaps() == [("open", 0)]
    assert sorted(desk.announced()) == names(1, 2, 8, 9)


def test_a_feed_that_grows_shows_old_releases(desk: Desk, newsroom: Newsroom) -> None:
    """They are archived, counted in the coverage, and not told; what is new above them is."""
    weekly = [piece(n, date=format_datetime(START - (60 - n) * 7 * DAY)) for n in range(61)]
    desk.follow(newsroom.show("/feed", feed(*weekly[59:49:-1])))
    desk.cycle()
    newsroom.show("/feed", feed(*weekly[60:20:-1]))
    desk.cycle(DAY)
    desk.cycle()
    assert len(desk.archived()) == 40
    assert desk.announced() == names(60)
    assert desk.gaps() == [("recovered", 29)]
    (gap,) = [gap for digest in desk.digests() for gap in digest["coverage"]["gaps"]]
    assert "archived untold" in gap["how"]


def test_a_feed_that_grows_by_what_may_be_new(desk: Desk, newsroom: Newsroom) -> None:
    """What bears no date, or is not older than all before, or comes alone, is told."""
    desk.follow(newsroom.show("/feed", releases(9, 8, 2)))
    desk.cycle()
    shown = [piece(n, date="") for n in (20, 21, 22)]
    newsroom.show("/feed", feed(*map(piece, (9, 8, 2)), *map(piece, (7, 6, 5)), *shown, piece(1)))
    desk.cycle()
    assert sorted(desk.announced()) == sorted(names(1, 2, 5, 6, 7, 8, 9, 20, 21, 22))
