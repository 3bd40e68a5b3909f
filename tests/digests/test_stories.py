"""One story by several publishers is told once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.digests.stories import group_stories


@dataclass(frozen=True)
class Release:
    """The least that a story is made of."""

    publisher: str
    text: str


BRIDGE = (
    "Twenty groups called on the governor today to open the old harbour bridge to people on foot. "
    "They had gathered nine thousand signatures since the first warm days of spring, most of them at "
    "the weekly market. The governor's office said that it would study the letter and give an answer "
    "before the new year begins."
)
WELLS = (
    "Three villages along the river will share two new wells from next month on. The pumps run on "
    "sunlight, and every household gets a key of its own. A committee of neighbours reads the meters "
    "on Sundays and keeps the book, which anybody may see at the school during the week."
)
CONTACTS_A = "Contact: Ana at the harbour desk, five five five, one two three. About us: we row and we write."
CONTACTS_B = (
    "For more, ask for Ben between nine and noon. The River Alliance was founded in a kitchen in 1987."
)


def words(text: str, count: int) -> str:
    """The first words of a text."""
    return " ".join(text.split()[:count])


SAME = {
    "the very same text": (BRIDGE, BRIDGE),
    "each with its own contacts": (f"{BRIDGE}\n\n{CONTACTS_A}", f"{BRIDGE}\n\n{CONTACTS_B}"),
    "each with its own first line": (f"HARBOUR, Nov 25. {BRIDGE}", f"For immediate release!\n\n{BRIDGE}"),
    "typeset in another way": (BRIDGE, BRIDGE.replace("'", "’").replace(" ", "\u00a0").upper()),
    "a part of it": (BRIDGE, words(BRIDGE, 45)),
    "a word changed": (BRIDGE, BRIDGE.replace("Twenty", "Thirty")),
}
DIFFERENT = {
    "other texts": (BRIDGE, WELLS),
    "a part of a longer one": (words(BRIDGE, 45), f"{BRIDGE}\n\n{WELLS}"),
    "more in common than not, as by a footer": (
        f"{words(BRIDGE, 60)} {WELLS}",
        f"{words(CONTACTS_A, 60)} {WELLS}",
    ),
    "other texts, the same contacts": (f"{BRIDGE} {CONTACTS_A}", f"{WELLS} {CONTACTS_A}"),
    "short texts": (words(BRIDGE, 33), words(BRIDGE, 33)),
    "a short text and a long one": (words(BRIDGE, 20), BRIDGE),
    "no text": ("", ""),
    "one word again and again": ("bridge " * 200, "bridge " * 200),
    "the same words in another order": (BRIDGE, " ".join(sorted(BRIDGE.split()))),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_nearly_the_same_text_is_one_story(one: str, other: str) -> None:
    """What two publishers say in common is told once, whatever each adds of its own."""
    a, b = Release("Harbour", one), Release("River", other)
    assert group_stories([a, b]) == [[a, b]]
    assert group_stories([b, a]) == [[b, a]]


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_other_texts_are_other_stories(one: str, other: str) -> None:
    """What is not the same, or too short to tell, stays apart."""
    a, b = Release("Harbour", one), Release("River", other)
    assert group_stories([a, b]) == [[a], [b]]


def test_one_publisher_s_releases_stay_apart() -> None:
    """A publisher that says nearly the same twice has two things to say."""
    a, b = Release("Harbour", BRIDGE), Release("Harbour", f"{BRIDGE} {CONTACTS_A}")
    assert group_stories([a, b]) == [[a], [b]]


def test_a_publisher_stands_in_a_story_once() -> None:
    """A second release of the same publisher begins a story of its own, which others may join."""
    a, b = Release("Harbour", BRIDGE), Release("River", BRIDGE)
    again, c = Release("Harbour", f"{BRIDGE} Corrected."), Release("Orchard", BRIDGE)
    assert group_stories([a, b, again, c]) == [[a, b, c], [again]]


def test_a_story_stands_where_its_first_release_does() -> None:
    """Grouping keeps the order, of stories and within each."""
    bridge = [Release(p, BRIDGE) for p in ("Harbour", "River", "Orchard")]
    wells = [Release(p, WELLS) for p in ("Harbour", "River")]
    order = [wells[0], bridge[2], bridge[0], wells[1], bridge[1]]
    assert group_stories(order) == [[wells[0], wells[1]], [bridge[2], bridge[0], bridge[1]]]


def test_nothing_is_no_story() -> None:
    """Without releases there are no stories."""
    assert group_stories([]) == []


@given(
    st.lists(
        st.builds(
            Release,
            st.sampled_from(["Harbour", "River", "Orchard"]),
            st.sampled_from([BRIDGE, WELLS, f"{BRIDGE} {CONTACTS_A}", words(WELLS, 20), ""]),
        ),
        max_size=12,
    )
)
def test_every_release_is_told_once(releases: list[Release]) -> None:
    """Grouping loses nothing, doubles nothing, and puts no publisher twice into a story."""
    stories = group_stories(releases)
    assert sorted((r.publisher, r.text) for story in stories for r in story) == sorted(
        (r.publisher, r.text) for r in releases
    )
    for story in stories:
        assert len({r.publisher for r in story}) == len(story) > 0
