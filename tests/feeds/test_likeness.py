"""Whether two texts are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.feeds.likeness import is_nearly, is_the_same

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


NEARLY = {
    "as it is": (TEXT, TEXT, True),
    "one word in twelve corrected": (TEXT, TEXT.replace("Monday", "Tuesday"), True),
    "two words in twelve corrected": (TEXT, TEXT.replace("ten families", "nine people"), False),
    "a teaser": (LONGER, TEXT, True),
    "a teaser that was cut in a word": (LONGER, TEXT[:-3] + "…", True),
    "a teaser, and the page's text under its headline": (f"An account is closed\n\n{LONGER}", TEXT, True),
    "words of a teaser in another order": (LONGER, " ".join(reversed(TEXT.split())), False),
    "another text": (TEXT, OTHER, False),
    "a beginning of few words": (LONGER, "The county closed", False),
    "no words say nothing against it": (TEXT, "", True),
    "nor do two texts without": ("", "…", True),
}


@pytest.mark.parametrize(("one", "other", "nearly"), NEARLY.values(), ids=NEARLY)
def test_nearly_the_same_are_small_repairs_and_teasers(one: str, other: str, nearly: bool) -> None:
    """Either way round."""
    assert is_nearly(one, other) is nearly
    assert is_nearly(other, one) is nearly


@given(st.text(st.sampled_from("ab c.\n"), max_size=60), st.text(st.sampled_from("ab c.\n"), max_size=60))
def test_what_is_the_same_is_nearly_so(one: str, other: str) -> None:
    """And neither depends on which is named first."""
    assert is_the_same(one, other) is is_the_same(other, one)
    assert is_nearly(one, other) is is_nearly(other, one)
    assert is_nearly(one, one)
    if is_the_same(one, other):
        assert is_nearly(one, other)
