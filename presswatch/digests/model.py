"""What a digest is: the frozen value that is stored before it is sent, and rendered by every channel.

Digests are stored as JSON, and those of older versions are read again: fields that came later have a
default.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from presswatch.digests.health import FeedTurn
from presswatch.digests.subject import Count, also_subject, count_subject, health_subject, part_subject
from presswatch.releases.difference import Span

Kind = Literal["new", "updated", "removed", "again"]
"""What is told of a release: that it mentions the program, that an edit made it do so, that an edit took
the last mention out, that an edit brought one back after that was told.
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a release, with the places to highlight as (start, end) offsets within ``text``.

    ``before`` and ``after`` say whether the field goes on beyond the piece. ``why`` explains the mention.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    before: bool
    after: bool
    why: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A release of a story, by one of its publishers."""

    release_id: int
    publisher: str
    url: str


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A release under one program. ``publishers`` has several where several published the same text;
    ``others`` holds the releases of those that are not the item's own.

    ``passages`` are what the release says, or of one that was "removed" what it said; ``difference`` is
    what the edit changed around the mention, empty where there is nothing to compare.
    """

    release_id: int
    title: str
    url: str
    publishers: tuple[str, ...]
    published: datetime | None
    first_seen: datetime
    kind: Kind
    passages: tuple[Passage, ...]
    others: tuple[Publication, ...] = ()
    difference: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The releases that mention one program, newest first.

    ``weeks`` says how many were first seen in each of the last weeks, this one last; it is empty where too
    little is known of them.
    """

    program: str
    name: str
    items: tuple[DigestItem, ...]
    weeks: tuple[int, ...] = ()

    @property
    def count(self) -> Count:
        """How many of the items say what."""
        kinds = Counter(item.kind for item in self.items)
        removed = kinds["removed"]
        return Count(self.name, len(self.items) - removed, kinds["updated"] + kinds["again"], removed)


@dataclass(frozen=True, slots=True)
class LaterPublishers:
    """Who else has published a story that was told before for these programs, as the release ``title``."""

    title: str
    url: str
    publisher: str
    programs: tuple[str, ...]
    publications: tuple[Publication, ...]


@dataclass(frozen=True, slots=True)
class FailedFeed:
    """A feed that could not be read at the last attempt, and why."""

    publisher: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class SilentFeed:
    """A feed that answers, and has shown nothing new for longer than is its habit: since when."""

    publisher: str
    url: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which releases may have rolled past in a feed: between two readings.

    ``status`` says whether they are looked for ("pending"), were found ("recovered", ``recovered``
    many), or not ("open"); ``how`` by which way, or why not.
    """

    id: int
    publisher: str
    url: str
    since: datetime
    until: datetime
    status: Literal["pending", "recovered", "open"]
    recovered: int
    how: str


@dataclass(frozen=True, slots=True)
class UnreadPages:
    """How many pages behind a feed's releases were given up, and why the last of them was: of these releases
    only what the feed carries was searched.
    """

    publisher: str
    url: str
    pages: int
    reason: str


@dataclass(frozen=True, slots=True)
class Limit:
    """What can't be seen of a feed, and why: of its releases more than the first lines ("teasers"), or some
    of them, since not all that it shows is read ("part"), or whether some rolled past ("order"), or which of
    those that it showed first were new ("dates").
    """

    publisher: str
    url: str
    what: Literal["teasers", "part", "order", "dates"]
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at: of ``feeds`` watched, ``read`` answered at the last attempt.

    ``gaps`` are those found or settled since the subscription's last digest, ``unread`` the pages that were
    given up and ``turned`` the feeds that turned bad or mended since then. ``limits`` are what can't be
    seen at present.
    """

    feeds: int
    read: int
    failed: tuple[FailedFeed, ...] = ()
    silent: tuple[SilentFeed, ...] = ()
    gaps: tuple[Gap, ...] = ()
    unread: tuple[UnreadPages, ...] = ()
    turned: tuple[FeedTurn, ...] = ()
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class PartOf:
    """Which part of a digest this is, of how many, and how many distinct releases they hold together."""

    number: int
    of: int
    releases: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What one subscription owes its recipients for the window (``since``, ``until``].

    ``moments`` counts the times of its schedule in the window: more than one where earlier ones were missed.
    ``timezone`` is the name (of the tz database) of the zone in which its times are told; they are UTC here.
    ``part`` says which part it is, where it comes in several (:mod:`presswatch.digests.parts`).
    """

    subscription: str
    created: datetime
    since: datetime
    until: datetime
    sections: tuple[Section, ...]
    coverage: Coverage
    also: tuple[LaterPublishers, ...] = ()
    moments: int = 1
    timezone: str = "UTC"
    part: PartOf | None = None

    @property
    def releases(self) -> int:
        """How many distinct releases the digest holds; one may stand under several programs."""
        return len({item.release_id for section in self.sections for item in section.items})

    @property
    def subject(self) -> str:
        """What is inside, in a line: ``Secure Communities: 3 releases, 287(g): 1 (1 of 2)``."""
        return part_subject(self._inside, self.part.number, self.part.of) if self.part else self._inside

    @property
    def _inside(self) -> str:
        if self.sections:
            return count_subject([section.count for section in self.sections])
        if self.coverage.turned:
            return health_subject(self.coverage.turned)
        if self.also:
            return also_subject(len(self.also))
        return "No new mentions"
