"""Releases that are edited, and texts that several publish: each change is told once, as what it is."""

from __future__ import annotations

from itertools import cycle, islice

import pytest

from tests.hostile.desk import DAY, HOUR, Desk
from tests.hostile.documents import feed, names, piece, releases
from tests.hostile.newsroom import Newsroom

DULL = "The county budget for roads and bridges was passed by a wide margin."
ENDS = DULL + " It ends S-Comm."
ENDS_BOTH = ENDS + " No deputy will serve under 287(g)."
STANDS = 6 * HOUR
NEW, UPDATED, REMOVED, AGAIN = "new", "updated", "removed", "again"
EDITS = {
    "a mention that is added": ([DULL, ENDS], [UPDATED]),
    "a mention of another program that is added": ([ENDS, ENDS_BOTH], [NEW, UPDATED]),
    "a mention that is taken out": ([ENDS, DULL], [NEW, REMOVED]),
    "one of two mentions that is taken out": ([ENDS_BOTH, ENDS], [NEW, NEW, REMOVED]),
    "a mention that is taken out and brought back": ([ENDS, DULL, ENDS], [NEW, REMOVED, AGAIN]),
    "other words around a mention": ([ENDS, "Update: " + ENDS, ENDS.replace("wide", "narrow")], [NEW]),
    "typography only": ([ENDS, ENDS.replace("S-Comm", "S‑Comm"), ENDS.replace("S-Comm", "S\xadComm")], [NEW]),
    "a text that is taken out": ([ENDS, "-", ENDS], [NEW, REMOVED, AGAIN]),
    "a change to and fro": (list(islice(cycle([ENDS, DULL]), 4)), [NEW, REMOVED, AGAIN]),
}


@pytest.mark.parametrize(("texts", "kinds"), EDITS.values(), ids=EDITS)
def test_an_edit_is_told_as_what_it_is(
    desk: Desk, newsroom: Newsroom, texts: list[str], kinds: list[str]
) -> None:
    """Each text is kept; what it adds, takes out or brings back is told once, and all else isn't news."""
    desk.follow(newsroom.base + "/feed")
    for text in texts:
        newsroom.show("/feed", feed(piece(2, text=text), piece(1)))
        desk.cycle()
        desk.cycle(STANDS)
    of_release = [kind for kind, title in desk.told() if title == "Release 2"]
    assert of_release == kinds
    assert (sorted(desk.archived()), desk.revisions()) == (names(1, 2), len(texts) - 1)
    assert desk.announced().count("Release 1") == 1


def test_a_change_to_and_fro_is_told_once_a_day(desk: Desk, newsroom: Newsroom) -> None:
    """A text that changes with each reading floods nobody, but isn't forgotten either."""
    desk.follow(newsroom.base + "/feed")
    for number in range(17):
        newsroom.show("/feed", feed(piece(2, text=DULL if number % 2 else ENDS), piece(1)))
        desk.cycle(2 * HOUR)
        desk.cycle(STANDS)
    kinds = [kind for kind, title in desk.told() if title == "Release 2"]
    assert kinds == [NEW, *[REMOVED, AGAIN] * 6][: len(kinds)]
    assert 9 <= len(kinds) <= 13  # in six days: the first time, and one of each kind a day
    assert desk.revisions() == 16


def test_a_new_title_is_a_revision(desk: Desk, newsroom: Newsroom) -> None:
    """The archive keeps both; a program that only the new title names is news."""
    desk.follow(newsroom.show("/feed", feed(piece(1, title="County acts", text=DULL))))
    desk.cycle()
    newsroom.show("/feed", feed(piece(1, title="County ends S-Comm", text=DULL)))
    desk.cycle()
    assert desk.archived() == ["County ends S-Comm"]
    assert desk.told() == [(UPDATED, "County ends S-Comm")]
    (kept,) = desk.rows("SELECT title FROM revisions")
    assert kept["title"] == "County acts"


# Several feeds

STATEMENT = (
    "Twenty groups called on the governor today to end S-Comm in every county of the state. They had "
    "gathered nine thousand signatures since the first warm days of spring, most of them at the weekly "
    "market. The governor's office said that it would study the letter and give an answer before the new "
    "year begins. "
    "“Nobody who calls for help should have to fear a bus to the border,” said a baker who walks to work "
    "along the quay every morning before the sun is up."
)


def hello(letter: str) -> str:
    """What an organisation published before."""
    return piece(
        1, guid="", link=f"https://{letter}.example/hello", title=f"{letter} says hello", text="Hello."
    )


def statement(letter: str) -> bytes:
    """The joint statement as one of the organisations publishes it."""
    at = f"https://{letter}.example"
    title = f"{letter.upper()}: groups call on the governor"
    own = f" {letter.upper()} is an organisation of {letter * 3} county. Contact: {letter}@{letter}.example"
    joint = piece(3, guid=f"{at}/?p=7", link=f"{at}/joint", title=title, text=STATEMENT + own)
    return feed(joint, hello(letter))


def test_a_joint_statement_is_one_story(desk: Desk, newsroom: Newsroom) -> None:
    """Three organisations publish it, each in its own feed: three releases, told once, with three names."""
    desk.follow(*(newsroom.show(f"/{letter}", statement(letter)) for letter in "abc"))
    desk.cycle()
    (item,) = [
        item
        for digest in desk.digests()
        for section in digest["sections"]
        for item in section["items"]
        if "Organisation A" in item["publishers"]
    ]
    assert sorted(item["publishers"]) == ["Organisation A", "Organisation B", "Organisation C"]
    assert len(item["others"]) == 2
    assert [len(desk.archived(f"Organisation {letter}")) for letter in "ABC"] == [2, 2, 2]


def test_a_later_publisher_is_only_named(desk: Desk, newsroom: Newsroom) -> None:
    """It publishes a story that was told before: the next digest says so, and doesn't tell it again."""
    desk.follow(newsroom.show("/a", statement("a")), newsroom.show("/b", feed(hello("b"))))
    desk.cycle()
    newsroom.show("/b", statement("b"))
    for _ in range(3):
        desk.cycle()
    assert len(desk.told("Organisation A")) == 1
    assert desk.told("Organisation B") == []
    also = [
        publication["publisher"]
        for digest in desk.digests()
        for later in digest["also"]
        for publication in later["publications"]
    ]
    assert also == ["Organisation B"]
    assert len(desk.archived("Organisation B")) == 2


@pytest.mark.parametrize("whose", ["Organisation A", "Organisation B"])
def test_two_feeds_with_the_same_release_tell_it_once(desk: Desk, newsroom: Newsroom, whose: str) -> None:
    """One of the same publisher, as well as one of another that passes its items on."""
    desk.follow(
        newsroom.show("/feed", releases(2, 1)),
        newsroom.show("/again", releases(1, 2)),
        publishers={"B": whose},
    )
    for _ in range(3):
        desk.cycle()
    everybody = set(desk.archived("Organisation A") + desk.archived("Organisation B"))
    told = [item["title"] for d in desk.digests() for s in d["sections"] for item in s["items"]]
    assert everybody == set(names(1, 2))
    assert sorted(title for title in told if title.startswith("Release")) == names(1, 2)
    assert desk.revisions() == 0


def test_the_same_number_of_two_publishers_is_not_one_release(desk: Desk, newsroom: Newsroom) -> None:
    """A guid such as "1" holds for its own publisher."""
    one = feed(piece(1, guid="1", link="", title="Statement", text="The county ends S-Comm."))
    other = feed(piece(2, guid="1", link="", title="Statement", text="We left 287(g) for good."))
    desk.follow(newsroom.show("/a", one), newsroom.show("/b", other))
    desk.cycle()
    assert desk.announced("Organisation A") == desk.announced("Organisation B") == ["Statement"]


def test_a_teaser_in_another_feed_is_no_edit(desk: Desk, newsroom: Newsroom) -> None:
    """Another feed of the publisher shows the release in fewer words: nothing is revised or removed."""
    teaser = feed(piece(2, text="The county…"), piece(1, text="The…"))
    desk.follow(
        newsroom.show("/feed", releases(2, 1)),
        newsroom.show("/teasers", teaser),
        publishers={"B": "Organisation A"},
    )
    for _ in range(2):
        desk.cycle(DAY)
    assert {kind for kind, _ in desk.told()} == {NEW}
    assert (sorted(desk.archived()), desk.revisions()) == (names(1, 2), 0)
