"""A part of a press release: which stretch of its text it is, and what matters in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

PartKind = Literal[
    "subhead",
    "dateline",
    "embargo",
    "contacts",
    "quotation",
    "signatories",
    "boilerplate",
    "end-mark",
    "report-link",
]

_RANKS: tuple[PartKind, ...] = ("signatories", "boilerplate", "contacts", "quotation", "dateline", "subhead")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a release: ``text[start:end]``, offsets in characters of its plain text.

    ``value`` is what matters in it: a dateline's place, a quotation's speaker (empty where the text
    doesn't say), the signatories' names one a line, the contacts' mail addresses and phone numbers one
    a line, whom a boilerplate is about, an embargo as written, a report link's address; else nothing.
    ``date`` is the day a dateline or embargo gives, as YYYY-MM-DD, empty where it gives none plainly.
    """

    kind: PartKind
    start: int
    end: int
    value: str
    date: str = ""


def part_at(parts: Iterable[Part], start: int, end: int) -> PartKind | Literal["body"]:
    """The kind of part in which ``text[start:end]`` wholly stands, ``"body"`` where it's in none.

    Where parts lie over each other, who signed, who publishes and whom to call say more about a name
    than that it is quoted: signatories, boilerplate, contacts, quotation, dateline, subhead, in that order.
    """
    around = {part.kind for part in parts if part.start <= start and end <= part.end}
    for kind in _RANKS:
        if kind in around:
            return kind
    return "body"
