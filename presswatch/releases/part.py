"""A part of a press release: which stretch of its text it is, and what matters in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
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


class Places:
    """The parts of a release, to look up in which of them a stretch of its text stands.

    A release may have thousands of both, so parts are sorted once: of those of a kind that start no later
    than the stretch, one holds it if the furthest end among them does.
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        by_kind: dict[PartKind, list[tuple[int, int]]] = {}
        for part in parts:
            by_kind.setdefault(part.kind, []).append((part.start, part.end))
        self._kinds: list[tuple[PartKind, list[int], list[int]]] = []
        for kind in _RANKS:
            ranges = sorted(by_kind.get(kind, ()))
            starts = [start for start, _ in ranges]
            self._kinds.append((kind, starts, list(accumulate((end for _, end in ranges), max))))

    def kind_at(self, start: int, end: int) -> PartKind | Literal["body"]:
        """The kind of part in which ``text[start:end]`` wholly stands, ``"body"`` where it's in none.

        Where parts lie over each other, who signed, who publishes and whom to call say more about a name
        than that it is quoted: signatories, boilerplate, contacts, quotation, dateline, subhead, in that
        order.
        """
        for kind, starts, furthest in self._kinds:
            place = bisect_right(starts, start) - 1
            if place >= 0 and end <= furthest[place]:
                return kind
        return "body"


def part_at(parts: Iterable[Part], start: int, end: int) -> PartKind | Literal["body"]:
    """The kind of part in which one stretch stands; see :meth:`Places.kind_at`."""
    return Places(parts).kind_at(start, end)
