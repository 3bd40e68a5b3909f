"""Text as the matcher reads it, with a way back to the text as it was published.

Press releases come with curly quotes, no-break spaces, soft hyphens, five kinds of dash, words broken over
a line, headlines set with spaces between the letters, and entities that somebody escaped twice; each hides a
name from a naive search. In this order:

1. every character is folded: no accents and no compatibility forms (NFKD and case folding, Unicode
   Standard Annex 15), every dash and hyphen ``-``, every apostrophe ``'``; double quotes and invisible
   characters (soft hyphen, zero-width, bidirectional controls) vanish;
2. a word broken over a line is joined (``Commu-⏎nities``), and a hyphen at a line's end keeps its
   neighbours (``E-⏎Verify``);
3. entities left in the text are read (``&amp;``, ``&amp;ldquo;``, ``&#8217;``);
4. letter-spaced capitals are closed up (``S E C U R E``);
5. letters become small, and any run of white space one space, with none at the ends.

Each step is a substitution, made either on the bare text or on a :class:`Tracked` one that remembers where
each of its characters came from; so both ways give the same text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_NON_ASCII_RUN = re.compile(r"[^\x00-\x7f]+")
_VANISHING_ASCII = re.compile(r'["`]')
_BROKEN_WORD = re.compile(r"-(?<=[^\W\d_]-)[ \t]*\r?\n[ \t]*(?=([a-z])|[^\W_])")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_LETTER_SPACED = re.compile(r"[A-Z] [A-Z] [A-Z](?<!\S.{5})(?: [A-Z])+(?![^\s.,:;!?])")
_SPACE = re.compile(r"\s+")

_DOUBLE_QUOTES = frozenset('"“”„‟«»″‶＂❝❞')
_APOSTROPHES = frozenset("'’‘‚‛ʼʹ′`´＇❛❜")
_EXTRA_DASHES = frozenset("\u2212\u02d7\u2043")  # minus sign, modifier minus, hyphen bullet
_LINE_ENDS = frozenset("\u2028\u2029\x85")

Replacement = Callable[[re.Match[str]], str]


@lru_cache(maxsize=16384)
def _fold(character: str) -> str:
    """One character as the matcher reads it, but for its case if it is ASCII."""
    category = unicodedata.category(character)
    if character in _APOSTROPHES:
        folded = "'"
    elif category == "Pd" or character in _EXTRA_DASHES:
        folded = "-"
    elif character in _DOUBLE_QUOTES or category in ("Cf", "Mn", "Me"):
        folded = ""
    elif character.isspace():
        folded = "\n" if character in _LINE_ENDS else " "
    else:
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold()).lower()
        folded = "".join(part if part == character or part.isascii() else _fold(part) for part in parts)
    return folded


@dataclass(frozen=True, slots=True)
class Tracked:
    """A text, and for each of its characters the range of ``original`` that it came from."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def sub(self, pattern: re.Pattern[str], replacement: Replacement) -> Tracked:
        """What ``pattern.sub(replacement, text)`` gives; what is put in came from all that it replaced."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        place = 0
        for match in pattern.finditer(self.text):
            first, last = match.span()
            new = replacement(match)
            pieces += (self.text[place:first], new)
            starts += self.starts[place:first]
            ends += self.ends[place:first]
            starts += [self.starts[first]] * len(new)
            ends += [self.ends[last - 1]] * len(new)
            place = last
        pieces.append(self.text[place:])
        starts += self.starts[place:]
        ends += self.ends[place:]
        return Tracked(self.original, "".join(pieces), tuple(starts), tuple(ends))

    def lower(self) -> Tracked:
        """In small letters; by then only ASCII has any capitals, so no length changes."""
        return Tracked(self.original, self.text.lower(), self.starts, self.ends)

    def strip(self) -> Tracked:
        """Without a space at either end."""
        first = len(self.text) - len(self.text.lstrip())
        last = max(len(self.text.rstrip()), first)
        return Tracked(self.original, self.text[first:last], self.starts[first:last], self.ends[first:last])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the (non-empty) range of the text stands in the original, with the accents that follow."""
        first, last = self.starts[start], self.ends[end - 1]
        while last < len(self.original) and unicodedata.category(self.original[last]) in ("Mn", "Me"):
            last += 1
        return first, last


def normalise(text: str) -> str:
    """The text as the matcher reads it. Normalising twice changes nothing."""
    if not text.isascii():
        text = _NON_ASCII_RUN.sub(lambda run: "".join(map(_fold, run.group())), text)
    text = text.replace('"', "").replace("`", "'")
    if "-" in text and "\n" in text:
        text = _BROKEN_WORD.sub(_joined, text)
    while "&" in text and (read := _ENTITY.sub(_read_entity, text)) != text:
        text = read
    text = _LETTER_SPACED.sub(_closed_up, text)
    return " ".join(text.lower().split())


def normalise_with_offsets(text: str) -> Tracked:
    """The same text as :func:`normalise` gives, with the way back to the original."""
    tracked = Tracked(text, text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    tracked = tracked.sub(_NON_ASCII, lambda match: _fold(match.group()))
    tracked = tracked.sub(_VANISHING_ASCII, lambda match: _fold(match.group()))
    tracked = tracked.sub(_BROKEN_WORD, _joined)
    while (read := tracked.sub(_ENTITY, _read_entity)).text != tracked.text:
        tracked = read
    tracked = tracked.sub(_LETTER_SPACED, _closed_up)
    return tracked.lower().sub(_SPACE, lambda _: " ").strip()


def _joined(broken: re.Match[str]) -> str:
    """A small letter goes on with the word; anything else stood after a hyphen."""
    return "" if broken.group(1) else "-"


def _read_entity(entity: re.Match[str]) -> str:
    """What the entity stands for, folded; the entity itself where it stands for nothing."""
    for written in (entity.group(), entity.group().lower()):
        read = html.unescape(written)
        if read != written:
            return "".join(map(_fold, read))
    return entity.group()


def _closed_up(spaced: re.Match[str]) -> str:
    return spaced.group().replace(" ", "")
