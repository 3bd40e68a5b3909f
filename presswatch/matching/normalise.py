"""Text as the matcher reads it, with a way back to the text as it was published.

Press releases come with curly quotes, no-break spaces, soft hyphens, five kinds of dash and the odd
zero-width space, each of which hides a name from a naive search. Every character is folded by itself:

* letters lose case, accents and compatibility forms (NFKD and case folding, Unicode Standard Annex 15);
* every dash and hyphen becomes ``-``, every apostrophe ``'``; double quotes vanish;
* invisible characters (soft hyphen, zero-width, bidirectional controls) vanish;
* any run of white space becomes one space, and none is left at the ends.

Because the folding is by character, each character of the result comes from exactly one character of
the original, and an offset can be carried back.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_DOUBLE_QUOTES = frozenset('"“”„‟«»″‶＂❝❞')
_APOSTROPHES = frozenset("'’‘‚‛ʼʹ′`´＇❛❜")
_EXTRA_DASHES = frozenset("\u2212\u02d7\u2043")  # minus sign, modifier minus, hyphen bullet


@lru_cache(maxsize=16384)
def _fold(character: str) -> str:
    """One character as the matcher reads it: none, one or several characters."""
    category = unicodedata.category(character)
    if character in _APOSTROPHES:
        folded = "'"
    elif category == "Pd" or character in _EXTRA_DASHES:
        folded = "-"
    elif character in _DOUBLE_QUOTES or category in ("Cf", "Mn", "Me"):
        folded = ""
    elif character.isspace():
        folded = " "
    else:
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold()).lower()
        folded = "".join(part if part == character else _fold(part) for part in parts)
    return folded


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text, and for each of its characters the offset it came from in ``original``."""

    original: str
    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the (non-empty) range of the normalised text stands in the original."""
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        while last < len(self.original) and unicodedata.category(self.original[last]) in ("Mn", "Me"):
            last += 1
        return first, last


def normalise(text: str) -> str:
    """The text as the matcher reads it. Normalising twice changes nothing."""
    if not text.isascii():
        text = _NON_ASCII.sub(lambda run: "".join(map(_fold, run.group())), text)
    return " ".join(text.replace('"', "").replace("`", "'").lower().split())


def normalise_with_offsets(text: str) -> Normalised:
    """The same text as :func:`normalise` gives, with the map back to the original."""
    characters: list[str] = []
    offsets: list[int] = []
    in_space = True
    for offset, character in enumerate(text):
        for folded in _fold(character):
            if folded != " " or not in_space:
                characters.append(folded)
                offsets.append(offset)
            in_space = folded == " "
    if characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return Normalised(text, "".join(characters), tuple(offsets))
