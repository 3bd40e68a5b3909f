"""Old releases that a feed shows for the first time: what says so, and what doesn't."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from presswatch.feeds.backlog import are_dated_now, breaks_off, is_old_elsewhere, own_sites
from presswatch.feeds.entry import make_entry
from presswatch.feeds.values import Entry

NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
TODAY = datetime(2026, 11, 25, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
FEED = "https://network.example/feed"


def entry(published: datetime | None, link: str = "https://clinic.example/news/1") -> Entry:
    """An entry with this date and link."""
    return make_entry(publisher="A", guid="urn:1", link=link, title="News", published=published)


DATES: dict[str, tuple[list[datetime | None], bool]] = {
    "all now": ([NOW] * 3, True),
    "all now, a second apart": ([NOW - n * SECOND for n in range(20)], True),
    "all ten minutes ago": ([NOW - HOUR / 6] * 3, True),
    "all at once, yesterday": ([NOW - DAY] * 9, False),
    "two now": ([NOW] * 2, False),
    "all but one now": ([NOW, NOW, NOW, NOW - DAY], False),
    "one without a date": ([NOW, NOW, NOW, None], False),
    "a few of today": ([TODAY] * 4, False),
    "more of today than a newsroom publishes": ([TODAY] * 10, True),
    "as many of yesterday": ([TODAY - DAY] * 10, False),
    "nothing": ([], False),
}


@pytest.mark.parametrize(("dates", "now"), DATES.values(), ids=DATES)
def test_dates_that_are_the_documents(dates: list[datetime | None], now: bool) -> None:
    """Dates tell nothing where all are when the document was made."""
    assert are_dated_now([entry(date) for date in dates], NOW) is now


@pytest.mark.parametrize(
    ("dates", "now"),
    [
        ([NOW - 5 * SECOND] * 2, True),
        ([NOW - HOUR / 6] * 2, False),
        ([NOW, NOW - 9 * SECOND], False),
        ([NOW], False),
        ([NOW - HOUR / 6] * 3, True),
    ],
)
def test_dates_of_a_document_that_broke_off(dates: list[datetime | None], now: bool) -> None:
    """Two are enough where they are of one moment, which has just passed: more may have been cut off."""
    assert are_dated_now([entry(date) for date in dates], NOW, cut=True) is now


ELSEWHERE: dict[str, tuple[datetime | None, str, bool]] = {
    "old, of another site": (NOW - 31 * DAY, "https://clinic.example/1", True),
    "a month old, of another site": (NOW - 29 * DAY, "https://clinic.example/1", False),
    "old, of its own site": (NOW - 400 * DAY, "https://news.network.example/1", False),
    "old, of the site that most are of": (NOW - 400 * DAY, "https://www.mill.example/1", False),
    "undated, of another site": (None, "https://clinic.example/1", False),
    "old, without a page": (NOW - 400 * DAY, "", False),
    "old, with a broken link": (NOW - 400 * DAY, "https://[clinic/1", False),
}


@pytest.mark.parametrize(("published", "link", "old"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_old_releases_of_others(published: datetime | None, link: str, old: bool) -> None:
    """What a feed passes on long after it came out is no news; what its own publisher dates back is."""
    own = own_sites(FEED, ["https://mill.example/1", "https://mill.example/2", "https://other.example/3"])
    assert is_old_elsewhere(entry(published, link), own, NOW, 3 * DAY) is old


def test_an_aggregator_has_no_site_of_its_own_but_its_host() -> None:
    """Where links lead everywhere, none of these sites is the feed's."""
    assert own_sites(FEED, [f"https://site-{n}.example/1" for n in range(5)]) == {"network.example"}
    assert own_sites(FEED, []) == {"network.example"}


@pytest.mark.parametrize(
    ("body", "cut"),
    [
        (b"<rss><channel><item/></channel></rss>", False),
        (b"<rss><channel><item/></channel></rss>\n<!-- made in 0.2 s -->", False),
        (b"<rss version='2.0'><channel><item><title>A", True),
        (b"<feed xmlns='x'><entry/>", True),
        (b"<feed xmlns='x'><entry/></feed>", False),
        (b"<rdf:RDF><item/>", True),
        (b"<rdf:RDF><item/></rdf:RDF >", False),
        ("<rss><item>é".encode("utf-16"), True),
        ("<rss><item>é</item></rss>".encode("utf-16"), False),
        (b'{"items": [', False),
        (b"", False),
    ],
)
def test_documents_that_break_off(body: bytes, cut: bool) -> None:
    """A feed whose root element has no end was not sent whole."""
    assert breaks_off(body) is cut
