"""Signs that speak against each other: what looks like an old release and is new, and the other way round."""

from __future__ import annotations

from email.utils import format_datetime

import pytest

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import START, feed, piece
from tests.hostile.newsroom import Newsroom, open_newsroom, reply

pytestmark = pytest.mark.usefixtures("without_neighbour")

WEEK = 7 * DAY
ENDS = "The county of {0} ends S-Comm, said the sheriff of {0} at noon on the steps of the old court house."
OTHER = "Eleven families of {0} sued over holds at the jail that S-Comm asked for, and two were freed in May."
PDF = "Click here to read our full press release as a PDF."


@pytest.fixture
def without_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The neighbour's feed is not what this is about."""
    monkeypatch.setattr(Desk, "_check_neighbour", lambda *_: None)


def titles(desk: Desk, kind: str = "") -> list[str]:
    """Of all that was told, or of what was told in one way, but the neighbour's."""
    return [
        item["title"]
        for told in desk.digests()
        for part in told["sections"]
        for item in part["items"]
        if kind in ("", item["kind"]) and not item["title"].startswith("Parish")
    ]


def on(days: int) -> str:
    """A date so many days after the first cycle."""
    return format_datetime(START + days * DAY)


@pytest.mark.parametrize("dated", [False, True], ids=["without dates", "dated"])
def test_titles_that_recur_are_releases_each_week(desk: Desk, newsroom: Newsroom, dated: bool) -> None:
    """Each has its address, guid and text; last week's have rolled off."""

    def item(week: int, place: int, title: str) -> str:
        number = 10 * week + place
        text = (ENDS if number % 2 else OTHER).format(f"parish {number}")
        return piece(number, title=title, text=text, date=on(7 * week) if dated else "")

    desk.follow(newsroom.show("/feed", feed(piece(1))))
    desk.cycle()
    for week in (1, 2, 3):
        both = [item(week, place, title) for place, title in enumerate(("Press Release", "Media Advisory"))]
        newsroom.show("/feed", feed(*both))
        desk.cycle(WEEK)
    assert titles(desk).count("Press Release") == titles(desk).count("Media Advisory") == 3


def test_yearly_reports_are_told_each_year(desk: Desk, newsroom: Newsroom) -> None:
    """Three of one day, under last year's titles, with last year's words; guids and addresses differ."""

    def shown(year: int) -> bytes:
        return feed(
            *(
                piece(
                    number,
                    title=f"{name} in our county's jails under S-Comm",
                    guid=f"https://newsroom.example/?p={year}{number}",
                    link=f"https://newsroom.example/reports/{year}/{number}",
                    text=f"The office reports on {name} each year, as the law of 2011 asks; see the tables.",
                    date=format_datetime(START + year * 365 * DAY - (number * 9 * DAY if not year else HOUR)),
                )
                for number, name in enumerate(("Holds", "Transfers", "Releases"))
            )
        )

    for year in (0, 1, 2):
        desk.follow(newsroom.show("/feed", shown(year)))
        desk.cycle(365 * DAY if year else HOUR)
    assert len(desk.archived()) == 9


def test_bulletins_with_one_landing_page_are_told_each_week(desk: Desk, newsroom: Newsroom) -> None:
    """One title, one link; guid, date and text are each one's own."""
    desk.follow(newsroom.show("/feed", feed(piece(1))))
    desk.cycle()
    for week in (1, 2, 3):
        item = piece(
            week,
            title="Our Bulletin",
            guid=f"bulletin-{week}",
            link="https://newsroom.example/bulletin",
            text=(ENDS if week % 2 else OTHER).format(f"week {week}"),
            date=on(7 * week),
        )
        newsroom.show("/feed", feed(item))
        desk.cycle(WEEK)
    assert titles(desk, "new").count("Our Bulletin") == 3
    assert desk.revisions() == 0


@pytest.mark.parametrize("guid", ["542", "?p=542", ""], ids=["a number", "an address", "none"])
def test_chapters_of_one_name_speak_for_themselves(desk: Desk, newsroom: Newsroom, guid: str) -> None:
    """Guids and paths coincide, on hosts of their own: both statements are told, each in its words."""
    with open_newsroom("127.0.0.3") as other:

        def show(chapter: Newsroom, text: str, *more: str) -> None:
            own = f"{chapter.base}/{guid}" if guid.startswith("?") else guid
            link = f"{chapter.base}/news/statement-on-s-comm/"
            item = piece(7, title="Statement on S-Comm", guid=own, link=link, text=text)
            chapter.show("/feed", feed(*more, item))

        show(newsroom, ENDS.format("Alder"))
        show(other, OTHER.format("Birch"))
        both = {"A": "Alliance", "B": "Alliance"}
        desk.follow(newsroom.base + "/feed", other.base + "/feed", publishers=both)
        desk.cycle()
        assert titles(desk) == ["Statement on S-Comm"] * 2
        assert desk.revisions() == 0
        texts = {row["text"] for row in desk.rows("SELECT text FROM releases WHERE publisher = 'Alliance'")}
        assert texts == {ENDS.format("Alder"), OTHER.format("Birch")}


@pytest.mark.parametrize(
    "guid", ["https://newsroom.example/?p=9", "9", ""], ids=["address", "number", "none"]
)
def test_a_headline_is_edited_where_its_address_follows(desk: Desk, newsroom: Newsroom, guid: str) -> None:
    """The words are the same, and what stood around it stands there: it is told once."""

    def shown(title: str) -> bytes:
        link = f"https://newsroom.example/press/{title.lower().replace(' ', '-')}"
        edited = piece(9, title=title, guid=guid, link=link, text=ENDS.format("Alder"), date=on(1))
        return feed(edited, piece(2), piece(1))

    desk.follow(newsroom.show("/feed", feed(piece(2), piece(1))))
    desk.cycle()
    newsroom.show("/feed", shown("Alder County walks out of the program"))
    desk.cycle(DAY)
    newsroom.show("/feed", shown("Sheriff of Alder ends the jail checks"))
    desk.cycle()
    assert titles(desk).count("Alder County walks out of the program") == 1
    assert "Sheriff of Alder ends the jail checks" not in titles(desk)
    assert "Sheriff of Alder ends the jail checks" in desk.archived()


def web_page(title: str, text: str) -> object:
    """A release's own page."""
    page = f"<!doctype html><title>{title}</title><article><h1>{title}</h1><p>{text}</p></article>"
    return reply(page.encode(), content_type="text/html; charset=utf-8")


@pytest.mark.parametrize("title", ["Statement", "Press Release"])
def test_teasers_that_only_invite_to_read_are_releases_each(
    desk: Desk, newsroom: Newsroom, title: str
) -> None:
    """Two of one day, with one title and one line: both pages are read."""
    pages = {
        n: newsroom.show(f"/news/{n}-item", web_page(title, text))
        for n, text in ((3, ENDS * 3), (4, OTHER * 3))
    }
    items = [piece(n, title=title, text=PDF, link=link, date=on(0)) for n, link in pages.items()]
    desk.follow(newsroom.show("/feed", feed(piece(1))), extra='fulltext = "auto"\n')
    desk.cycle()
    newsroom.show("/feed", feed(items[1], items[0], piece(1)))
    for _ in range(2):
        desk.cycle()
    assert titles(desk, "new").count(title) == desk.archived().count(title) == 2
    texts = " ".join(row["text"] for row in desk.rows("SELECT text FROM releases"))
    assert ENDS in texts and OTHER in texts


def test_a_number_that_a_rebuilt_site_gives_again_is_another_release(desk: Desk, newsroom: Newsroom) -> None:
    """Guid and address are the old one's; title, text and day are not."""
    at = "https://newsroom.example/node/41"
    guid = "41 at https://newsroom.example"
    old = piece(1, title="Alder leaves", guid=guid, link=at, text=ENDS.format("Alder"), date=on(0))
    desk.follow(newsroom.show("/feed", feed(old, piece(2))))
    desk.cycle()
    new = piece(2, title="Families of Birch sue", guid=guid, link=at, text=OTHER.format("Birch"), date=on(5))
    newsroom.show("/feed", feed(new, piece(2)))
    desk.cycle(5 * DAY)
    assert (
        titles(desk, "new").count("Families of Birch sue") == titles(desk, "new").count("Alder leaves") == 1
    )
    assert titles(desk, "updated") == []


@pytest.mark.parametrize("new", ["{} | Valley Legal Aid", "Valley Legal Aid: {}", "cut"])
def test_a_redesign_that_changes_titles_tells_nothing(desk: Desk, newsroom: Newsroom, new: str) -> None:
    """Guids, addresses and titles are others; texts and dates are not."""
    names = ("Alder walks out of the program", "Birch holds nobody any more", "Cedar shuts its jail for good")

    def shown(folder: str, title: str) -> bytes:
        return feed(
            *(
                piece(
                    n,
                    title=f"{name[:18]} …" if title == "cut" else title.format(name),
                    guid=f"urn:{folder}:{n}",
                    link=f"https://newsroom.example/{folder}/{n}",
                    text=ENDS.format(name.split()[0]),
                    date=on(-n),
                )
                for n, name in enumerate(names)
            )
        )

    desk.follow(newsroom.show("/feed", shown("news", "{}")))
    desk.cycle()
    newsroom.show("/feed", shown("press", new))
    desk.cycle(DAY)
    assert sorted(titles(desk)) == sorted(names)
    assert len(desk.archived()) == 3


@pytest.mark.parametrize("first", [True, False], ids=["before the victim", "after the victim"])
def test_a_key_is_its_publisher_s(desk: Desk, newsroom: Newsroom, first: bool) -> None:
    """A feed that shows another's guid and link doesn't change the other's release, nor silence it."""
    real = piece(101, title="Victim speaks", text=ENDS.format("Alder"))
    false = piece(101, title="Forger speaks", text="We praise S-Comm and 287(g), and say so in their name.")
    urls = [newsroom.show(f"/{n}", feed(piece(n, text="Hello, and welcome."))) for n in (1, 2)]
    desk.follow(*urls)
    desk.cycle()
    for path, item in (("/2", false), ("/1", real)) if first else (("/1", real), ("/2", false)):
        newsroom.show(path, feed(item))
        desk.cycle()
    desk.cycle()
    assert [title for _, title in desk.told("Organisation A")] == ["Victim speaks"]
    assert {kind for kind, _ in desk.told("Organisation A")} == {"new"}
    (release,) = desk.rows("SELECT * FROM releases WHERE title = 'Victim speaks'")
    assert (release["text"], release["revision"]) == (ENDS.format("Alder"), 1)


def test_an_item_that_a_document_lists_twice_loses_no_words(desk: Desk, newsroom: Newsroom) -> None:
    """Under one guid, link and title: both texts are stored, and what either names is told."""
    desk.follow(newsroom.show("/feed", feed(piece(1))))
    desk.cycle()
    twice = [piece(2, text="The board met for an hour."), piece(2, text=ENDS.format("Alder"))]
    newsroom.show("/feed", feed(*twice, piece(1)))
    desk.cycle()
    assert desk.archived().count("Release 2") == 1
    assert titles(desk).count("Release 2") == 1
    (text,) = [row["text"] for row in desk.rows("SELECT text FROM variants")]
    assert text == ENDS.format("Alder")
