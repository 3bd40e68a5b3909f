"""Walking back through a list of releases, newest first, until known ground is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from presswatch.feeds.identity import identify
from presswatch.feeds.values import Entry
from presswatch.recovery.known import is_among
from presswatch.recovery.values import LOOKED_AT, Gap

MARGIN = timedelta(days=1)
"""By how much a publisher's date may be off, as with a date that says no time or no zone."""


class Standing(Enum):
    """How an entry stands to a gap."""

    SHOWN = "shown by the reading that found the gap, or since"
    KNOWN = "known from before the gap"
    MISSING = "not known"


def standing(entry: Entry, gap: Gap) -> Standing:
    """How the entry stands to the gap.

    Keys only nominate what it may be, as where entries are stored: a site that was rebuilt gives its numbers
    again. So it is known if it is one of the known releases by all that it says.
    """
    if is_among(entry.keys, gap.shown_keys):
        return Standing.SHOWN
    if not is_among(entry.keys, gap.known_keys):
        return Standing.MISSING
    cut = replace(entry, text=entry.text[:LOOKED_AT])
    return Standing.KNOWN if identify(cut, gap.known) is not None else Standing.MISSING


def since(gap: Gap) -> datetime:
    """The publisher's date before which nothing can have been missed in the gap."""
    return gap.seen_before - MARGIN


class Walk:
    """The entries of one document after the other, as far back as one has come."""

    def __init__(self, gap: Gap) -> None:
        self._gap = gap
        self._entries: list[tuple[Entry, Standing]] = []
        self._seen: set[str] = set()
        self._documents = 0
        self._first = 0
        """How many entries the first document has."""
        self._outdated = False

    def add(self, entries: Sequence[Entry]) -> bool:
        """Go on with a document's entries; false if it holds none that wasn't there before."""
        new = [entry for entry in entries if entry.fingerprint not in self._seen]
        self._seen.update(entry.fingerprint for entry in new)
        self._entries += [(entry, standing(entry, self._gap)) for entry in new]
        self._documents += 1
        if self._documents == 1:
            self._first = len(self._entries)
        oldest_wanted = since(self._gap)
        self._outdated = bool(new) and all(
            entry.published is not None and entry.published < oldest_wanted for entry in new
        )
        return bool(new)

    @property
    def reached(self) -> bool:
        """Whether known ground is reached: at a known entry, or with a document of which every entry was
        published more than a day before the feed was last read before the gap.
        """
        return self._ground() is not None or (self._outdated and self._documents > 1)

    def missing(self) -> tuple[Entry, ...]:
        """The entries that are not known and lie in the gap: before known ground, or by their dates."""
        ground = self._ground()
        oldest_wanted = since(self._gap)
        return tuple(
            entry
            for entry, stands in self._entries[:ground]
            if stands is Standing.MISSING
            and (ground is not None or (entry.published is not None and entry.published >= oldest_wanted))
        )

    def _ground(self) -> int | None:
        """The place of the first known entry that stands in order.

        Out of order is one above what the gap's reading showed, or above an entry that isn't known and
        has a later date: a pinned item, or a list that isn't sorted; then one must go on. So is one in the
        feed's own document that has outlived newer ones.
        """
        ground: int | None = None
        latest: datetime | None = None
        for place in range(len(self._entries) - 1, -1, -1):
            entry, stands = self._entries[place]
            if stands is Standing.SHOWN:
                break
            date = entry.published
            if stands is Standing.KNOWN:
                in_order = latest is None or date is None or latest <= date
                if in_order and not (place < self._first and self._has_outlived(date)):
                    ground = place
            elif stands is Standing.MISSING and date is not None and (latest is None or date > latest):
                latest = date
        return ground

    def _has_outlived(self, date: datetime | None) -> bool:
        newest = self._gap.newest_known
        return date is not None and newest is not None and date < newest
