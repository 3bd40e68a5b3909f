"""Guids, links and titles that lie: nothing is announced twice, and no two releases become one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from itertools import product

import pytest

from tests.hostile.desk import HOUR, Desk
from tests.hostile.documents import feed, names, piece, published, releases
from tests.hostile.newsroom import Newsroom

Write = Callable[[int, int], str]
"""Writes a release as a newsroom does the n-th time that it is asked."""

YEAR = timedelta(days=366)

SAME: dict[str, Write] = {
    "guids changed, all of them": lambda n, time: piece(n, guid=f"urn:uuid:{time}-{n}"),
    "a guid that counts the readings": lambda n, time: piece(n, guid=str(100 * time + n)),
    "a guid that swaps places": lambda n, time: piece(n, guid=str(abs(n - time % 2 * 3))),
    "guids with https after http": lambda n, time: piece(
        n, guid=f"http{'s' * (time > 1)}://n.example/?p={n}"
    ),
    "guids with www after none": lambda n, time: piece(
        n, guid=f"http://{'www.' * (time > 1)}n.example/?p={n}"
    ),
    "guids on another host": lambda n, time: piece(n, guid=f"https://host{time}.example/?p={n}"),
    "a move to another domain": lambda n, time: piece(
        n, guid=f"https://host{time}.example/?p={n}", link=f"https://host{time}.example/news/{n}"
    ),
    "a move to another domain, of numbered items": lambda n, time: piece(
        n, guid=str(n), link=f"https://host{time}.example/{n}"
    ),
    "links with https after http": lambda n, time: piece(
        n, guid="", link=f"http{'s' * (time > 1)}://n.example/{n}"
    ),
    "links with www after none": lambda n, time: piece(
        n, guid="", link=f"https://{'www.' * (time > 1)}n.example/{n}"
    ),
    "links with tracking parameters": lambda n, time: piece(
        n, guid="", link=f"https://n.example/{n}?utm_source=rss&amp;utm_campaign={time}&amp;fbclid=x{time}"
    ),
    "links with a fragment and a slash": lambda n, time: piece(
        n, guid="", link=f"https://n.example/{n}{'/' * (time > 1)}#at-{time}"
    ),
    "links that carry a session": lambda n, time: piece(n, guid="", link=f"https://n.example/{n}?sid={time}"),
    "no guids": lambda n, time: piece(n, guid=""),
    "no guids, and dates that change": lambda n, time: piece(
        n, guid="", date=format_datetime(published(n) + timedelta(minutes=time))
    ),
    "no guids, and links that change": lambda n, time: piece(
        n, guid="", link=f"https://n.example/{time}/{n}", text=f"{LONG} Case {n}."
    ),
    "titles in other letters": lambda n, time: piece(
        n, guid=f"{time}-{n}", link="", title=f"{'RELEASE' if time % 2 else 'Release'} {n}"
    ),
    "all links that of the newsroom": lambda n, time: piece(n, guid="", link="https://n.example/news"),
}
LONG = (
    "The county ends S-Comm, and the sheriff said on the steps of the old court house that nobody would be "
    "asked for papers at the jail any more."
)


@pytest.mark.parametrize("write", SAME.values(), ids=SAME)
def test_a_release_that_looks_another_is_not_told_again(desk: Desk, newsroom: Newsroom, write: Write) -> None:
    """It is archived and announced once, however it calls itself the next times; and what is new is news."""
    desk.follow(newsroom.base + "/feed")
    for time in range(1, 4):
        newsroom.show("/feed", feed(write(2, time), write(1, time)))
        desk.cycle()
    assert sorted(map(str.title, desk.archived())) == sorted(map(str.title, desk.announced())) == names(1, 2)
    newsroom.show("/feed", feed(write(3, 4), write(2, 4), write(1, 4)))
    desk.cycle()
    assert sorted(map(str.title, desk.announced())) == names(1, 2, 3)
    assert ({kind for kind, _ in desk.told()}, desk.gaps()) == ({"new"}, [])


def test_a_title_that_changes_with_each_reading_is_one_release(desk: Desk, newsroom: Newsroom) -> None:
    """Without a guid, its link and date tell; each title is a revision, and none is news."""
    for time in range(1, 4):
        items = [piece(n, guid="", title=f"Release {n} (updated {time} times)") for n in (2, 1)]
        desk.follow(newsroom.show("/feed", feed(*items)))
        desk.cycle()
    assert (len(desk.archived()), len(desk.told()), desk.revisions()) == (2, 2, 4)


DISTINCT: dict[str, Callable[[int], str]] = {
    "one guid for all": lambda n: piece(n, guid="https://newsroom.example/"),
    "one guid for all, and it is a number": lambda n: piece(n, guid="0"),
    "one link for all": lambda n: piece(n, link="https://newsroom.example/news"),
    "one guid and one link for all": lambda n: piece(n, guid="1", link="https://newsroom.example/news"),
    "one link for all, and no guids": lambda n: piece(n, guid="", link="https://newsroom.example/news"),
    "one title for all": lambda n: piece(n, title="Statement of the county"),
    "one title for all, and nothing else": lambda n: piece(n, title="Statement", guid="", link="", date=""),
    "one title and one link for all": lambda n: piece(
        n, title="Statement of the county", guid="", link="https://newsroom.example/news"
    ),
    "one title, with other dates": lambda n: piece(n, title="Weekly bulletin", guid="", link=""),
    "one title and text, with other dates": lambda n: piece(
        n, title="Weekly bulletin", guid="", link=f"https://newsroom.example/{n}", text="S-Comm: the week."
    ),
    "one guid for all, that is a link": lambda n: piece(n, guid="https://newsroom.example/news", link=""),
}


@pytest.mark.parametrize("write", DISTINCT.values(), ids=DISTINCT)
def test_releases_that_share_a_sign_stay_apart(
    desk: Desk, newsroom: Newsroom, write: Callable[[int], str]
) -> None:
    """Ten of them are ten, whether they come together or one by one, and stay so."""
    first = piece(0, title="Hello", text="We are here.")
    desk.follow(newsroom.show("/feed", feed(first)))
    desk.cycle()
    for newest in (5, 6, 10):
        newsroom.show("/feed", feed(*map(write, range(newest, 0, -1)), first))
        desk.cycle()
    assert (len(desk.archived()), len(desk.announced()), desk.revisions()) == (11, 10, 0)
    newsroom.show("/feed", feed(first, *map(write, range(1, 11))))
    desk.cycle()
    assert (len(desk.archived()), len(desk.told()), desk.gaps()) == (11, 10, [])


PARTS = ("title", "guid", "link", "date")
POOR = {
    "only the text"
    if not any(has)
    else "text and " + ", ".join(p for p, h in zip(PARTS, has, strict=True) if h): has
    for has in product((False, True), repeat=len(PARTS))
}


@pytest.mark.parametrize("has", POOR.values(), ids=POOR)
def test_what_an_item_lacks_costs_nothing(desk: Desk, newsroom: Newsroom, has: tuple[bool, ...]) -> None:
    """Of guid, link, title and date any may be missing: each release is archived and announced once."""
    left_out = {part: "" for part, there in zip(PARTS, has, strict=True) if not there}

    def shown(*numbers: int) -> bytes:
        return feed(*(piece(n, text=f"The county of {n * 7} ends S-Comm.", **left_out) for n in numbers))

    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    for numbers in ((3, 2), (2, 3), (4, 3, 2)):
        newsroom.show("/feed", shown(*numbers))
        desk.cycle()
    texts = [row["text"] for row in desk.rows("SELECT text FROM releases WHERE publisher = 'Organisation A'")]
    assert sorted(texts) == sorted(
        ["The county ends S-Comm, case 1."] + [f"The county of {n * 7} ends S-Comm." for n in (2, 3, 4)]
    )
    assert (len(desk.announced()), desk.revisions()) == (4, 0)


@dataclass(frozen=True)
class Life:
    """What a feed shows, one document after the other, and what is archived and announced of it."""

    documents: list[bytes]
    titles: list[str]
    after: timedelta = HOUR


LIVES = {
    "an item that returns after a year": Life(
        [releases(2, 1), releases(3, 2), releases(3, 2, 1)], names(1, 2, 3), YEAR
    ),
    "an item that returns after a year, with another guid": Life(
        [releases(2, 1), releases(3, 2), feed(piece(3), piece(2), piece(1, guid="urn:x:1"))],
        names(1, 2, 3),
        YEAR,
    ),
    "a guid that is used for a new story": Life(
        [releases(2, 1), feed(piece(3, guid="https://newsroom.example/?p=1"), piece(2))], names(1, 2, 3)
    ),
    "a number that is used for a new story": Life(
        [feed(piece(2, guid="2"), piece(1, guid="1")), feed(piece(3, guid="1"), piece(2, guid="2"))],
        names(1, 2, 3),
    ),
    "a link that is used for a new story": Life(
        [
            feed(piece(1, guid="", link="https://n.example/latest")),
            feed(piece(2, guid="", link="https://n.example/latest")),
        ],
        names(1, 2),
    ),
    "an item that is listed twice": Life([feed(piece(1), piece(1), piece(1)), releases(2, 1)], names(1, 2)),
    "an order that changes": Life([releases(2, 1, 3), releases(3, 2, 1), releases(1, 2, 3)], names(1, 2, 3)),
    "items that come and go": Life(
        [releases(2, 1), releases(2), releases(2, 1), releases(1)] * 2, names(1, 2)
    ),
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_release_lives_once(desk: Desk, newsroom: Newsroom, life: Life) -> None:
    """Whatever becomes of its item, or of its guid."""
    desk.follow(newsroom.base + "/feed")
    for number, document in enumerate(life.documents):
        newsroom.show("/feed", document)
        desk.cycle(life.after if number else HOUR)
    assert sorted(desk.archived()) == sorted(desk.announced()) == life.titles
    assert (len(desk.told()), desk.revisions()) == (len(life.titles), 0)
