"""Whether two texts are one, as far as typography and small repairs don't matter."""

from __future__ import annotations

import re
from collections import Counter

_NO_WORD = re.compile(r"[\W_]+")
_FEWEST_WORDS = 8
_SHARED = 0.9


def is_the_same(one: str, other: str) -> bool:
    """Whether the words are the same in the same order, and enough of them to say so."""
    words = _words(one)
    return len(words) >= _FEWEST_WORDS and words == _words(other)


def is_nearly(one: str, other: str) -> bool:
    """Whether the texts share nine tenths of the words of the longer one, or one of them stands in the other
    as it is (a teaser, whose last words may be cut). A text without words is like any other: it says
    nothing against it.
    """
    words, others = _words(one), _words(other)
    shorter, longer = sorted((words, others), key=len)
    if not shorter or (len(shorter) >= _FEWEST_WORDS and _stands_in(shorter[:-2], longer)):
        return True
    return (Counter(words) & Counter(others)).total() >= _SHARED * len(longer)


def is_told_alike(one: str, other: str) -> bool:
    """Whether both have words enough to say so, and are nearly the same."""
    return min(len(_words(one)), len(_words(other))) >= _FEWEST_WORDS and is_nearly(one, other)


def _stands_in(words: list[str], others: list[str]) -> bool:
    return f" {' '.join(words)} " in f" {' '.join(others)} "


def _words(text: str) -> list[str]:
    return _NO_WORD.sub(" ", text.casefold()).split()
