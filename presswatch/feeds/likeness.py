"""What two texts have in common, as far as typography and small repairs don't matter."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Literal

TextLikeness = Literal[
    "same whole", "same", "same words", "nearly", "edited", "template", "other", "other words", "none"
]

_NO_WORD = re.compile(r"[\W_]+")
_NAME = re.compile(r"(?<=[^\W_],\s)[A-Z][^\W_]+|(?<=[^\W_]\s)[A-Z][^\W_]+")
_FEWEST_WORDS = 8
_SHARED = 0.9
_MUCH = 0.4  # of the pairs of words of the longer text
_LONG = 50  # words: no template has so many without a number or a name that changes


def compare_texts(one: str, other: str) -> TextLikeness:
    """How much two texts have in common, whatever their case and punctuation.

    - ``same whole``: the same words, so many that no two releases have them all in common;
    - ``same``: the same words, enough of them to say so; ``same words``: too few of them;
    - ``nearly``: one stands in the other (a teaser, whose last words may be cut), or they share nine tenths
      and differ in no number or name;
    - ``template``: they share much, and each has a number or a name that the other lacks;
    - ``edited``: they share much, told by the pairs of words that follow each other;
    - ``other``: they don't; ``other words``: and one of them has too few words to say so;
    - ``none``: one of them has no words, or is the first few of the other.
    """
    words = _words(one)
    others = words if one == other else _words(other)
    if words == others:
        return _sameness(len(words))
    shorter, longer = sorted((words, others), key=lambda one: (len(one), one))
    few = len(shorter) < _FEWEST_WORDS
    if _begins_with(longer, shorter) if few else _stands_in(shorter, longer):
        return "none" if few else "nearly"
    pairs, other_pairs = Counter(pairwise(shorter)), Counter(pairwise(longer))
    if (pairs & other_pairs).total() <= _MUCH * (len(longer) - 1):
        return "other words" if few else "other"
    counted, counted_others = Counter(words), Counter(others)
    if _tell_of_different_things(one, other, counted - counted_others, counted_others - counted):
        return "template"
    shared = (counted & counted_others).total()
    return "nearly" if shared >= _SHARED * len(longer) and not few else "edited"


def is_the_same(one: str, other: str) -> bool:
    """Whether the words are the same in the same order, and enough of them to say so."""
    return compare_texts(one, other) in ("same", "same whole")


def _sameness(words: int) -> TextLikeness:
    if not words:
        return "none"
    return "same whole" if words >= _LONG else "same" if words >= _FEWEST_WORDS else "same words"


def _tell_of_different_things(one: str, other: str, left: Counter[str], right: Counter[str]) -> bool:
    """Whether each text has a number, or a name in the midst of a sentence, that the other lacks."""
    return all(
        any(word.isdigit() for word in own) or not own.keys().isdisjoint(_names(text))
        for text, own in ((one, left), (other, right))
    )


def _names(text: str) -> set[str]:
    return {found.group().casefold() for found in _NAME.finditer(text)}


def _begins_with(words: list[str], first: list[str]) -> bool:
    """Whether they begin with these, of which the last may be cut."""
    count = len(first)
    return not first or (words[: count - 1] == first[:-1] and words[count - 1].startswith(first[-1]))


def _stands_in(words: list[str], others: list[str]) -> bool:
    """Whether the words, of which the last two may be cut, stand in the others, which are more."""
    return len(words) < len(others) and f" {' '.join(words[:-2])} " in f" {' '.join(others)} "


def _words(text: str) -> list[str]:
    return _NO_WORD.sub(" ", text.casefold()).split()
