"""What is seen again elsewhere, later, or under one name with others: told all the same, and once."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from flows.cycle import load_ready
from presswatch.feeds.entry import make_entry
from presswatch.feeds.sights import sight_of
from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import START, feed, names, piece, releases
from tests.hostile.newsroom import Newsroom, refuse, reply

pytestmark = pytest.mark.usefixtures("without_neighbour")

SEEN = (
    "The county ends S-Comm, the sheriff said on Tuesday in front of the old court house, at noon, and left. "
)
BULLETIN = (
    "The weekly bulletin lists what the board has on its table, where it meets, who may speak, for how long. "
)


@pytest.fixture
def without_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The neighbour's feed is not what this is about."""
    monkeypatch.setattr(Desk, "_check_neighbour", lambda *_: None)


def change(desk: Desk, old: str, new: str) -> None:
    """Edit the configuration, and read it again."""
    text = desk._config.read_text(encoding="utf-8")
    assert old in text
    desk._config.write_text(text.replace(old, new), encoding="utf-8")
    desk._watch = load_ready(desk._config)


def titles(desk: Desk) -> list[str]:
    """Of all that was told, whoever published it."""
    return [item["title"] for told in desk.digests() for part in told["sections"] for item in part["items"]]


def web_page(title: str, text: str) -> object:
    """A release's own page."""
    page = f"<!doctype html><title>{title}</title><article><h1>{title}</h1><p>{text}</p></article>"
    return reply(page.encode(), content_type="text/html; charset=utf-8")


def sitemap(*rows: tuple[str, str]) -> object:
    """Addresses with the dates of their last change."""
    urls = "".join(f"<url><loc>{at}</loc><lastmod>{changed}</lastmod></url>" for at, changed in rows)
    document = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return reply(document.encode(), content_type="application/xml")


def listing(*rows: tuple[str, str, str]) -> object:
    """A page that lists releases: address, title, date."""
    items = "".join(f'<li><a href="{at}">{title}</a> <time>{date}</time></li>' for at, title, date in rows)
    return reply(f"<html><body><ul>{items}</ul></body></html>".encode(), content_type="text/html")


def test_a_subscription_by_publisher_hears_what_another_showed_first(desk: Desk, newsroom: Newsroom) -> None:
    """A coalition's feed has it an hour earlier; the subscription is about its author's feed only."""
    desk.follow(newsroom.show("/coalition", releases(2, 1)), newsroom.show("/own", releases(1)))
    change(desk, 'id = "desk"\n', 'id = "desk"\npublishers = ["Organisation B", "Organisation C"]\n')
    desk.cycle()
    assert "Release 2" not in titles(desk)
    newsroom.show("/own", releases(2, 1))
    for _ in range(3):
        desk.cycle()
    assert titles(desk).count("Release 2") == 1


@pytest.mark.parametrize("second", ["undated", "announces nothing old"])
def test_a_silent_first_read_keeps_no_news_from_anyone(desk: Desk, newsroom: Newsroom, second: str) -> None:
    """A feed is added, and shows a release without announcing it; the feed that was there shows it later."""
    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    undated = second == "undated"
    newsroom.show("/second", feed(*(piece(n, **({"date": ""} if undated else {})) for n in (24, 1))))
    extra = "" if undated else 'announce_since = "0s"\n'
    own = {"A": "Organisation Z", "B": "Organisation A"}
    desk.follow(newsroom.base + "/second", newsroom.base + "/feed", publishers=own, extra=extra)
    desk.cycle()
    assert "Release 24" not in titles(desk)
    newsroom.show("/feed", releases(24, 1))
    for _ in range(2):
        desk.cycle()
    assert titles(desk).count("Release 24") == 1


def test_what_was_old_stays_old_wherever_it_is_shown(desk: Desk, newsroom: Newsroom) -> None:
    """The feed that archived it in silence shows it again, with another second in its date."""
    old = piece(1, date="Wed, 25 Nov 2020 12:00:00 GMT")
    desk.follow(newsroom.show("/feed", feed(old)), newsroom.show("/second", feed(old)))
    desk.cycle()
    newsroom.show("/second", feed(piece(3), old))
    newsroom.show("/feed", feed(piece(3), piece(1, date="Wed, 25 Nov 2020 12:00:01 GMT")))
    for _ in range(2):
        desk.cycle()
    assert {title for title in titles(desk) if title.startswith("Release")} == {"Release 3"}


def test_a_title_that_comes_again_without_a_text(desk: Desk, newsroom: Newsroom) -> None:
    """A bulletin each month, of which the feed carries title, link and date only."""

    def item(week: int) -> str:
        title = "S-Comm: monthly update" if week % 4 == 1 else f"S-Comm case {week}"
        return piece(week, title=title, text="", date=format_datetime(START + (week - 3) * 7 * DAY))

    for weeks in ((3, 2, 1), (4, 3, 2), (5, 4, 3)):
        desk.follow(newsroom.show("/feed", feed(*map(item, weeks))))
        desk.cycle(7 * DAY)
    assert len(desk.archived()) == 5


def bare(number: int, title: str) -> str:
    """An item of which there is no date, no text and no guid."""
    link = f"https://n.example/statements/{number}-s-comm"
    return piece(number, title=title, guid="", link=link, text="", date="")


def test_a_title_that_comes_again_with_nothing_beside_it(desk: Desk, newsroom: Newsroom) -> None:
    """Each has a page of its own: that is all there is, and enough."""
    desk.follow(newsroom.show("/feed", feed(bare(1, "Statement on S-Comm"))))
    desk.cycle()
    newsroom.show("/feed", feed(bare(2, "Statement on S-Comm"), bare(1, "Statement on S-Comm")))
    desk.cycle()
    newsroom.show("/feed", feed(bare(3, "Statement on S-Comm")))
    desk.cycle()
    assert len(desk.archived()) == 3


def test_a_list_without_dates_that_moves_is_the_same_list(desk: Desk, newsroom: Newsroom) -> None:
    """Several known titles at addresses of another manner: the site was rebuilt. At addresses that count on
    they may be those of the next reports, and are told.
    """
    names_of = {1: "On S-Comm in May", 2: "On S-Comm in June", 3: "On S-Comm in July"}
    shown = [bare(n, title) for n, title in names_of.items()]
    desk.follow(newsroom.show("/feed", feed(*shown)))
    desk.cycle()
    newsroom.show("/feed", feed(*(one.replace("/statements/", "/press/") for one in shown)))
    desk.cycle()
    assert len(desk.archived()) == 3
    newsroom.show("/feed", feed(*(bare(40 + n, title) for n, title in names_of.items())))
    desk.cycle()
    newsroom.show("/feed", feed(*(bare(80 + n, title) for n, title in names_of.items())))
    desk.cycle()
    assert len(desk.archived()) == 9


def test_one_address_for_whatever_is_newest(desk: Desk, newsroom: Newsroom) -> None:
    """As guid and as link it is one sign, and not of one release."""
    at = "https://n.example/latest"
    desk.follow(newsroom.show("/feed", feed(piece(1, guid=at, link=at))))
    desk.cycle()
    other = "Three towns sued the sheriff on Monday over 40 jail holds made under S-Comm."
    newsroom.show("/feed", feed(piece(2, guid=at, link=at, text=other)))
    desk.cycle()
    assert sorted(desk.announced()) == names(1, 2)


def test_a_section_for_an_address_and_a_word_for_a_title(desk: Desk, newsroom: Newsroom) -> None:
    """Items that share guid, link and title are told apart by date and text."""
    at = "https://n.example/news"
    texts = {1: "The county ends S-Comm today.", 2: "No more S-Comm, says a judge.", 3: "S-Comm: an audit."}

    def item(number: int) -> str:
        return piece(number, guid=at, link=at, title="Statement", text=texts[number])

    desk.follow(newsroom.show("/feed", feed(item(2), item(1))))
    desk.cycle()
    newsroom.show("/feed", feed(item(3), item(2), item(1)))
    desk.cycle()
    assert len(desk.archived()) == 3


def test_statements_on_one_page_are_listed_by_their_places(desk: Desk, newsroom: Newsroom) -> None:
    """/statements#s23, /statements#s24: releases each; and #comments beside one is none."""

    def rows(*numbers: int) -> list[tuple[str, str, str]]:
        return [(f"/statements#s{n}", f"S-Comm case {n}", f"November {n}, 2026") for n in numbers]

    kind = 'kind = "page"\nselectors = { item = "li", date = "time" }\n'
    desk.follow(newsroom.show("/list", listing(*rows(23, 22))), extra=kind)
    desk.cycle()
    newsroom.show("/list", listing(*rows(25, 24, 23, 22)))
    for _ in range(2):
        desk.cycle()
    assert len(desk.archived()) == 4


def test_one_404_of_a_page_is_not_the_end(desk: Desk, newsroom: Newsroom) -> None:
    """A feed may be ahead of its pages."""
    short = piece(1, text="The county voted…", link=newsroom.base + "/news/1")
    desk.follow(newsroom.show("/feed", feed(short)), extra='fulltext = "auto"\n')
    desk.cycle()
    newsroom.show("/news/1", web_page("Release 1", SEEN * 5))
    for _ in range(4):
        desk.cycle(DAY)
    assert desk.announced() == names(1)


def test_a_page_that_is_never_read_is_told(desk: Desk, newsroom: Newsroom) -> None:
    """The next digest says of which newsroom it is, and why; the one after it doesn't."""
    short = piece(1, text="The county voted…", link=newsroom.base + "/news/1")
    desk.follow(newsroom.show("/feed", feed(short)), extra='fulltext = "auto"\n')
    newsroom.show("/news/1", refuse("403 Forbidden"))
    for _ in range(8):
        desk.cycle(DAY)
    for number in (2, 3):
        newsroom.show("/feed", feed(piece(number), short))
        desk.cycle(DAY)
    told = [digest["coverage"]["unread"] for digest in desk.digests()]
    ((one,),) = [unread for unread in told if unread]
    assert (one["publisher"], one["pages"], one["reason"]) == ("Organisation A", 1, "HTTP 403 Forbidden")


def test_two_addresses_of_a_sitemap_for_one_release(desk: Desk, newsroom: Newsroom) -> None:
    """Both are read in one cycle."""
    at = [newsroom.base + path for path in ("/press/1-county-ends", "/node/1")]
    for path in ("/press/1-county-ends", "/node/1"):
        newsroom.show(path, web_page("County acts", SEEN * 3))
    rows = [(at[0], "2026-11-25T01:00:00Z"), (at[1], "2026-11-25T02:00:00Z")]
    extra = 'kind = "sitemap"\nfulltext = "auto"\n'
    desk.follow(newsroom.show("/sitemap.xml", sitemap(*rows)), extra=extra)
    for _ in range(2):
        desk.cycle()
    assert len(desk.told()) == 1


def test_bulletins_of_a_sitemap_that_are_nearly_the_same(desk: Desk, newsroom: Newsroom) -> None:
    """One title, nine words of ten the same, another week."""
    first, second = (f"{newsroom.base}/bulletin/{n}" for n in (1, 2))
    newsroom.show("/bulletin/1", web_page("Weekly bulletin", BULLETIN * 4 + "Item 1: roads and bridges."))
    extra = 'kind = "sitemap"\nfulltext = "auto"\n'
    desk.follow(newsroom.show("/sitemap.xml", sitemap((first, "2026-11-18T01:00:00Z"))), extra=extra)
    desk.cycle()
    newsroom.show("/bulletin/2", web_page("Weekly bulletin", BULLETIN * 4 + "Item 2: the end of S-Comm."))
    newsroom.show("/sitemap.xml", sitemap((second, "2026-12-02T03:00:00Z"), (first, "2026-11-18T01:00:00Z")))
    desk.cycle(7 * DAY)
    assert len(desk.told()) == 1


def test_a_page_that_was_put_off_by_a_clock_that_was_ahead(desk: Desk, newsroom: Newsroom) -> None:
    """For a year nobody would have looked."""
    year = timedelta(days=366)
    link = newsroom.base + "/news/1"
    short = piece(1, text="The county voted…", link=link, date=format_datetime(START + year))
    desk.follow(newsroom.show("/feed", feed(short)), extra='fulltext = "auto"\n')
    newsroom.show("/news/1", refuse("503 Service Unavailable"))
    desk.now += year
    desk.cycle()
    desk.now -= year
    newsroom.show("/news/1", web_page("Release 1", SEEN * 5))
    for _ in range(5):
        desk.cycle(DAY)
    assert desk.announced() == names(1)


def test_a_gap_after_a_clock_that_was_ahead(desk: Desk, newsroom: Newsroom) -> None:
    """What was seen then is what was seen last."""
    desk.follow(newsroom.show("/feed", releases(3, 2, 1)))
    desk.now += 30 * DAY
    desk.cycle()
    desk.now -= 30 * DAY
    newsroom.show("/feed", releases(33, 32, 31))
    desk.cycle(10 * HOUR)
    newsroom.show("/feed", releases(34, 33, 32))
    for _ in range(3):
        desk.cycle()
    assert desk.gaps()
    assert [gap["status"] for told in desk.digests() for gap in told["coverage"]["gaps"]]


@pytest.mark.parametrize("pinned", [1, 2, 3, 4])
def test_pinned_items_hide_no_gap(desk: Desk, newsroom: Newsroom, pinned: int) -> None:
    """However many stay on top."""
    top = (1, 2, 3, 4)[:pinned]
    desk.follow(newsroom.show("/feed", releases(*top, 14, 13, 12, 11, 10)))
    desk.cycle()
    newsroom.show("/feed", releases(*top, 34, 33, 32, 31, 30))
    desk.cycle(12 * HOUR)
    assert len(desk.gaps()) == 1


def test_a_renamed_publisher_whose_item_is_edited(desk: Desk, newsroom: Newsroom) -> None:
    """The guid is a number, which holds for its publisher only, and there is no link."""

    def item(text: str) -> object:
        return feed(piece(1, guid="17", link="", text=text))

    desk.follow(newsroom.show("/feed", item("The county ends S-Comm, case 1.")))
    desk.cycle()
    change(desk, '"Organisation A"', '"Organisation A, Inc."')
    newsroom.show("/feed", item("The county ends S-Comm, case 1, as of noon."))
    desk.cycle()
    assert titles(desk).count("Release 1") == 1


def test_a_feed_that_is_added_again_after_half_a_year(desk: Desk, newsroom: Newsroom) -> None:
    """It doesn't pour out what it published meanwhile."""
    url = newsroom.show("/feed", releases(2, 1))
    desk.follow(url, newsroom.show("/other", feed()))
    desk.cycle()
    text = desk._config.read_text(encoding="utf-8")
    start = text.index("\n[[feeds]]")
    entry = text[start : text.index("\n[[feeds]]", start + 5)]
    change(desk, entry, "")
    desk.cycle()
    desk._config.write_text(text, encoding="utf-8")
    desk._watch = load_ready(desk._config)
    dated = [piece(n, date=format_datetime(START + timedelta(days=n))) for n in range(181, 2, -1)]
    newsroom.show("/feed", feed(*dated))
    desk.cycle(180 * DAY)
    assert sorted(set(desk.announced()) - {"Release 1", "Release 2"}) == names(178, 179, 180, 181)


def test_an_edit_that_shortens_after_the_feed_moved(desk: Desk, newsroom: Newsroom) -> None:
    """The old address is read no more: what the new one says is what the publisher says."""
    desk.follow(newsroom.show("/feed", releases(2, 1)))
    desk.cycle()
    desk.follow(newsroom.show("/feed2", releases(2, 1)))
    desk.cycle()
    newsroom.show("/feed2", feed(piece(2, text="The county did it."), piece(1)))
    desk.cycle()
    assert desk.revisions() == 1


def test_no_two_addresses_of_a_sitemap_are_one_by_chance() -> None:
    """Among a hundred thousand addresses some would be, by 32 bits."""
    addresses = [f"https://n.example/press/{number}-release" for number in range(100_000)]
    traces = {
        sight_of("", make_entry(publisher="Organisation A", guid=address, link=address)).listed
        for address in addresses
    }
    assert len(traces) == len(addresses)
