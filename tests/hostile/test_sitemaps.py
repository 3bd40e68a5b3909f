"""Sitemaps of more releases than are read: old ones that come late are archived, and only new ones told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from presswatch.times import to_text
from tests.hostile.desk import DAY, Desk
from tests.hostile.documents import START
from tests.hostile.newsroom import Newsroom, Reply, reply

SITEMAP = 'kind = "sitemap"\nonly = "/press/"\n'
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def listing(base: str, changed: Mapping[int, datetime | None]) -> Reply:
    """A sitemap of releases by their numbers, with their dates."""
    rows = ""
    for number, date in changed.items():
        lastmod = f"<lastmod>{date:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if date else ""
        title = f"<news:news><news:title>S-Comm case {number}</news:title></news:news>"
        rows += f"<url><loc>{base}/press/{number}</loc>{lastmod}{title}</url>"
    return reply(f"<urlset {SPACES}>{rows}</urlset>".encode(), content_type="application/xml")


def index(base: str, changed: Mapping[int, datetime]) -> Reply:
    """An index of parts by their numbers, with their dates."""
    rows = "".join(
        f"<sitemap><loc>{base}/press-{number}.xml</loc><lastmod>{date:%Y-%m-%dT%H:%M:%SZ}</lastmod></sitemap>"
        for number, date in changed.items()
    )
    return reply(f"<sitemapindex {SPACES}>{rows}</sitemapindex>".encode(), content_type="application/xml")


def test_old_releases_that_are_saved_again(desk: Desk, newsroom: Newsroom) -> None:
    """Beyond the first thousand, they come into view for the first time, with a new date, and are no news."""
    dates: dict[int, datetime | None] = {number: START - (1_105 - number) * DAY for number in range(1_100)}
    desk.follow(newsroom.show("/sitemap.xml", listing(newsroom.base, dates)), extra=SITEMAP)
    desk.cycle()
    before = desk.announced()
    saved = {number: START + number * DAY / 100 for number in (3, 5, 7, 1_100)}
    newsroom.show("/sitemap.xml", listing(newsroom.base, dates | saved))
    desk.cycle(DAY)
    desk.cycle()
    assert len(desk.archived()) == 1_004
    assert desk.announced() == [*before, "S-Comm case 1100"]


def test_a_sitemap_that_loses_its_dates(desk: Desk, newsroom: Newsroom) -> None:
    """Other pages are chosen then, which were listed before; what wasn't is new, wherever it stands."""
    dates: dict[int, datetime | None] = {number: START - (1_105 - number) * DAY for number in range(1_100)}
    desk.follow(newsroom.show("/sitemap.xml", listing(newsroom.base, dates)), extra=SITEMAP)
    desk.cycle()
    before = desk.announced()
    order = [*range(550), 2_000, *range(550, 1_100)]
    newsroom.show("/sitemap.xml", listing(newsroom.base, dict.fromkeys(order)))
    desk.cycle(DAY)
    desk.cycle()
    assert len(desk.archived()) > 1_001
    assert desk.announced() == [*before, "S-Comm case 2000"]


def test_a_part_of_an_index_that_is_read_late(desk: Desk, newsroom: Newsroom) -> None:
    """What in it is dated since the last reading is told; the rest is archived, and counted."""
    base = newsroom.base
    for part in range(1, 7):
        old = {100 * part + n: START - (700 - 100 * part - n) * DAY for n in range(4)}
        newsroom.show(f"/press-{part}.xml", listing(base, old))
    dates = {part: START - (700 - 100 * part) * DAY for part in range(1, 7)}
    desk.follow(newsroom.show("/sitemap.xml", index(base, dates)), extra=SITEMAP)
    desk.cycle()
    assert len(desk.archived()) == 20 and desk.announced() == []
    saved = {number: START - (600 - number) * DAY for number in range(100, 104)} | {105: START + DAY / 2}
    newsroom.show("/press-1.xml", listing(base, saved))
    newsroom.show("/sitemap.xml", index(base, dates | {1: START + DAY / 2}))
    desk.cycle(DAY)
    desk.cycle()
    assert len(desk.archived()) == 25
    assert desk.announced() == ["S-Comm case 105"]
    assert desk.gaps() == [("recovered", 4)]


def news_sitemap(base: str, hours: Mapping[int, datetime], now: datetime, *, says_so: bool = True) -> Reply:
    """What a news sitemap shows now: releases by their numbers and dates, no older than two days. One that
    doesn't say so has only the dates of the last change, and no titles.
    """
    dated = (
        "<news:news><news:publication_date>{0:%Y-%m-%dT%H:%M:%SZ}</news:publication_date>"
        "<news:title>S-Comm case {1}</news:title></news:news>"
        if says_so
        else "<lastmod>{0:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
    )
    rows = "".join(
        f"<url><loc>{base}/press/case-{chr(97 + number) * 3}-closed</loc>{dated.format(date, number)}</url>"
        for number, date in hours.items()
        if now - 2 * DAY < date <= now
    )
    return reply(f"<urlset {SPACES}>{rows}</urlset>".encode(), content_type="application/xml")


def test_a_news_sitemap_forgets_by_age(desk: Desk, newsroom: Newsroom) -> None:
    """A release a week: each is alone there, or nothing is, and none of that is a gap or a failure."""
    base = newsroom.base
    dates = {number: START + (7 * number - 1) * DAY for number in range(5)}
    desk.follow(newsroom.show("/sitemap.xml", news_sitemap(base, dates, START)), extra=SITEMAP)
    for _ in range(30):
        newsroom.show("/sitemap.xml", news_sitemap(base, dates, desk.now + DAY))
        desk.cycle(DAY)
        assert desk.reason() == ""
    assert desk.announced() == [f"S-Comm case {number}" for number in range(5)]
    assert desk.gaps() == []


def test_a_sitemap_that_forgets_by_age_without_saying_so(desk: Desk, newsroom: Newsroom) -> None:
    """What never shows anything older than two days isn't rolled past by its reader who comes each day; one
    who stays away for longer may have missed something since it was read last, and empty.
    """
    base = newsroom.base
    dates = {number: START + (5 * number - 1) * DAY for number in range(6)}
    desk.follow(newsroom.show("/sitemap.xml", news_sitemap(base, dates, START)), extra=SITEMAP)
    for _ in range(23):
        newsroom.show("/sitemap.xml", news_sitemap(base, dates, desk.now + DAY, says_so=False))
        desk.cycle(DAY)
        assert desk.reason() == ""
    assert len(desk.archived()) == 5
    assert desk.gaps() == []
    seen = desk.now
    newsroom.show("/sitemap.xml", news_sitemap(base, dates, desk.now + 2.5 * DAY, says_so=False))
    desk.cycle(2.5 * DAY)
    (gap,) = desk.rows("SELECT seen_before FROM gaps")
    assert gap["seen_before"] == to_text(seen)


def test_a_news_sitemap_that_was_not_read_for_three_days(desk: Desk, newsroom: Newsroom) -> None:
    """What came and went in between may have been missed: that is a gap."""
    base = newsroom.base
    dates = {number: START + (number - 1) * DAY for number in range(7)}
    desk.follow(newsroom.show("/sitemap.xml", news_sitemap(base, dates, START)), extra=SITEMAP)
    desk.cycle()
    newsroom.show("/sitemap.xml", news_sitemap(base, dates, START + 5 * DAY))
    desk.cycle(5 * DAY)
    assert [status for status, _ in desk.gaps()] == ["open"]


def test_a_sitemap_that_loses_all_it_listed_fails(desk: Desk, newsroom: Newsroom) -> None:
    """Only a news sitemap is empty for want of news."""
    dates: dict[int, datetime | None] = {1: START, 2: START}
    desk.follow(newsroom.show("/sitemap.xml", listing(newsroom.base, dates)), extra=SITEMAP)
    desk.cycle()
    empty = reply(
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>',
        content_type="application/xml",
    )
    newsroom.show("/sitemap.xml", empty)
    desk.cycle()
    assert desk.reason() == "the sitemap is empty, though it listed addresses before"
