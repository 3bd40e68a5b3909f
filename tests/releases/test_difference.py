"""What an edit changed, readably."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.releases.difference import MOST_SHOWN, REACH, Span, difference, excerpt

WORDS = st.lists(st.sampled_from(["the", "county", "S-Comm", "ends.", "No!", "\n\n", "…", "ßé"]), max_size=60)


def shown(old: str, new: str) -> str:
    """A difference on one line: [-removed-], {+added+}."""
    marks = {"same": "%s", "removed": "[-%s-]", "added": "{+%s+}"}
    return "".join(marks[span.kind] % span.text for span in difference(old, new))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("We end S-Comm now.", "We end the program now.", "We end [-S-Comm -]{+the program +}now."),
        ("One. Two. Three.", "One. Three.", "One. [-Two. -]Three."),
        ("One. Three.", "One. Two. Three.", "One. {+Two. +}Three."),
        ("All of it.", "Withdrawn.", "[-All of it.-]{+Withdrawn.+}"),
        ("", "New.", "{+New.+}"),
        ("Old.", "", "[-Old.-]"),
        ("Same.", "Same.", "Same."),
        ("A  b.\n\nC.", "A b.\nC.", "A b.\nC."),
        ("", "", ""),
    ],
)
def test_a_difference_is_by_words(old: str, new: str, said: str) -> None:
    """Sentences that stay are left alone; within one that was rewritten, words are compared."""
    assert shown(old, new) == said


@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    """Nothing is lost and nothing made up, but for white space; neighbours differ in kind."""
    spans = difference(old, new)
    assert "".join(s.text for s in spans if s.kind != "added").split() == old.split()
    assert "".join(s.text for s in spans if s.kind != "removed").split() == new.split()
    assert all(one.kind != other.kind for one, other in pairwise(spans))
    assert all(span.text for span in spans)


HOSTILE = {
    "one word again and again": ("a b " * 25_000, "b a " * 25_000),
    "one sentence again and again": ("a. " * 33_000, "b. " + "a. " * 30_000 + "c."),
    "no spaces": ("x" * 100_000, "y" * 100_000),
    "only spaces": (" " * 100_000, "\n" * 100_000),
    "every other sentence": (
        " ".join(f"Word {n}. Same {n}." for n in range(4_000)),
        " ".join(f"Other {n}. Same {n}." for n in range(4_000)),
    ),
    "few words in many orders": (
        ". ".join(str(n % 90) for n in range(1_400)),
        ". ".join(str(n * 7 % 90) for n in range(1_400)),
    ),
}


@pytest.mark.parametrize(("old", "new"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_no_time(old: str, new: str) -> None:
    """A hundred kilobytes are compared in well under a second or two, whatever they hold."""
    started = time.process_time()
    spans = difference(old, new)
    assert time.process_time() - started < 3
    assert "".join(s.text for s in spans if s.kind != "added").split() == old.split()


def at(text: str, words: str) -> tuple[int, int]:
    """Where the words stand."""
    return text.index(words), text.index(words) + len(words)


def test_an_excerpt_is_what_is_around_the_mention() -> None:
    """Of a long text with several changes, the one that matters, with some words around it."""
    lead = "Filler words stand here. " * 40
    old = f"First old line. {lead}The sheriff ended S-Comm today. {lead}Last old line."
    new = f"First new line. {lead}The sheriff ended it today. {lead}Last new line."
    spans = excerpt(old, new, *at(old, "S-Comm"), of="old")
    assert [span.kind for span in spans] == ["same", "removed", "added", "same"]
    assert [span.text.strip() for span in spans[1:3]] == ["S-Comm", "it"]
    assert spans[0].text.startswith("… ")
    assert spans[-1].text.endswith(" …")
    assert all(len(span.text) <= REACH + 4 for span in spans)
    assert excerpt(old, new, *at(new, "it today"), of="new") == spans


def test_an_excerpt_of_what_stands_in_both_is_empty() -> None:
    """Where the words were not touched there is nothing to show."""
    old, new = "S-Comm ends. More.", "S-Comm ends. Less."
    assert excerpt(old, new, *at(old, "S-Comm"), of="old") == ()


def test_a_long_removal_is_cut_around_the_mention() -> None:
    """A paragraph that is gone is shown in part, with the mention in it."""
    gone = "Words " * 300 + "about S-Comm " + "and more " * 300
    spans = excerpt(f"Lead.\n\n{gone}\n\nEnd.", "Lead.\n\nEnd.", 1820, 1826, of="old")
    (removed,) = [span for span in spans if span.kind == "removed"]
    assert "S-Comm" in removed.text
    assert len(removed.text) <= MOST_SHOWN + 4
    assert removed.text.startswith("… ")
    assert removed.text.endswith(" …")


def test_an_excerpt_stays_within_the_paragraph() -> None:
    """What leads to a change and what follows end with the paragraph."""
    old = "Another paragraph.\n\nWe end S-Comm now.\n\nA third."
    new = "Another paragraph.\n\nWe end it now.\n\nA third."
    assert excerpt(old, new, *at(old, "S-Comm"), of="old") == (
        Span("same", "We end "),
        Span("removed", "S-Comm "),
        Span("added", "it "),
        Span("same", "now."),
    )
