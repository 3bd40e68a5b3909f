"""What a digest is: the frozen value that is stored before it is sent, and rendered by every channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


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
class DigestItem:
    """A release under one program. ``publishers`` has several where several published the same text."""

    release_id: int
    title: str
    url: str
    publishers: tuple[str, ...]
    published: datetime | None
    first_seen: datetime
    kind: Literal["new", "updated"]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The releases that mention one program, newest first."""

    program: str
    name: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True)
class FailedFeed:
    """A feed that could not be read at the last attempt, and why."""

    publisher: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at in the digest's window: of ``feeds`` watched, ``read`` answered."""

    feeds: int
    read: int
    failed: tuple[FailedFeed, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What one subscription owes its recipients for the window (``since``, ``until``]."""

    subscription: str
    created: datetime
    since: datetime
    until: datetime
    sections: tuple[Section, ...]
    coverage: Coverage

    @property
    def releases(self) -> int:
        """How many distinct releases the digest holds; one may stand under several programs."""
        return len({item.release_id for section in self.sections for item in section.items})

    @property
    def subject(self) -> str:
        """What is inside, in a line: ``Secure Communities: 3 releases, 287(g): 1``."""
        if not self.sections:
            return "No new mentions"
        counts = [(section.name, len(section.items)) for section in self.sections]
        first, *rest = counts
        plural = "release" if first[1] == 1 else "releases"
        return ", ".join([f"{first[0]}: {first[1]} {plural}", *(f"{name}: {count}" for name, count in rest)])
