"""Old releases that a feed shows for the first time: archived and counted, and not told as news."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import START, feed, names, piece, published
from tests.hostile.newsroom import Newsroom, head, reply
from tests.hostile.newsroom import Reply as NewsroomReply

OWN = {"A": "Harbour Clinic", "B": "Open Network"}
LONG_AGO = format_datetime(START - 400 * DAY)


def counted(desk: Desk, publisher: str = "Organisation A") -> list[int]:
    """How many releases each digest says were archived untold."""
    return [
        gap["recovered"]
        for digest in desk.digests()
        for gap in digest["coverage"]["gaps"]
        if gap["publisher"] == publisher and gap["how"].endswith("archived untold")
    ]


def others(number: int, date: str | None = None) -> str:
    """A release of somebody else's site."""
    link = f"https://site-{number}.example/news/county-{number}"
    return piece(
        number, guid=link, link=link, date=date, text=f"S-Comm, county {number}, says another group."
    )


def test_an_old_release_in_a_partners_feed_is_no_news(desk: Desk, newsroom: Newsroom) -> None:
    """Nobody watched its publisher; the partner passes it on a year late, and a new one, too."""
    desk.follow(newsroom.show("/feed", feed(*map(piece, (3, 2, 1)))))
    desk.cycle()
    newsroom.show("/feed", feed(others(60), others(50, LONG_AGO), *map(piece, (3, 2, 1))))
    for _ in range(2):
        desk.cycle()
    assert sorted(desk.announced()) == sorted([*names(1, 2, 3), "Release 60"])
    assert "Release 50" in desk.archived()
    assert counted(desk) == [1]


def test_what_a_newsroom_dates_back_itself_is_news(desk: Desk, newsroom: Newsroom) -> None:
    """A release of its own that comes out with an old date is told, also at the feed's other address."""
    own = [
        piece(n, link=f"https://www.clinic.example/news/{n}", guid=f"urn:{n}", date=date)
        for n, date in ((4, LONG_AGO), (3, None), (2, None), (1, None))
    ]
    desk.follow(newsroom.show("/feed", feed(*own[1:])))
    desk.cycle()
    newsroom.show("/feed", feed(*own))
    desk.cycle()
    assert sorted(desk.announced()) == names(1, 2, 3, 4)
    assert counted(desk) == []


def test_a_release_that_was_old_when_its_publisher_was_added_is_no_news_elsewhere(
    desk: Desk, newsroom: Newsroom
) -> None:
    """It was archived untold with its publisher's first reading; without dates, an aggregator shows it weeks
    later, and so is not told as news, nor is it when the aggregator shows it on the same day with others.
    """
    desk.follow(
        newsroom.show("/clinic", feed(*(others(n, "") for n in (3, 2, 1)))),
        newsroom.show("/network", feed(others(9, ""))),
        publishers=OWN,
    )
    desk.cycle()
    newsroom.show("/network", feed(others(10, ""), others(2, ""), others(9, "")))
    for _ in range(2):
        desk.cycle(DAY)
    assert desk.announced("Harbour Clinic") == []
    assert desk.announced("Open Network") == ["Release 10"]
    assert counted(desk, "Open Network") == [1]


@pytest.mark.parametrize("count", [3, 12])
def test_a_feed_that_dates_everything_now(desk: Desk, newsroom: Newsroom, count: int) -> None:
    """On its first reading those dates say nothing: all is archived, and counted; what comes then is told."""
    numbers = range(count, 0, -1)

    def shown(*those: int) -> bytes:
        return feed(*(piece(n, date=format_datetime(desk.now + timedelta(seconds=n))) for n in those))

    desk.now += HOUR
    url = newsroom.show("/feed", shown(*numbers))
    desk.now -= HOUR
    desk.follow(url)
    desk.cycle()
    assert desk.archived() == [f"Release {n}" for n in numbers]
    assert desk.announced() == []
    newsroom.show("/feed", shown(count + 1, *numbers))
    for _ in range(2):
        desk.cycle()
    assert desk.announced() == [f"Release {count + 1}"]
    limits = [limit for digest in desk.digests() for limit in digest["coverage"]["limits"]]
    (said,) = (limit["reason"] for limit in limits if limit["what"] == "dates")
    assert f"the {count} releases of its first reading were archived untold" in said
    assert desk.gaps() == []


def cut(body: bytes, share: float) -> NewsroomReply:
    """A server that hangs up in the middle, and had not said how much there is."""
    part = body[: int(len(body) * share)]
    return NewsroomReply((head("200 OK", "Content-Type: application/rss+xml") + part,))


@pytest.mark.parametrize("date", ["", None], ids=["undated", "dated"])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_first_reading_that_broke_off(
    desk: Desk, newsroom: Newsroom, share: float, date: str | None
) -> None:
    """What is shown whole an hour later below what was read is old, and what stands above is new."""
    dates = {n: "" if date == "" else format_datetime(published(n) - 30 * DAY) for n in range(10, 0, -1)}
    old = [piece(n, date=dates[n]) for n in dates]
    desk.follow(newsroom.show("/feed", cut(feed(*old), share)))
    desk.cycle()
    seen = len(desk.archived())
    assert 0 < seen < 10
    newsroom.show("/feed", reply(feed(piece(11, date=date), *old)))
    for _ in range(2):
        desk.cycle()
    assert len(desk.archived()) == 11
    assert desk.announced() == ["Release 11"]
    assert counted(desk) == [10 - seen]


def test_a_feed_that_always_breaks_off(desk: Desk, newsroom: Newsroom) -> None:
    """Its document never has an end; after a week what comes below is told as anywhere else."""

    def shown(*numbers: int) -> NewsroomReply:
        whole = feed(*(piece(n, date="") for n in numbers))
        return reply(whole.removesuffix(b"</channel></rss>"))

    desk.follow(newsroom.show("/feed", shown(1, 2, 3)))
    desk.cycle()
    desk.cycle(8 * DAY)
    newsroom.show("/feed", shown(1, 2, 3, 4))
    desk.cycle()
    newsroom.show("/feed", shown(2, 3, 4, 5))
    desk.cycle()
    assert desk.announced() == names(4, 5)


@pytest.mark.parametrize("date", [None, "now"], ids=["dated", "all dated now"])
def test_a_first_reading_that_broke_off_after_two(desk: Desk, newsroom: Newsroom, date: str | None) -> None:
    """Where all is dated now, neither those two are told nor what was cut off below them."""

    def shown(*numbers: int) -> bytes:
        old = {n: format_datetime(desk.now + HOUR if date else published(n) - 30 * DAY) for n in numbers}
        return feed(*(piece(n, date=old[n]) for n in numbers))

    desk.follow(newsroom.show("/feed", cut(shown(8, 7, 6, 5, 4, 3, 2, 1), 0.35)))
    desk.cycle()
    assert len(desk.archived()) == 2
    newsroom.show("/feed", shown(8, 7, 6, 5, 4, 3, 2, 1))
    desk.cycle()
    assert len(desk.archived()) == 8
    assert desk.announced() == []
    assert counted(desk) == [6]


def test_an_old_release_that_slides_into_the_list(desk: Desk, newsroom: Newsroom) -> None:
    """One was taken down, and what had rolled out months before comes into view at the foot: archived and
    counted, and not told. What is dated back at the top is told, as is one at the foot that isn't so old.
    """
    dates = {n: format_datetime(published(n) - 60 * DAY) for n in range(12)}
    young = format_datetime(START - 7 * DAY)

    def shown(*numbers: int) -> None:
        newsroom.show(
            "/feed", feed(*(piece(n, date=dates.get(n, young if n == 20 else None)) for n in numbers))
        )

    shown(10, 9, 8, 7, 6)
    desk.follow(newsroom.base + "/feed")
    desk.cycle()
    shown(10, 9, 8, 6, 5)
    desk.cycle()
    assert len(desk.archived()) == 6
    assert desk.announced() == []
    assert counted(desk) == [1]
    shown(11, 10, 9, 8, 6)
    desk.cycle()
    assert desk.announced() == names(11)
    shown(10, 9, 8, 6, 20)
    desk.cycle()
    assert desk.announced() == names(11, 20)
