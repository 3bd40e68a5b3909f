"""Whether two texts are one, as far as typography and small repairs don't matter."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

_NO_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 8
_SHARED = 0.9
_LONG = 50  # words: no template has so many without a number or a name that changes
_FEWEST_SHARED = 3  # words of a title


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
    if not shorter or (len(shorter) >= _FEWEST_WORDS and _stands_in(shorter, longer)):
        return True
    return (Counter(words) & Counter(others)).total() >= _SHARED * len(longer)


def are_words_enough(text: str) -> bool:
    """Whether the text has words enough for it to say something that another has them, too."""
    return _has_words(text, _FEWEST_WORDS)


def is_told_alike(one: str, other: str) -> bool:
    """Whether both have words enough to say so, and are nearly the same."""
    return are_words_enough(one) and are_words_enough(other) and is_nearly(one, other)


def is_repaired(one: str, other: str) -> bool:
    """As :func:`is_told_alike`, and what differs is no number: not two that are made from one template."""
    if not is_told_alike(one, other):
        return False
    words, others = Counter(_words(one)), Counter(_words(other))
    return stands_in(one, other) or not _differ_in_numbers(words, others)


def is_long(text: str) -> bool:
    """Whether it has so many words that no two releases have them all in common."""
    return _has_words(text, _LONG)


def stands_in(one: str, other: str) -> bool:
    """Whether the shorter of the texts, if its words are enough to say so, stands in the other as it is, but
    for its last words, which may be cut.
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return len(shorter) >= _FEWEST_WORDS and _stands_in(shorter, longer)


def are_titles_alike(one: str, other: str) -> bool:
    """Whether the titles share three words or more, and more than half of those of the longer one, and differ
    in no number: a title that was mended, not that of the next report.
    """
    words, others = Counter(_words(one)), Counter(_words(other))
    shared = words & others
    if _differ_in_numbers(words, others):
        return False
    return shared.total() >= _FEWEST_SHARED and 2 * shared.total() > max(words.total(), others.total())


def _differ_in_numbers(words: Counter[str], others: Counter[str]) -> bool:
    return any(word.isdigit() for word in (words | others) - (words & others))


def _stands_in(words: list[str], others: list[str]) -> bool:
    """Whether the words, of which the last two may be cut, stand in the others, which are more."""
    if len(words) == len(others):
        return words == others
    return f" {' '.join(words[:-2])} " in f" {' '.join(others)} "


def _has_words(text: str, fewest: int) -> bool:
    """Whether it has so many; a long text is not gone through for that."""
    return sum(1 for _ in islice(_WORD.finditer(text), fewest)) == fewest


def _words(text: str) -> list[str]:
    return _NO_WORD.sub(" ", text.casefold()).split()
