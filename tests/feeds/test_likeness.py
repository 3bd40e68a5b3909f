"""Whether two texts are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.feeds.likeness import compare_texts, is_the_same

TEXT = "The county closed its account on Monday, after ten families had sued."
OTHER = "A court has heard the case of three drivers who were stopped at night."
LONGER = f"{TEXT} Their lawyers called it a victory for everyone who lives in the valley."

SAME = {
    "as it is": (TEXT, TEXT, True),
    "in capitals": (TEXT, TEXT.upper(), True),
    "without punctuation": (TEXT, TEXT.replace(",", "").replace(".", ""), True),
    "with other white space": (TEXT, TEXT.replace(" ", "\n\u00a0"), True),
    "another number": (TEXT, TEXT.replace("ten", "nine"), False),
    "another order": (TEXT, " ".join(reversed(TEXT.split())), False),
    "a word more": (TEXT, f"{TEXT} More", False),
    "too short to say so": ("The county closed it", "The county closed it", False),
    "nothing": ("", "", False),
}


@pytest.mark.parametrize(("one", "other", "same"), SAME.values(), ids=SAME)
def test_the_same_are_the_same_words_in_the_same_order(one: str, other: str, same: bool) -> None:
    """Whatever their typography, if they are enough."""
    assert is_the_same(one, other) is same
    assert is_the_same(other, one) is same


WHOLE = f"{LONGER} {OTHER} They will be heard again in spring, when the new bench has come together at last."
TEMPLATE = "Officers made {} arrests in {} in an operation of five days, they said on Monday at noon."
LIKENESS = {
    "as it is": (TEXT, TEXT, "same"),
    "as it is, and long": (WHOLE, WHOLE.upper(), "same whole"),
    "as it is, and short": ("The county", "the County!", "same words"),
    "one word in twelve corrected": (TEXT, TEXT.replace("closed", "shut"), "nearly"),
    "two words in twelve corrected": (TEXT, TEXT.replace("ten families", "nine people"), "edited"),
    "a teaser": (LONGER, TEXT, "nearly"),
    "a teaser that was cut in a word": (LONGER, TEXT[:-3] + "…", "nearly"),
    "a teaser, and the page's text under its headline": (f"A bank\n\n{LONGER}", TEXT, "nearly"),
    "another number and place": (TEMPLATE.format(17, "Elm"), TEMPLATE.format(18, "Oak"), "template"),
    "another place": (TEMPLATE.format("some", "Elm"), TEMPLATE.format("some", "Oak"), "template"),
    "a place more": (TEMPLATE.format("some", "Elm"), TEMPLATE.format("some", "Elm and Oak"), "nearly"),
    "words of a teaser in another order": (LONGER, " ".join(reversed(TEXT.split())), "other"),
    "another text": (TEXT, OTHER, "other"),
    "a few other words": (TEXT, "Wells.", "other words"),
    "a beginning of few words": (LONGER, "The county clo…", "none"),
    "no words": (TEXT, "", "none"),
    "two texts without": ("", "…", "none"),
}


@pytest.mark.parametrize(("one", "other", "likeness"), LIKENESS.values(), ids=LIKENESS)
def test_texts_are_compared(one: str, other: str, likeness: str) -> None:
    """Either way round."""
    assert compare_texts(one, other) == compare_texts(other, one) == likeness


@given(st.text(st.sampled_from("ab c.\n"), max_size=60), st.text(st.sampled_from("ab c.\n"), max_size=60))
def test_it_does_not_matter_which_is_named_first(one: str, other: str) -> None:
    """And what is the same is called so."""
    assert compare_texts(one, other) == compare_texts(other, one)
    assert compare_texts(one, one) in ("same", "same words", "none")
