"""Recurring reports, two lists in one document, overlapping feeds, editions: each told, and none twice."""

from __future__ import annotations

from email.utils import format_datetime

import pytest

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import START, feed, piece, releases
from tests.hostile.newsroom import Newsroom, reply

pytestmark = pytest.mark.usefixtures("without_neighbour")

TEASER = "The figures of last month on detainers and S-Comm are in the table that is attached to this note."
PAGE = 'kind = "page"\nselectors = { item = "li", date = "time" }\n'


@pytest.fixture
def without_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The neighbour's feed is not what this is about."""
    monkeypatch.setattr(Desk, "_check_neighbour", lambda *_: None)


def titles(desk: Desk) -> list[str]:
    """Of all that was told, whoever published it."""
    return [item["title"] for told in desk.digests() for part in told["sections"] for item in part["items"]]


def boxes(*inner: str) -> object:
    """A page with a list."""
    items = "".join(f"<li>{one}</li>" for one in inner)
    return reply(f"<html><body><ul>{items}</ul></body></html>".encode(), content_type="text/html")


def dated(*numbers: int) -> list[str]:
    """Boxes of a list, one each eight hours."""
    return [
        f'<a href="/press/case-{n}-of-s-comm">S-Comm case {n}</a><time>2026-11-{10 + n // 3:02d}</time>'
        for n in numbers
    ]


def test_a_feed_s_gap_is_its_own(desk: Desk, newsroom: Newsroom) -> None:
    """Of what rolled past in the busy feed, a feed of one topic has shown the last item."""
    desk.follow(newsroom.show("/topic", releases(1)), newsroom.show("/all", releases(5, 4, 3, 2, 1)))
    desk.cycle()
    newsroom.show("/topic", releases(31, 1))
    newsroom.show("/all", releases(35, 34, 33, 32, 31))
    for _ in range(2):
        desk.cycle(30 * HOUR)
    assert [row["url"] for row in desk.rows("SELECT f.url FROM gaps g JOIN feeds f ON f.id = g.feed_id")] == [
        f"{newsroom.base}/all"
    ]


@pytest.mark.parametrize("slow", [(2, 1), (3, 2)], ids=["a list that stays", "a list that moves slowly"])
def test_a_second_list_hides_no_gap(desk: Desk, newsroom: Newsroom, slow: tuple[int, ...]) -> None:
    """Below the releases stands another list; all of the first has gone."""
    desk.follow(newsroom.show("/list", boxes(*dated(15, 14, 13, 12, 11, 2, 1))), extra=PAGE)
    desk.cycle()
    newsroom.show("/list", boxes(*dated(45, 44, 43, 42, 41, *slow)))
    desk.cycle(30 * HOUR)
    assert len(desk.gaps()) == 1


def test_a_monthly_report_is_told_each_month(desk: Desk, newsroom: Newsroom) -> None:
    """Under one title and with one teaser; the last one has left the feed by then."""

    def shown(month: int) -> bytes:
        at = f"https://newsroom.example/{month}/monthly-report"
        date = format_datetime(START + 30 * (month - 1) * DAY - HOUR)
        return feed(
            piece(90 + month, title="The month in our jails", guid=at, link=at, text=TEASER, date=date),
            *(piece(10 * month + n, date=date) for n in range(3)),
        )

    for month in (1, 2, 3):
        desk.follow(newsroom.show("/feed", shown(month)))
        desk.cycle(30 * DAY if month > 1 else HOUR)
    assert titles(desk).count("The month in our jails") == 3


def test_daily_reports_at_dated_addresses_are_no_move(desk: Desk, newsroom: Newsroom) -> None:
    """Three titles come back at once, at other addresses, each day."""

    def shown(day: int) -> object:
        return boxes(
            *(
                f'<a href="/docs/{name}-2026-11-{day}.pdf">{title}</a>'
                for name, title in (
                    ("d", "287(g) detainers"),
                    ("r", "Jail roster"),
                    ("t", "S-Comm transfers"),
                )
            )
        )

    desk.follow(newsroom.show("/list", boxes('<a href="/docs/about">About</a>')), extra=PAGE)
    desk.cycle()
    for day in (25, 26, 27):
        newsroom.show("/list", shown(day))
        desk.cycle(DAY)
    assert titles(desk).count("S-Comm transfers") == titles(desk).count("287(g) detainers") == 3


def test_two_offices_announce_the_same_on_one_day(desk: Desk, newsroom: Newsroom) -> None:
    """Each in its feed, at its address, without a text."""

    def shown(office: str, hours: int) -> bytes:
        at = f"https://newsroom.example/{office}/agreement"
        date = format_datetime(START + hours * HOUR)
        return feed(piece(hours, title="A new 287(g) agreement", guid=at, link=at, text="", date=date))

    own = {"A": "Organisation A", "B": "Organisation A"}
    desk.follow(newsroom.show("/north", releases(1)), newsroom.show("/south", releases(2)), publishers=own)
    desk.cycle()
    for office, hours in (("north", 1), ("south", 2)):
        newsroom.show(f"/{office}", shown(office, hours))
        desk.cycle()
    assert titles(desk).count("A new 287(g) agreement") == 2


def test_one_article_in_two_categories_is_one(desk: Desk, newsroom: Newsroom) -> None:
    """It stands in one feed twice, at two addresses, with the same words of the same second."""
    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    both = [f"https://newsroom.example/{category}/45-the-jail" for category in ("press", "jails")]
    twice = [piece(5, title="The jail is closed", guid=at, link=at, text=TEASER) for at in both]
    newsroom.show("/feed", feed(*twice, piece(1)))
    for _ in range(2):
        desk.cycle()
    assert titles(desk).count("The jail is closed") == 1


def test_a_mended_title_is_the_same_release(desk: Desk, newsroom: Newsroom) -> None:
    """At a short address, without a date: a badge goes, a letter is mended; and the hours pass in a card."""

    def shown(title: str, hours: int) -> object:
        card = f"Hearing on S-Comm {hours} hours ago"
        return boxes(f'<a href="/press/end">{title}</a>', f'<a href="/press/card">{card}</a>')

    desk.follow(newsroom.show("/list", boxes('<a href="/press/hello">Hello</a>')), extra=PAGE)
    desk.cycle()
    mended = (
        "NEW! The county has endet S-Comm",
        "The county has endet S-Comm",
        "The county has ended S-Comm",
    )
    for hours, title in enumerate(mended, 2):
        newsroom.show("/list", shown(title, hours))
        desk.cycle()
    told = titles(desk)
    assert [title for title in told if "county" in title] == [mended[0]]
    assert [title for title in told if "Hearing" in title] == ["Hearing on S-Comm"]


def test_boxes_that_begin_with_their_topic(desk: Desk, newsroom: Newsroom) -> None:
    """The link that several share is not that of the releases."""

    def box(number: int) -> str:
        return f'<a href="/topics/jails">Jails</a> <a href="/press/{number}-s-comm">S-Comm case {number}</a>'

    desk.follow(newsroom.show("/list", boxes(*map(box, (3, 2, 1)))), extra=PAGE)
    desk.cycle()
    newsroom.show("/list", boxes(*map(box, (5, 4, 3, 2, 1))))
    desk.cycle()
    told = titles(desk)
    assert {"S-Comm case 4", "S-Comm case 5"} <= set(told)
    assert not [title for title in told if title == "Jails"]


def test_an_edition_in_another_language_is_another_release(desk: Desk, newsroom: Newsroom) -> None:
    """It keeps guid and date, and has an address and a title of its own."""

    def shown(language: str, title: str) -> bytes:
        at = f"https://newsroom.example{'/es' if language == 'es' else ''}/the-county"
        guid = "https://newsroom.example/?p=77"
        item = piece(7, title=title, guid=guid, link=at, text=f"{title}.")
        return feed(item, inside=f"<language>{language}</language>")

    desk.follow(
        newsroom.show("/feed", shown("en-US", "The county ends Secure Communities")),
        newsroom.show("/es/feed", shown("es", "El condado termina con S-Comm")),
        publishers={"A": "Organisation A", "B": "Organisation A"},
    )
    for _ in range(2):
        desk.cycle()
    found = desk.rows("SELECT language, title FROM releases WHERE language != ''")
    languages = {row["language"]: row["title"] for row in found}
    assert languages == {
        "en-us": "The county ends Secure Communities",
        "es": "El condado termina con S-Comm",
    }


def test_one_template_of_two_offices_is_two_stories(desk: Desk, newsroom: Newsroom) -> None:
    """Place and number differ, in the title too."""
    body = (
        "Officers made {} arrests in {} in an operation of five days under S-Comm, they said on Monday. "
        "Those who were arrested will be held until a judge has heard them, and some have been sent to other "
        "states, where there is more room. They thank the police of the city, the sheriff and all others "
        "who took part in what it calls a success for everybody who lives here."
    )
    desk.follow(newsroom.show("/north", releases(1)), newsroom.show("/south", releases(2)))
    desk.cycle()
    for path, number, place in (("/north", 17, "Northport"), ("/south", 18, "Southport")):
        title = f"The office makes {number} arrests in {place} in five days"
        newsroom.show(path, feed(piece(number, title=title, text=body.format(number, place))))
        desk.cycle()
    told = [title for title in titles(desk) if "arrests" in title]
    assert told == [
        "The office makes 17 arrests in Northport in five days",
        "The office makes 18 arrests in Southport in five days",
    ]


def test_affiliates_template_is_told_of_each(desk: Desk, newsroom: Newsroom) -> None:
    """Two counties join, in the words of one form: each is told with its title and its passage."""
    body = (
        "The sheriff of {} County signed up for S-Comm on Monday, after a hearing of two hours. {}, who has"
        " led the office since the spring, said that fingerprints would be sent on as soon as they are "
        "taken. Neighbours who had filled the hall wanted to know why nobody had asked them, and were told "
        "that the commissioners had been informed in writing. They will come back when the board meets "
        "again."
    )
    own = {"A": "Birch Justice League", "B": "Alder Justice League"}
    desk.follow(newsroom.show("/a", releases(1)), newsroom.show("/b", releases(2)), publishers=own)
    desk.cycle()
    for path, number, place, sheriff in (("/a", 17, "Birch", "Tom Hill"), ("/b", 18, "Alder", "Mia Dale")):
        text = body.format(place, sheriff)
        newsroom.show(path, feed(piece(number, title=f"{place} County Joins S-Comm", text=text)))
        desk.cycle()
    assert [title for title in titles(desk) if "Joins" in title] == [
        "Birch County Joins S-Comm",
        "Alder County Joins S-Comm",
    ]
    said = [page for page in desk.pages() if "The sheriff of Alder County" in page.read_text("utf-8")]
    assert len(said) == 1


@pytest.mark.parametrize(
    ("empty_days", "numbers", "told"),
    [(2, (1,), True), (2, (2, 1), True), (2, (4, 3, 2, 1), False), (0, (1,), False)],
    ids=["its first release", "its first two", "a whole list", "empty but once"],
)
def test_an_empty_newsroom_begins(
    desk: Desk, newsroom: Newsroom, empty_days: int, numbers: tuple[int, ...], told: bool
) -> None:
    """Without dates: what it shows first is news, unless it may have been there before."""
    desk.follow(newsroom.show("/feed", feed()))
    desk.cycle()
    for _ in range(empty_days):
        desk.cycle(DAY)
    newsroom.show("/feed", feed(*[piece(n, date="", text=f"S-Comm, case {n}.") for n in numbers]))
    for _ in range(2):
        desk.cycle(DAY if empty_days else HOUR)
    all_of_them = {f"Release {n}" for n in numbers}
    assert all_of_them <= set(desk.archived())
    assert [title for title in sorted(titles(desk)) if title in all_of_them] == sorted(all_of_them) * told
    counted = [len(numbers)] * (empty_days > 0 and not told)
    assert [row["recovered"] for row in desk.rows("SELECT recovered FROM gaps")] == counted


def test_an_empty_newsroom_of_which_all_is_told(desk: Desk, newsroom: Newsroom) -> None:
    """What is told is not said to be archived untold."""
    desk.follow(newsroom.show("/feed", feed()), fetch='announce_since = "all"\n')
    for _ in range(3):
        desk.cycle(DAY)
    newsroom.show("/feed", feed(*[piece(n, date="", text=f"S-Comm, case {n}.") for n in (4, 3, 2, 1)]))
    desk.cycle(DAY)
    assert {f"Release {n}" for n in (1, 2, 3, 4)} <= set(titles(desk))
    assert desk.rows("SELECT recovered FROM gaps") == []
