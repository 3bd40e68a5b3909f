"""What a site shows instead of a release's page, and what it says of an edit only by a date."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import feed, piece
from tests.hostile.newsroom import Newsroom, Reply, lead, reply

TITLE = "County board votes"
SAID = "The county voted to end S-Comm, the sheriff said on Tuesday in front of the old court house. " * 4
SORRY = "We are sorry, what you are looking for is not here. Use the search, or call us by telephone."
WORKS = "Our site is being worked on for a short while tonight. Please come back in a few minutes."
AUTO = 'fulltext = "auto"\n'
OTHER_WORDS = "Neighbours sang in the rain until the commissioners gave way, and S-Comm is history here."


def web_page(title: str, text: str) -> Reply:
    """A page that is answered with 200."""
    page = f"<!doctype html><title>{title}</title><article><h1>{title}</h1><p>{text}</p></article>"
    return reply(page.encode(), content_type="text/html; charset=utf-8")


def teasers(newsroom: Newsroom, *numbers: int, text: str = "The county voted…") -> bytes:
    """A feed that says little of its releases."""
    return feed(
        *(piece(n, title=f"{TITLE}: part {n}", text=text, link=f"{newsroom.base}/news/{n}") for n in numbers)
    )


@pytest.fixture(autouse=True)
def without_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The neighbour's feed is not what this is about."""
    monkeypatch.setattr(Desk, "_check_neighbour", lambda *_: None)


def unread(desk: Desk) -> list[tuple[int, str]]:
    """(pages, reason) of each line about unread pages in digests."""
    return [(one["pages"], one["reason"]) for told in desk.digests() for one in told["coverage"]["unread"]]


def kinds(desk: Desk) -> list[str]:
    """What was told, in order."""
    return [kind for kind, _ in desk.told()]


def test_a_page_that_comes_after_its_feed_is_read_when_it_is_there(desk: Desk, newsroom: Newsroom) -> None:
    """Meanwhile the site says "not found", with 200."""
    desk.follow(newsroom.show("/feed", teasers(newsroom, 1)), extra=AUTO)
    newsroom.show("/news/1", web_page("Page not found | County", SORRY))
    desk.cycle()
    newsroom.show("/news/1", web_page(f"{TITLE}: part 1", SAID))
    desk.cycle()
    assert kinds(desk) == ["new"]
    for _ in range(6):
        desk.cycle(DAY)
    assert (kinds(desk), unread(desk), newsroom.times("/news/1")) == (["new"], [], 2)


def test_one_page_for_all_releases_is_none_of_them(desk: Desk, newsroom: Newsroom) -> None:
    """However long it stands there, and whatever it mentions: it is told that their pages were not read."""
    desk.follow(newsroom.show("/feed", teasers(newsroom, 1, 2)), extra=AUTO)
    for path in ("/news/1", "/news/2"):
        newsroom.show(path, web_page("Not found", f"{SORRY} The news: S-Comm ends, says a judge in town."))
    for _ in range(12):
        desk.cycle(DAY)
    assert kinds(desk) == []
    ((pages, reason),) = unread(desk)
    assert (pages, "for several releases" in reason) == (2, True)
    assert {row["text_from"] for row in desk.rows("SELECT * FROM releases WHERE title LIKE 'County%'")} == {
        "feed"
    }


def test_a_link_to_the_front_page_is_none(desk: Desk, newsroom: Newsroom) -> None:
    """Redirects lead there where a page is not there yet, or any more."""
    desk.follow(newsroom.show("/feed", teasers(newsroom, 1)), extra=AUTO)
    newsroom.show("/", web_page(TITLE, SAID))
    newsroom.show("/news/1", lead("/"))
    for _ in range(12):
        desk.cycle(DAY)
    assert kinds(desk) == []
    ((_, reason),) = unread(desk)
    assert "front page" in reason


def test_a_page_in_other_words_than_its_feed_is_told_at_once(desk: Desk, newsroom: Newsroom) -> None:
    """Title and teaser were written by hand. It is told, nothing is taken out, and that there was a doubt
    is told too.
    """
    desk.follow(newsroom.show("/feed", teasers(newsroom, 1, text="No more 287(g)! A win…")), extra=AUTO)
    newsroom.show("/news/1", web_page("A song for the morning", OTHER_WORDS))
    desk.cycle()
    assert sorted(kinds(desk)) == ["new", "new"]
    for _ in range(12):
        desk.cycle(DAY)
    assert sorted(kinds(desk)) == ["new", "new"]
    (text,) = (row["text"] for row in desk.rows("SELECT text FROM releases WHERE title LIKE 'County%'"))
    assert "287(g)" in text and text.count("Neighbours sang") == 1
    ((_, reason),) = unread(desk)
    assert "says nothing of what the release is about" in reason


def edited_teaser(newsroom: Newsroom) -> bytes:
    """The same release, of which another word is told."""
    return teasers(newsroom, 1, text="The county has voted…")


def addresses(newsroom: Newsroom, changed: str) -> Reply:
    """A sitemap that says when the page changed."""
    return reply(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{newsroom.base}/news/1</loc><lastmod>{changed}</lastmod></url></urlset>".encode(),
        content_type="application/xml",
    )


EDITS: dict[str, tuple[str, Callable[[Newsroom], bytes | Reply], Callable[[Newsroom], bytes | Reply]]] = {
    "a teaser that is mended": ("", lambda room: teasers(room, 1), edited_teaser),
    "another date in a sitemap": (
        'kind = "sitemap"\n',
        lambda room: addresses(room, "2026-11-25T10:00:00Z"),
        lambda room: addresses(room, "2026-11-25T12:00:00Z"),
    ),
}


@pytest.mark.parametrize(("kind", "before", "after"), EDITS.values(), ids=EDITS)
def test_a_page_under_maintenance_takes_nothing_out(
    desk: Desk,
    newsroom: Newsroom,
    kind: str,
    before: Callable[[Newsroom], bytes | Reply],
    after: Callable[[Newsroom], bytes | Reply],
) -> None:
    """It is read again since something says that it was edited, while the site is being worked on."""
    desk.follow(newsroom.show("/feed", before(newsroom)), extra=AUTO + kind)
    newsroom.show("/news/1", web_page(f"{TITLE}: part 1", SAID))
    desk.cycle()
    newsroom.show("/feed", after(newsroom))
    newsroom.show("/news/1", web_page("Maintenance", WORKS))
    desk.cycle()
    newsroom.show("/news/1", web_page(f"{TITLE}: part 1", SAID))
    for _ in range(6):
        desk.cycle(DAY)
    assert kinds(desk) == ["new"]
    (text,) = (row["text"] for row in desk.rows("SELECT text FROM releases WHERE title LIKE 'County%'"))
    assert "S-Comm" in text


@pytest.mark.parametrize(
    "shown", [(f"{TITLE}: part 1", "This statement was withdrawn."), ("Gone", "Nothing is said here now.")]
)
def test_a_removal_on_a_page_is_told_when_it_was_read_twice(
    desk: Desk, newsroom: Newsroom, shown: tuple[str, str]
) -> None:
    """At last also where the page says nothing of what it was: so it stands for days."""
    desk.follow(newsroom.show("/feed", teasers(newsroom, 1)), extra=AUTO)
    newsroom.show("/news/1", web_page(f"{TITLE}: part 1", SAID))
    desk.cycle()
    newsroom.show("/feed", edited_teaser(newsroom))
    newsroom.show("/news/1", web_page(*shown))
    desk.cycle()
    assert kinds(desk) == ["new"]
    for _ in range(12):
        desk.cycle(DAY)
    assert kinds(desk) == ["new", "removed"]


def test_a_removal_on_a_page_that_is_never_read_again_is_not_lost(desk: Desk, newsroom: Newsroom) -> None:
    """After five days it is told all the same."""
    desk.follow(newsroom.show("/feed", teasers(newsroom, 1)), extra=AUTO)
    newsroom.show("/news/1", web_page(f"{TITLE}: part 1", SAID))
    desk.cycle()
    newsroom.show("/feed", edited_teaser(newsroom))
    newsroom.show("/news/1", web_page(f"{TITLE}: part 1", "This statement was withdrawn."))
    desk.cycle()
    newsroom.show("/news/1", reply(b"", status="503 Service Unavailable", content_type="text/html"))
    for _ in range(4):
        desk.cycle(DAY)
    assert kinds(desk) == ["new"]
    for _ in range(3):
        desk.cycle(DAY)
    assert kinds(desk) == ["new", "removed"]


def test_servers_with_copies_of_different_age_tell_nothing(desk: Desk, newsroom: Newsroom) -> None:
    """Each second answer is from before an edit. When all have it, it is told."""
    copies = [feed(piece(1, text=f"The county {did}.")) for did in ("ends S-Comm", "held a meeting")]
    desk.follow(newsroom.show("/feed", copies[0]))
    for number in range(24):
        newsroom.show("/feed", copies[number % 2])
        desk.cycle()
    assert kinds(desk) == ["new"]
    desk.cycle(6 * HOUR)
    assert kinds(desk) == ["new", "removed"]


LONG = "The county of number {n} ends S-Comm, the sheriff said on Tuesday in front of the court house. " * 4


@pytest.mark.parametrize(
    ("summary", "told"),
    [("A big win for families in town {n}.", 0), ("", 0), ("Statement {n} was withdrawn.", 4)],
)
def test_a_feed_that_turns_to_summaries_takes_nothing_out(
    desk: Desk, newsroom: Newsroom, summary: str, told: int
) -> None:
    """Summaries say something each, or nothing; a withdrawal of several says the same of each."""

    def shown(text: str) -> bytes:
        pieces = (piece(n, title=f"Statement {n}", text=text.format(n=n)) for n in (4, 3, 2, 1))
        return feed(*pieces)

    desk.follow(newsroom.show("/feed", shown(LONG)))
    desk.cycle()
    newsroom.show("/feed", shown(summary))
    for _ in range(4):
        desk.cycle(6 * HOUR)
    assert kinds(desk) == ["new"] * 4 + ["removed"] * told


def atom(newsroom: Newsroom, updated: str) -> bytes:
    """A feed whose entry says when it was updated, and nothing else of it."""
    entry = (
        f"<entry><title>The board met</title><id>urn:n:1</id><link href='{newsroom.base}/news/1'/>"
        f"<published>2026-11-25T10:00:00Z</published><updated>{updated}</updated>"
        "<summary>The board met on Tuesday and voted on a number of matters…</summary></entry>"
    )
    return (
        "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>N</title><id>urn:n</id>"
        f"<updated>{updated}</updated>{entry}</feed>"
    ).encode()


MET = "The board met on Tuesday and voted on roads, bridges, parks and the library. " * 4
ENDED = "Correction: the board also ended its 287(g) agreement. " + MET


def test_an_update_that_only_its_date_tells_of(desk: Desk, newsroom: Newsroom) -> None:
    """The teaser stays as it was; the page names the program."""
    newsroom.show("/news/1", web_page("The board met", MET))
    desk.follow(newsroom.show("/feed", atom(newsroom, "2026-11-25T10:00:00Z")), extra=AUTO)
    desk.cycle()
    newsroom.show("/news/1", web_page("The board met", ENDED))
    newsroom.show("/feed", atom(newsroom, "2026-11-25T12:30:00Z"))
    desk.cycle()
    assert (desk.told(), newsroom.times("/news/1")) == ([("updated", "The board met")], 2)
    for _ in range(3):
        desk.cycle(DAY)
    assert newsroom.times("/news/1") == 2


def test_a_feed_that_is_updated_all_the_time(desk: Desk, newsroom: Newsroom) -> None:
    """Its pages are read once a day, for a month after they changed last; and no edit there is lost."""
    newsroom.show("/news/1", web_page("The board met", MET))
    desk.follow(newsroom.base + "/feed", extra=AUTO)
    for number in range(60):
        if number == 50:
            newsroom.show("/news/1", web_page("The board met", ENDED))
        newsroom.show("/feed", atom(newsroom, f"{desk.now + 2 * HOUR:%Y-%m-%dT%H:%M:%SZ}"))
        desk.cycle(2 * HOUR)
    assert newsroom.times("/news/1") <= 2 + 60 * 2 / 24
    for _ in range(2):
        desk.cycle(DAY)
    assert desk.told() == [("updated", "The board met")]
    before = newsroom.times("/news/1")
    for _ in range(40):
        newsroom.show("/feed", atom(newsroom, f"{desk.now + DAY:%Y-%m-%dT%H:%M:%SZ}"))
        desk.cycle(DAY)
    assert 20 <= newsroom.times("/news/1") - before <= 31


def test_a_report_that_is_written_over_is_read_when_its_date_changes(desk: Desk, newsroom: Newsroom) -> None:
    """Each week, for a quarter of a year, at one address and under one title."""

    def listing(number: int) -> Reply:
        date = f"{desk.now + 7 * DAY:%Y-%m-%d}"
        rows = (
            f"<li><a href='/reports/{n}'>{n} report</a><time>{d}</time></li>"
            for n, d in (("jail", date), ("roads", "2026-11-01"))
        )
        return reply(f"<html><body><ul>{''.join(rows)}</ul></body></html>".encode(), content_type="text/html")

    kind = 'kind = "page"\nselectors = { item = "li", date = "time" }\n'
    desk.follow(newsroom.base + "/list", extra=kind + AUTO)
    newsroom.show(
        "/reports/roads", web_page("roads report", "Roads are closed here and there, as each year.")
    )
    for week in range(13):
        ice = " S-Comm took nine of them in one night." if week == 12 else ""
        newsroom.show(
            "/reports/jail", web_page("jail report", f"In week {week} the jail held forty people.{ice}")
        )
        newsroom.show("/list", listing(week))
        desk.cycle(7 * DAY)
    assert (newsroom.times("/reports/jail"), newsroom.times("/reports/roads")) == (13, 1)
    assert desk.told() == [("updated", "jail report")]
