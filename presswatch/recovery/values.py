"""What goes into recovering and comes out of it: plain, frozen, picklable values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from presswatch.feeds.identity import Candidate
from presswatch.feeds.values import MatchedEntry
from presswatch.matching.program import Program
from presswatch.watch import FetchRules, Fulltext, Kind

GapStatus = Literal["pending", "recovered", "open"]
"""A gap is looked into; or nothing is missing any more; or it stays."""
LOOKED_AT = 2_000
"""Characters of a text by which one that was known before a gap is known again."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time between two readings of a feed in which releases may have rolled past.

    ``known_keys`` are the keys (:mod:`presswatch.feeds.keys`) of releases that the archive had from
    this feed before, ``known`` those releases, with the first :data:`LOOKED_AT` characters of their texts,
    ``shown_keys`` the keys of what the reading showed that found the gap, and of what came since.
    ``seen_before`` is when the feed last showed something before the gap, ``found`` when the gap was found;
    ``oldest_shown`` is the publisher's date of the oldest item shown then, ``newest_known`` that of the
    newest release but one which the archive had before.
    """

    gap_id: int
    feed_id: int
    url: str
    publisher: str
    fulltext: Fulltext
    kind: Kind
    known_keys: frozenset[str]
    seen_before: datetime
    oldest_shown: datetime | None
    shown_keys: frozenset[str]
    found: datetime
    newest_known: datetime | None = None
    known: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of an attempt to recover a gap.

    ``entries`` are the ones that were found, newest first as far as the site says so; the archive may
    still know some of them. ``closed``: known ground was reached, so that nothing is missing any more.
    ``how`` says in one line by which way, or why not; ``retriable`` whether it may go better later.
    """

    gap_id: int
    feed_id: int
    url: str
    started: datetime
    entries: tuple[MatchedEntry, ...]
    closed: bool
    how: str
    retriable: bool


@dataclass(frozen=True, slots=True)
class RecoveryJob:
    """A share of the gaps that are due, what to look for in what is found, and the manners to keep.

    After ``deadline``, in UTC, no further gap is begun.
    """

    gaps: tuple[Gap, ...]
    programs: tuple[Program, ...]
    rules: FetchRules
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class GapState:
    """A gap as the archive has it, for people: nothing was seen of the feed from ``since`` to ``until``.

    ``recovered`` counts the releases that were new; ``how`` says by which way, or why not.
    """

    gap_id: int
    feed_id: int
    url: str
    publisher: str
    since: datetime
    until: datetime
    status: GapStatus
    recovered: int
    how: str
