"""Feeds that roll past between two readings: what was missed is fetched where the site keeps it, and told
of where it doesn't.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import XML, feed, names, piece, published, releases, words
from tests.hostile.newsroom import Newsroom, refuse, reply

ATOM = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
RECOVERED, OPEN, PENDING = "recovered", "open", "pending"


class Site:
    """A newsroom whose releases are its own pages."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom

    def items(self, *numbers: int) -> list[str]:
        """Items that link to their pages."""
        return [piece(n, guid=self.page(n), link=self.page(n)) for n in numbers]

    def page(self, number: int) -> str:
        """The address of a release."""
        return f"{self.newsroom.base}/news/statement-of-the-county-{number}"

    def shows(self, *numbers: int, path: str = "/feed", older: str = "", rel: str = "next") -> str:
        """Show these in the feed, which may name the document with older ones."""
        link = f'<atom:link rel="{rel}" href="{self.newsroom.base}{older}"/>' if older else ""
        return self.newsroom.show(path, feed(*self.items(*numbers), start=ATOM, inside=link))


@pytest.fixture
def site(newsroom: Newsroom) -> Site:
    """A newsroom with pages."""
    return Site(newsroom)


def by_links(site: Site, rel: str) -> None:
    """Older documents that are linked to (RFC 5005)."""
    site.shows(9, 8, 7, older="/older", rel=rel)
    site.shows(6, 5, 4, path="/older", older="/oldest", rel=rel)
    site.shows(3, 2, 1, path="/oldest")


def by_wordpress(site: Site) -> None:
    """Further pages of the feed."""
    site.shows(9, 8, 7)
    site.shows(6, 5, 4, path="/feed?paged=2")
    site.shows(3, 2, 1, path="/feed?paged=3")


def by_sitemap(site: Site) -> None:
    """A sitemap, and the pages that it lists."""
    site.shows(9, 8, 7)
    urls = "".join(
        f"<url><loc>{site.page(n)}</loc><lastmod>{published(n).isoformat()}</lastmod></url>"
        for n in range(1, 10)
    )
    listed = f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    site.newsroom.show("/sitemap.xml", reply(listed.encode(), content_type="application/xml"))
    for number in range(4, 7):
        text = (
            f"{words(number)} The sheriff said so on Tuesday in front of the old court house, at noon. " * 3
        )
        page = (
            f"<!doctype html><html><head><title>Release {number}</title></head><body><article>"
            f"<h1>Release {number}</h1><p>{text}</p></article></body></html>"
        )
        path = site.page(number).removeprefix(site.newsroom.base)
        site.newsroom.show(path, reply(page.encode(), content_type="text/html; charset=utf-8"))


WAYS: dict[str, Callable[[Site], None]] = {
    "an archived feed": lambda site: by_links(site, "prev-archive"),
    "a paged feed": lambda site: by_links(site, "next"),
    "WordPress's pages": by_wordpress,
    "the sitemap": by_sitemap,
}


@pytest.mark.parametrize("keep", WAYS.values(), ids=WAYS)
def test_what_rolled_past_is_recovered(desk: Desk, site: Site, keep: Callable[[Site], None]) -> None:
    """Six releases came between two readings of a feed of three: none is missed, and none is told twice."""
    desk.follow(site.shows(3, 2, 1))
    desk.cycle()
    keep(site)
    report = desk.cycle(6 * HOUR)
    assert (desk.gaps(), report.recovered, report.recorded.gaps) == ([(RECOVERED, 3)], 3, 1)
    for _ in range(2):
        desk.cycle(6 * HOUR)
    links = [row["url"] for row in desk.rows("SELECT url FROM releases WHERE publisher = 'Organisation A'")]
    assert sorted(links) == [site.page(n) for n in range(1, 10)]
    assert sorted(desk.announced()) == names(*range(1, 10))
    assert told_gaps(desk) == [RECOVERED]


def told_gaps(desk: Desk) -> list[str]:
    """What digests say of the feed's gaps, in order."""
    return [
        gap["status"]
        for digest in desk.digests()
        for gap in digest["coverage"]["gaps"]
        if gap["publisher"] == "Organisation A"
    ]


def test_what_cannot_be_recovered_is_a_gap(desk: Desk, site: Site) -> None:
    """The site keeps nothing: the next digest says that releases may have been missed, once."""
    desk.follow(site.shows(3, 2, 1))
    desk.cycle()
    site.shows(9, 8, 7)
    desk.cycle(6 * HOUR)
    assert (desk.gaps(), desk.reports[-1].recovered) == ([(OPEN, 0)], 0)
    for _ in range(2):
        desk.cycle(6 * HOUR)
    assert (told_gaps(desk), len(desk.gaps())) == ([OPEN], 1)
    said = [page for page in desk.pages() if "releases may have been missed" in page.read_text("utf-8")]
    assert len(said) == 1
    assert sorted(desk.announced()) == names(1, 2, 3, 7, 8, 9)


def test_a_part_is_recovered_and_the_rest_is_a_gap(desk: Desk, site: Site) -> None:
    """The archive that the feed links to ends too soon: what it holds is news, and the gap stays open."""
    desk.follow(site.shows(3, 2, 1))
    desk.cycle(HOUR)
    site.shows(9, 8, older="/older")
    site.shows(7, 6, path="/older")
    desk.cycle(6 * HOUR)
    assert desk.gaps() == [(OPEN, 2)]
    assert sorted(desk.announced()) == names(1, 2, 3, 6, 7, 8, 9)


def test_a_network_that_fails_is_asked_again_for_what_is_missing(desk: Desk, site: Site) -> None:
    """The gap is pending as long as it may still be closed, and a digest says both."""
    desk.follow(site.shows(3, 2, 1))
    desk.cycle()
    site.shows(9, 8, 7, older="/older")
    site.newsroom.show("/older", refuse("503 Service Unavailable"))
    desk.cycle(6 * HOUR)
    assert desk.gaps() == [(PENDING, 0)]
    by_links(site, "next")
    desk.cycle()
    assert desk.gaps() == [(RECOVERED, 3)]
    assert told_gaps(desk) == [PENDING, RECOVERED]
    assert sorted(desk.announced()) == names(*range(1, 10))


def test_links_without_end_are_not_followed_for_ever(desk: Desk, site: Site) -> None:
    """An archive that leads on and on costs ten requests, and the cycle ends."""
    desk.follow(site.shows(3, 2, 1))
    desk.cycle()
    site.shows(24, older="/older/23")
    for number in range(4, 24):
        site.shows(number, path=f"/older/{number}", older=f"/older/{number - 1 if number > 4 else 23}")
    before = len(site.newsroom.asked)
    desk.cycle(DAY)
    assert len(site.newsroom.asked) - before <= 11  # the reading, and the ten that a gap may cost
    assert desk.gaps()[0][0] == OPEN


def test_an_archive_on_another_site_is_not_asked(desk: Desk, site: Site) -> None:
    """A feed can't send the reader elsewhere."""
    desk.follow(site.shows(3, 2, 1))
    desk.cycle()
    with_link = f'<atom:link rel="next" href="{site.newsroom.base.replace("127.0.0.1", "127.0.0.2")}/"/>'
    site.newsroom.show("/feed", feed(*site.items(9, 8, 7), start=ATOM, inside=with_link))
    desk.cycle(6 * HOUR)
    assert desk.gaps() == [(OPEN, 0)]


def test_wrong_dates_hide_no_gap(desk: Desk, site: Site) -> None:
    """An item with a date in the future doesn't make all that follows look old."""
    future = piece(3, guid=site.page(3), link=site.page(3), date="Thu, 25 Nov 2027 10:00:00 GMT")
    desk.follow(site.newsroom.show("/feed", feed(future, *site.items(2, 1))))
    desk.cycle()
    numbers = (39, 38, 37)  # published in the hours after
    site.shows(*numbers)
    desk.cycle(20 * HOUR)
    assert desk.gaps() == [(OPEN, 0)]


NO_GAPS: dict[str, list[tuple[int, ...]]] = {
    "another order": [(6, 5, 4, 3), (3, 6, 4, 5), (5, 3, 6, 4)],
    "shuffled, with new ones": [(3, 1, 2), (2, 4, 1, 3), (5, 3, 1, 4, 2)],
    "oldest first": [(1, 2, 3), (2, 3, 4), (3, 4, 5)],
    "fewer and fewer": [(6, 5, 4, 3, 2, 1), (6, 5, 4), (6,)],
    "without the newest": [(6, 5, 4, 3), (4, 3), (6, 5, 4, 3)],
    "without the oldest": [(6, 5, 4, 3), (6, 5), (6, 5, 4, 3)],
    "nothing for a while": [(3, 2, 1), (), (4, 3, 2)],
    "only what is old": [(6, 5, 4), (3, 2, 1), (6, 5, 4)],
    "one after the other": [(1,), (2, 1), (3, 2), (4, 3)],
    "longer and longer": [(6, 5), (6, 5, 4, 3), (7, 6, 5, 4, 3, 2, 1)],
}


@pytest.mark.parametrize("readings", NO_GAPS.values(), ids=NO_GAPS)
def test_what_is_no_gap_is_not_told(desk: Desk, site: Site, readings: list[tuple[int, ...]]) -> None:
    """A feed that is shuffled, cut or empty for a while has lost nothing, and a reader hears nothing."""
    desk.follow(site.newsroom.base + "/feed")
    for numbers in readings:
        site.shows(*numbers)
        desk.cycle()
    shown = sorted({number for numbers in readings for number in numbers})
    assert sorted(desk.announced()) == names(*shown)
    assert (desk.gaps(), told_gaps(desk), desk.revisions()) == ([], [], 0)


def test_what_cannot_be_known_is_said(desk: Desk, newsroom: Newsroom) -> None:
    """A feed without dates and numbers shows other releases at each reading. The first time it may be a gap;
    then that is its way, and what it lost nobody can tell, as each digest of that time says.
    """

    def shown(*letters: str) -> bytes:
        return feed(
            *(
                piece(0, title=f"S-Comm {each}", guid="", link=f"https://a.example/{each * 9}", date="")
                for each in letters
            )
        )

    desk.follow(newsroom.show("/feed", shown("a", "b", "c")))
    desk.cycle()
    for letters in ("def", "ghi", "jkl"):
        newsroom.show("/feed", shown(*letters))
        desk.cycle(6 * HOUR)
    desk.cycle(6 * HOUR)
    limits = [digest["coverage"]["limits"] for digest in desk.digests()]
    told = [[limit["publisher"] for limit in each if limit["what"] == "order"] for each in limits]
    assert told == [[], [], ["Organisation A"], ["Organisation A"], []]
    assert desk.gaps() == [(OPEN, 0)]
    said = [page for page in desk.pages() if "cannot be known" in page.read_text("utf-8")]
    assert len(said) == 2


def test_a_truncated_answer_is_no_gap(desk: Desk, site: Site) -> None:
    """The document breaks off in the middle of an item: neither is one missed, nor is one edited."""
    desk.follow(site.shows(4, 3, 2, 1))
    desk.cycle()
    whole = feed(*site.items(5, 4, 3, 2, 1))
    for share in (0.9, 0.6, 0.45, 1.0):
        site.newsroom.show("/feed", whole[: int(len(whole) * share)])
        desk.cycle()
    assert sorted(desk.announced()) == names(*range(1, 6))
    assert (desk.gaps(), desk.revisions()) == ([], 0)


def test_more_than_a_cap_is_not_lost(desk: Desk, newsroom: Newsroom) -> None:
    """A thousand releases at once are a thousand, all announced."""
    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    many = [
        piece(n, date="Wed, 25 Nov 2026 12:30:00 GMT", text=f"{words(n)} Number {n}.")
        for n in range(2, 1_002)
    ]
    newsroom.show("/feed", feed(*many, piece(1)))
    report = desk.cycle()
    assert report.recorded.new == 1_001
    assert (len(desk.archived()), len(desk.announced())) == (1_001, 1_001)


def test_a_feed_that_dies_is_told_once_and_once_that_it_is_back(desk: Desk, site: Site) -> None:
    """Each digest's coverage names it meanwhile. What rolled past in those days is looked for."""
    desk.follow(site.shows(3, 2, 1))
    desk.cycle()
    site.newsroom.show("/feed", refuse("500 Internal Server Error"))
    for _ in range(12):
        desk.cycle(6 * HOUR)
    assert desk.turned() == ["failing"]
    reasons = [failed["reason"] for digest in desk.digests()[1:] for failed in digest["coverage"]["failed"]]
    assert reasons == ["HTTP 500 Internal Server Error"] * 12
    by_links(site, "next")
    for _ in range(4):
        desk.cycle(6 * HOUR)
    assert desk.turned() == ["failing", "well"]
    assert (sorted(desk.announced()), desk.gaps()) == (names(*range(1, 10)), [(RECOVERED, 3)])
