"""One story by several publishers is told once: which texts are nearly the same."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.digests.stories import SAMPLE, Newsroom, alike, common_text, least_shared, sample, shingles

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
    """What two publishers say in common is told once, whatever each adds of its own; and it is found."""
    a, b = shingles(one), shingles(other)
    assert alike(a, b)
    assert alike(b, a)
    for mine, theirs in ((a, b), (b, a)):
        assert len(set(sample(mine)) & set(sample(theirs))) >= least_shared(len(sample(mine)))


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_other_texts_are_other_stories(one: str, other: str) -> None:
    """What is not the same, or too short to tell, stays apart."""
    assert not alike(shingles(one), shingles(other))
    assert not alike(shingles(other), shingles(one))


def test_each_publisher_s_own_parts_do_not_count() -> None:
    """Contacts, boilerplate and signatories are cut out; quotations are not."""
    text = f"{CONTACTS_A}\n{BRIDGE}\n{CONTACTS_B}"
    own = [
        ("boilerplate", text.index(CONTACTS_B), len(text)),
        ("contacts", 0, len(CONTACTS_A)),
        ("contacts", 5, 20),
        ("quotation", text.index("They had"), text.index("They had") + 20),
    ]
    assert common_text(text, own).strip() == BRIDGE
    assert common_text(text, []) == text


def test_shingles_are_the_same_in_every_process() -> None:
    """They are stored, so that they must not depend on Python's randomised hash."""
    code = (
        "import sys; from presswatch.digests.stories import sample, shingles\n"
        "print(sample(shingles(sys.argv[1])))"
    )
    said = subprocess.run([sys.executable, "-c", code, BRIDGE], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(sample(shingles(BRIDGE)))


@given(st.integers(30, 900), st.floats(0.5, 1), st.floats(0.75, 1), st.randoms(use_true_random=False))
def test_what_is_alike_is_found_by_its_sample(size: int, ratio: float, share: float, chance) -> None:  # type: ignore[no-untyped-def]
    """Of two sets that count as alike, the samples share enough to be looked at, whichever came first."""
    one = {chance.getrandbits(32) for _ in range(size)}
    smaller = max(30, int(size * ratio))
    kept = set(list(one)[: int(smaller * share)])
    other = kept | {chance.getrandbits(32) for _ in range(smaller - len(kept))}
    if alike(one, other):
        shared = len(set(sample(one)) & set(sample(other)))
        assert shared >= max(least_shared(len(sample(one))), least_shared(len(sample(other)))) - 1
    assert len(sample(one)) <= SAMPLE


@pytest.mark.parametrize(
    ("one", "other", "beside"),
    [
        (Newsroom("Harbour"), Newsroom("River"), True),
        (Newsroom("Harbour", frozenset({"a.example"})), Newsroom("River", frozenset({"a.example"})), True),
        (Newsroom("Network", frozenset({"n.example"})), Newsroom("Network", frozenset({"s.example"})), True),
        (
            Newsroom("Network", frozenset({"n.example", "wire.example"})),
            Newsroom("Network", frozenset({"s.example", "wire.example"})),
            False,
        ),
        (Newsroom("Network", frozenset({"n.example"})), Newsroom("Network"), False),
        (Newsroom("Network"), Newsroom("Network"), False),
    ],
)
def test_which_are_two_newsrooms(one: Newsroom, other: Newsroom, beside: bool) -> None:
    """Two publishers are, whatever their hosts; under one name, those that share none and are both read."""
    assert one.is_beside(other) is other.is_beside(one) is beside
