"""What is true of a release: what it said when, and where it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from presswatch.matching.program import Program

PROGRAMS = (
    Program("lantern-gate", "Operation Lantern Gate", terms=("Operation Lantern Gate", "OLG-4")),
    Program("tidewater", "Tidewater Compact", terms=("Tidewater Compact",)),
    Program("section-914", "Section 914(q)", terms=("914(q)",)),
)
TERMS = {
    "lantern-gate": ("Operation Lantern Gate", "OLG-4"),
    "tidewater": ("Tidewater Compact", "Tidewater\u00a0Compact"),
    "section-914": ("Section 914(q)", "914(q)"),
}
"""How releases call the programs."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a release says between two edits. ``programs`` are those that it mentions, ``in_title`` there."""

    title: str
    paragraphs: tuple[str, ...]
    programs: frozenset[str]
    in_title: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class Release:
    """A release of a newsroom. ``name`` is a word that no other release has, but for copies; ``story`` names
    the joint statement that it is one version of. ``order`` is what the newsroom sorts by.
    """

    number: int
    newsroom: int
    name: str
    published: datetime
    versions: list[Version]
    story: int | None = None
    kind: str = ""
    """Of a series or a template, which of those; empty for one that stands alone."""
    copy_of: Release | None = None
    """The release that this is, where another newsroom shows it."""
    claimed_link: str = ""
    claimed_guid: str = ""
    """Link and guid of another's release, under which it is shown."""
    slug: str = ""
    serial: int = 0
    node: int = 0
    order: datetime | None = None
    claimed: datetime | None = None
    edits: list[str] = field(default_factory=list)
    withdrawn: bool = False
    withdrawn_first: datetime | None = None
    served: dict[int, datetime] = field(default_factory=dict)
    """When each version, by its index, was first handed to us whole by the feed."""
    glimpsed: set[int] = field(default_factory=set)
    """Versions that were handed to runs that were killed, which may have stored them."""

    @property
    def version(self) -> Version:
        """What it says now."""
        return self.versions[-1]

    @property
    def sorted_by(self) -> datetime:
        """Its place among the newsroom's releases."""
        return self.order or self.published

    @property
    def unit(self) -> tuple[str, int]:
        """What is to be told once: the release, whoever shows it, or the statement of several."""
        if self.copy_of is not None:
            return self.copy_of.unit
        return ("story", self.story) if self.story is not None else ("release", self.number)
