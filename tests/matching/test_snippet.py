"""The passage around a mention."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.matching.snippet import REACH, snippet

WORDS = "one two three four five six seven eight nine ten"
CASES = {
    "a short text is all there": ("The S-Comm program ends.", 100, "The S-Comm program ends."),
    "the mention is all there is": ("S-Comm", 100, "S-Comm"),
    "its paragraph only": ("Before.\n\nThe S-Comm program.\n\nAfter.", 100, "The S-Comm program."),
    "the first paragraph": ("The S-Comm program.\n\nAfter.", 100, "The S-Comm program."),
    "the last paragraph": ("Before.\n\nThe S-Comm program.", 100, "The S-Comm program."),
    "a single line break is no paragraph's": ("Before.\nS-Comm.\nAfter.", 100, "Before.\nS-Comm.\nAfter."),
    "many empty lines": ("Before.\n\n\n\n\nS-Comm.\n\n\n\nAfter.", 100, "S-Comm."),
    "blanks at the edges": ("Before.\n\n   S-Comm.  \t\n\nAfter.", 100, "S-Comm."),
    "cut between words before": (f"{WORDS} S-Comm", 10, "nine ten S-Comm"),
    "cut between words after": (f"S-Comm {WORDS}", 10, "S-Comm one two"),
    "cut on both sides": (f"{WORDS} S-Comm {WORDS}", 10, "nine ten S-Comm one two"),
    "a word that is too long before": ("x" * 50 + "-S-Comm", 10, "x" * 9 + "-S-Comm"),
    "a word that is too long after": ("S-Comm-" + "x" * 50, 10, "S-Comm-" + "x" * 9),
    "a word that fits just so before": ("one two S-Comm", 4, "two S-Comm"),
    "a word that fits just so after": ("S-Comm one two", 4, "S-Comm one"),
    "a word apart that is too long before": ("x" * 50 + " S-Comm", 10, "S-Comm"),
    "a word apart that is too long after": ("S-Comm " + "x" * 50, 10, "S-Comm"),
    "no reach": ("a S-Comm b", 0, "S-Comm"),
}


@pytest.mark.parametrize(("text", "reach", "passage"), CASES.values(), ids=CASES)
def test_the_passage_around_a_mention(text: str, reach: int, passage: str) -> None:
    """A passage stays in its paragraph, within reach, and is cut between words where there are any."""
    start = text.index("S-Comm")
    assert snippet(text, start, start + 6, reach) == (passage, text.index(passage))


texts = st.text(st.sampled_from("ab .\n\t\u00a0é👧"), min_size=1, max_size=200)


@given(texts, st.data())
def test_a_passage_is_a_slice(text: str, data: st.DataObject) -> None:
    """Whatever the text, the passage is a slice of it that holds the mention and reaches no farther."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    reach = data.draw(st.integers(0, 40))
    passage, offset = snippet(text, start, end, reach)
    assert text[offset : offset + len(passage)] == passage
    assert start - reach <= offset <= start
    assert end <= offset + len(passage) <= end + reach


@given(texts, st.data())
def test_a_passage_stays_in_its_paragraph(text: str, data: st.DataObject) -> None:
    """Neither before nor after the mention does a passage cross an empty line."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    passage, offset = snippet(text, start, end)
    assert "\n\n" not in passage[: start - offset]
    assert "\n\n" not in passage[end - offset :]


def test_a_passage_reaches_as_far_as_it_says() -> None:
    """By default a long paragraph is cut just within the reach on either side."""
    text = "word " * 100 + "S-Comm" + " word" * 100
    passage, offset = snippet(text, 500, 506)
    assert REACH - 5 <= 500 - offset <= REACH
    assert REACH - 5 <= offset + len(passage) - 506 <= REACH
