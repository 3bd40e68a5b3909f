"""Foreign text made fit to be shown: feeds are written by others, and what they hold is never markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from urllib.parse import quote, urlsplit

# Unicode Standard Annex 9: these reorder what stands around them, so that a name or an address reads as
# another. Joiners (U+200C, U+200D) stay: Persian and emoji need them.
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SPACE = re.compile(r"[\s\x1c-\x1f\x85]+")
_INVISIBLE = re.compile(f"[\x00-\x08\x0e-\x1b\x7f-\x9f{_BIDI_CONTROLS}]")
_LONGEST_LINK = 2000  # characters


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether it is to be highlighted."""

    text: str
    marked: bool = False


def squeeze(text: str) -> str:
    """The text with each run of white space as one space, and no control or bidi control characters."""
    # Most text is fit already: of white space only the space is printable, and no control character is.
    if text.isprintable() and "  " not in text:
        return text
    return _INVISIBLE.sub("", _SPACE.sub(" ", text))


def line(text: str) -> str:
    """The text as one line, squeezed, without space at its ends."""
    return squeeze(text).strip()


def short(text: str, longest: int) -> str:
    """The text, or as many words of it as ``longest`` characters hold with an ellipsis; a word that takes up
    most of them is cut.
    """
    if len(text) <= longest:
        return text
    end = text.rfind(" ", 0, longest - 1)
    return f"{text[: end if end > longest // 2 else longest - 2].rstrip()} …"


def pieces(text: str, marks: tuple[tuple[int, int], ...]) -> tuple[Piece, ...]:
    """The text squeezed and cut at its marks, given as (start, end) offsets; they may overlap."""
    found = []
    position = 0
    for start, end in sorted(marks):
        covered = text[max(start, position) : end]
        if covered:
            found += [Piece(squeeze(text[position:start])), Piece(squeeze(covered), marked=True)]
            position = end
    found.append(Piece(squeeze(text[position:])))
    runs = groupby((piece for piece in found if piece.text), key=attrgetter("marked"))
    return tuple(Piece("".join(piece.text for piece in run), marked) for marked, run in runs)


def web_link(url: str) -> str | None:
    """The URL if it is of http or https and names a host, else None: a feed may say ``javascript:``. One of
    thousands of characters is none either: few mail readers follow it, and it would crowd out the rest.

    Spaces and invisible characters are percent-encoded, so that it stays in one piece wherever it stands.
    """
    link = url.strip()
    if " " in link or not link.isprintable():
        link = "".join(
            character if character.isprintable() and character != " " else quote(character)
            for character in link
        )
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    usable = parts.scheme in {"http", "https"} and parts.hostname and len(link) <= _LONGEST_LINK
    return link if usable else None


def count(number: int, noun: str) -> str:
    """``1 release``, ``3 releases``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
