"""The site's own sitemap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug import Response

from presswatch.recovery.outcome import Found
from tests.recovery.office import Office, down, numbers_of, published

Find = Callable[..., Found]


@pytest.fixture
def gap_of(office: Office, find: Find) -> Callable[[], Found]:
    """Recovers a gap from 49 to 55 of a feed that keeps no older pages."""
    office.answers["/feed.xml"] = office.rss(down(60, 56))
    office.answers["/feed.xml?paged=2"] = Response(status=404)
    return lambda: find(office.gap(down(48, 1), down(60, 56)))


@pytest.mark.parametrize("place", ["/sitemap.xml", "/news-sitemap.xml", "/wp-sitemap.xml"])
def test_pages_in_the_gap_are_found(office: Office, gap_of: Callable[[], Found], place: str) -> None:
    """Addresses like the releases', with a date in the gap; their pages are to be read."""
    others = [(f"{office.base}/about/{name}", published(52)) for name in ("staff", "history")]
    office.answers[place] = office.sitemap([*office.pages(down(60, 1)), *others])
    found = gap_of()
    assert (numbers_of(found.entries), found.closed) == (down(55, 49), True)
    assert found.how == "recovered by the site's sitemap: 7 releases"
    assert found.listed == {entry.fingerprint for entry in found.entries}


def test_a_release_dated_ahead_is_found(office: Office, gap_of: Callable[[], Found]) -> None:
    """The date is a slip; a site that dates much ahead lists something else."""
    ahead = published(52) + timedelta(days=150)
    pages = [(link, ahead if link == office.link(52) else date) for link, date in office.pages(down(60, 1))]
    office.answers["/sitemap.xml"] = office.sitemap(pages)
    found = gap_of()
    assert (sorted(numbers_of(found.entries), reverse=True), found.closed) == (down(55, 49), True)
    visits = [(office.link(n), published(n) + timedelta(days=n)) for n in range(70, 80)]
    office.answers["/sitemap.xml"] = office.sitemap([*pages, *visits])
    assert (gap_of().entries, gap_of().closed) == ((), False)


def test_robots_txt_says_where_the_sitemaps_are(office: Office, gap_of: Callable[[], Found]) -> None:
    """Those of other sites are left alone, those that sound like news come first."""
    lines = ["http://127.0.0.1:9/map.xml", f"{office.base}/all.xml", f"{office.base}/press.xml"]
    text = "User-agent: *\nDisallow:\n" + "".join(f"Sitemap: {line}\n" for line in lines)
    office.answers["/robots.txt"] = Response(text, mimetype="text/plain")
    office.answers["/press.xml"] = office.sitemap(office.pages(down(60, 1)))
    found = gap_of()
    assert (numbers_of(found.entries), found.closed) == (down(55, 49), True)
    assert "/all.xml" not in office.asked


def test_an_index_is_followed(office: Office, gap_of: Callable[[], Found]) -> None:
    """The sitemaps of an index are read, but not again and again."""
    office.answers["/sitemap.xml"] = office.index("/post-sitemap.xml", "/post-sitemap2.xml", "/sitemap.xml")
    office.answers["/post-sitemap.xml"] = office.sitemap(office.pages(range(1, 30)))
    office.answers["/post-sitemap2.xml"] = office.index("/post-sitemap3.xml", "/post-sitemap2.xml")
    office.answers["/post-sitemap3.xml"] = office.sitemap(office.pages(range(30, 61)))
    found = gap_of()
    assert (numbers_of(found.entries), found.closed) == (down(55, 49), True)
    assert len(office.asked) == len(set(office.asked)) + 1  # robots.txt: for its rules, and for its sitemaps


def test_an_index_without_end_is_left(office: Office, gap_of: Callable[[], Found]) -> None:
    """An index of ever more indexes costs ten requests."""
    for number in range(50):
        office.answers[f"/s{number}.xml"] = office.index(f"/s{number + 1}.xml", f"/s{number + 20}.xml")
    office.answers["/sitemap.xml"] = office.index("/s0.xml")
    found = gap_of()
    assert (found.entries, found.closed, found.retriable) == ((), False, False)
    assert len(office.asked) == 10


def test_a_sitemap_that_lags_is_asked_again(office: Office, gap_of: Callable[[], Found]) -> None:
    """A sitemap made each night doesn't hold the newest yet: what it has is taken, the gap isn't closed."""
    office.answers["/sitemap.xml"] = office.sitemap(office.pages(down(52, 1)))
    found = gap_of()
    assert (numbers_of(found.entries), found.closed, found.retriable) == (down(52, 49), False, True)
    assert "the site's sitemap: it is not up to date" in found.how


def test_a_sitemap_without_known_ground_closes_nothing(office: Office, gap_of: Callable[[], Found]) -> None:
    """It may not reach back far enough."""
    office.answers["/sitemap.xml"] = office.sitemap(office.pages(down(60, 52)))
    found = gap_of()
    assert (numbers_of(found.entries), found.closed, found.retriable) == (down(55, 52), False, False)


def test_dates_of_a_rebuilt_site_are_not_believed(office: Office, gap_of: Callable[[], Found]) -> None:
    """Where old releases carry new dates, dates say nothing."""
    touched = [(office.link(number), published(59) + timedelta(minutes=number)) for number in down(60, 1)]
    office.answers["/sitemap.xml"] = office.sitemap(touched)
    found = gap_of()
    assert (found.entries, found.closed) == ((), False)


def test_a_sitemap_of_more_than_releases_is_left_alone(office: Office, gap_of: Callable[[], Found]) -> None:
    """A blog in the same folder is not taken for releases."""
    blog = [
        (f"{office.base}/news/what-we-cook-today-{number}0000/", published(number))
        for number in range(49, 61)
    ]
    office.answers["/sitemap.xml"] = office.sitemap([*office.pages(down(60, 1)), *blog])
    found = gap_of()
    assert (found.entries, found.closed) == ((), False)
    assert "it holds more than the feed's releases" in found.how


def test_pages_at_the_top_cannot_be_told_apart(office: Office, gap_of: Callable[[], Found]) -> None:
    """Where releases share no folder, any page of the site could be one."""
    office.folder = "/"
    office.answers["/sitemap.xml"] = office.sitemap(office.pages(down(60, 1)))
    office.answers["/feed.xml"] = office.rss(down(60, 56))
    found = gap_of()
    assert (found.entries, found.closed) == ((), False)
    assert "releases can't be told from other pages in it" in found.how


def test_a_date_in_the_address_counts(office: Office, find: Find) -> None:
    """An old release that was edited in the gap isn't new."""
    office.folder = "/news/2026/11/"
    office.answers["/feed.xml"] = office.rss(down(60, 56))
    office.answers["/feed.xml?paged=2"] = Response(status=404)
    edited = (f"{office.base}/news/2025/03/statement-of-the-office-on-matter-7777/", published(52))
    office.answers["/sitemap.xml"] = office.sitemap([*office.pages(down(60, 1)), edited])
    gap = office.gap(down(48, 1), down(60, 56))
    known = frozenset(
        {*gap.known_keys, f"link:{office.base.partition('//')[2]}/news/2025/02/old-statement-1"}
    )
    object.__setattr__(gap, "known_keys", known)
    found = find(gap)
    assert (numbers_of(found.entries), found.closed) == (down(55, 49), True)


def test_robots_txt_is_honoured(office: Office, gap_of: Callable[[], Found]) -> None:
    """A sitemap that robots may not read isn't read."""
    office.answers["/robots.txt"] = Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
    office.answers["/sitemap.xml"] = office.sitemap(office.pages(down(60, 1)))
    found = gap_of()
    assert (found.entries, found.closed, found.retriable) == ((), False, False)
    assert "/sitemap.xml" not in office.asked


def test_robots_txt_that_is_down_is_asked_again(office: Office, gap_of: Callable[[], Found]) -> None:
    """As long as its rules can't be had, a site isn't read."""
    office.answers["/robots.txt"] = Response(status=503)
    found = gap_of()
    assert (found.closed, found.retriable) == (False, True)


HOSTILE = [
    b"",
    b"<html><body>No.</body></html>",
    b"<urlset>",
    b"<urlset><url><loc>http://[</loc><lastmod>2026-11-22T10:00:00Z</lastmod></url></urlset>",
    b"\x1f\x8b\x08\0 not gzip",
    b'<!DOCTYPE a [<!ENTITY b "c">]><urlset><url><loc>&b;</loc></url></urlset>',
    b"<urlset>" + b"<url>" * 20_000,
    b"\0" * 1000,
]


@pytest.mark.parametrize("body", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def test_whatever_comes_is_no_sitemap(office: Office, gap_of: Callable[[], Found], body: bytes) -> None:
    """Broken and hostile answers lead to an open gap, and to nothing else."""
    office.answers["/sitemap.xml"] = Response(body, mimetype="application/xml")
    found = gap_of()
    assert (found.entries, found.closed, found.retriable) == ((), False, False)
    assert "unexpected" not in found.how
    assert found.how.isprintable()


def test_a_newsroom_that_is_a_page_has_its_sitemap(office: Office, find: Find) -> None:
    """There is no feed to page through, but the site may still say what it published."""
    office.answers["/sitemap.xml"] = office.sitemap(office.pages(down(60, 1)))
    found = find(office.gap(down(48, 1), down(60, 56), path="/newsroom", kind="page"))
    assert (numbers_of(found.entries), found.closed) == (down(55, 49), True)
    assert "/newsroom" not in office.asked


def test_releases_on_another_site_have_no_sitemap_here(office: Office, find: Find) -> None:
    """The sitemap of a service that makes feeds is not the newsroom's."""
    feed = office.rss_bytes(down(60, 56)).replace(
        f"<link>{office.base}".encode(), b"<link>https://rights.example"
    )
    office.answers["/feed.xml"] = Response(feed, mimetype="text/xml")
    office.answers["/feed.xml?paged=2"] = Response(status=404)
    found = find(office.gap(down(48, 1), down(60, 56)))
    assert "the site: its releases are on another site than its feed" in found.how
    assert office.asked == ["/feed.xml", "/feed.xml?paged=2"]
