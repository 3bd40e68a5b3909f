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
4. acronyms lose their points (``D.A.C.A.``), letter-spaced capitals are closed up (``S E C U R E``);
5. letters become small, and any run of white space one space, with none at the ends.

Each step is a substitution on a :class:`Tracked` text, which remembers what was replaced by something of
another length; so any offset can be carried back to the original.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_BROKEN_WORD = re.compile(r"-(?<=[^\W\d_]-)[ \t]*\r?\n[ \t]*(?=([a-z])|[^\W_])")
_ESCAPED_AGAIN = re.compile(r"&(?:amp;|#0*38;|#x0*26;)+(?=[#a-z])", re.I)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_DOTTED = re.compile(r"[A-Z]\.(?<!\w..)[A-Z]\.(?:[A-Z]\.)+")
_LETTER_SPACED = re.compile(r"[A-Z] [A-Z] [A-Z](?<!\S.{5})(?: [A-Z])+(?![^\s.,:;!?])")
# What begins with one certain character is much the quicker to look for.
_MAYBE_SPACED = re.compile(r" [A-Z] [A-Z] [A-Z]")
_MAYBE_DOTTED = re.compile(r"\.[A-Z]\.[A-Z]\.")
_SPACES = re.compile(r"  +")
_FIRST_SPACE = re.compile(r"\A ")
_OTHER_SPACES = "\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f"
_QUOTE = re.compile('"')
_FEW = 32  # of characters beyond ASCII; a text of more is folded one by one

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
class _Step:
    """What one substitution did, where lengths differ: for each piece put in, its range in the text after
    (``starts``, ``ends``) and the range in the text before that it replaced.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    replaced: tuple[tuple[int, int], ...]

    def back(self, offset: int) -> tuple[int, int]:
        """The range in the text before from which the character at ``offset`` came."""
        place = bisect_right(self.starts, offset) - 1
        if place < 0:
            return offset, offset + 1
        if offset < self.ends[place]:
            return self.replaced[place]
        before = self.replaced[place][1] + offset - self.ends[place]
        return before, before + 1


@dataclass(frozen=True, slots=True)
class Tracked:
    """A text, and the steps by which it came from ``original``."""

    original: str
    text: str
    steps: tuple[_Step, ...] = ()

    def sub(self, pattern: re.Pattern[str], replacement: Replacement) -> Tracked:
        """What ``pattern.sub(replacement, text)`` gives; what is put in came from all that it replaced."""
        matches = list(pattern.finditer(self.text))
        if not matches:
            return self
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        replaced: list[tuple[int, int]] = []
        place = length = 0
        for match in matches:
            first, last = match.span()
            new = replacement(match)
            pieces += (self.text[place:first], new)
            length += first - place
            if last - first != 1 or len(new) != 1:
                starts.append(length)
                ends.append(length + len(new))
                replaced.append((first, last))
            length += len(new)
            place = last
        pieces.append(self.text[place:])
        steps = self.steps
        if starts:
            steps += (_Step(tuple(starts), tuple(ends), tuple(replaced)),)
        return Tracked(self.original, "".join(pieces), steps)

    def each(self, change: Callable[[str], str]) -> Tracked:
        """With the text changed character by character, or cut at its end, so that offsets stay."""
        return Tracked(self.original, change(self.text), self.steps)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the (non-empty) range of the text stands in the original, with the accents that follow."""
        first, last = start, end - 1
        for step in reversed(self.steps):
            first, last = step.back(first)[0], step.back(last)[1] - 1
        last += 1
        while last < len(self.original) and unicodedata.category(self.original[last]) in ("Mn", "Me"):
            last += 1
        return first, last


def normalise(text: str) -> str:
    """The text as the matcher reads it. Normalising twice changes nothing."""
    return track(text).text


def track(text: str) -> Tracked:
    """The text as the matcher reads it, with the way back to the original."""
    tracked = Tracked(text, text)
    if not text.isascii():
        tracked = tracked.each(_fold_few)
    if not tracked.text.isascii():
        tracked = tracked.sub(_NON_ASCII, lambda match: _fold(match.group()))
    if "`" in text:
        tracked = tracked.each(lambda t: t.replace("`", "'"))
    if '"' in text:
        tracked = tracked.sub(_QUOTE, lambda _: "")
    if "-" in text and "\n" in text:
        tracked = tracked.sub(_BROKEN_WORD, _joined)
    if "&" in text:
        tracked = tracked.sub(_ESCAPED_AGAIN, lambda _: "&")
    while "&" in tracked.text and (read := tracked.sub(_ENTITY, _read_entity)).text != tracked.text:
        tracked = read
    if _MAYBE_DOTTED.search(tracked.text):
        tracked = tracked.sub(_DOTTED, lambda match: match.group().replace(".", ""))
    if _MAYBE_SPACED.search(tracked.text):
        tracked = tracked.sub(_LETTER_SPACED, _closed_up)
    tracked = tracked.each(_plain_spaces).sub(_SPACES, lambda _: " ")
    if tracked.text[:1] == " ":
        tracked = tracked.sub(_FIRST_SPACE, lambda _: "")
    return tracked.each(str.rstrip)


def _plain_spaces(text: str) -> str:
    """In small letters, every white space a space."""
    text = text.lower()
    for space in _OTHER_SPACES:
        if space in text:
            text = text.replace(space, " ")
    return text


def _fold_few(text: str) -> str:
    """The quick way for what folds to one character, in a text of few kinds of them, as English is."""
    odd = set(_NON_ASCII.findall(text))
    if len(odd) <= _FEW:
        for character in odd:
            folded = _fold(character)
            if len(folded) == 1:
                text = text.replace(character, folded)
    return text


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
