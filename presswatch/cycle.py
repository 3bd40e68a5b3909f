"""What a cycle found and did, as values."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Recorded:
    """What storing readings added to the archive; ``gaps`` counts the times when releases may have rolled
    past between two readings.
    """

    new: int = 0
    revised: int = 0
    mentions: int = 0
    gaps: int = 0

    def __add__(self, other: Recorded) -> Recorded:
        return Recorded(
            self.new + other.new,
            self.revised + other.revised,
            self.mentions + other.mentions,
            self.gaps + other.gaps,
        )


@dataclass(frozen=True, slots=True)
class FeedFailure:
    """A feed that could not be read in this cycle."""

    publisher: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page behind a release that could not be read in this cycle, or may not be."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the deliveries that were due. ``pending`` counts all that are still owed afterwards.

    ``troubles`` says, for each that was not accepted, to whom and what the other side said.
    """

    sent: int = 0
    pending: int = 0
    failed: int = 0
    troubles: tuple[str, ...] = ()

    def __add__(self, later: Sent) -> Sent:
        """What became of those of two times, the ``later`` one of which knows what is pending."""
        return Sent(
            self.sent + later.sent,
            later.pending,
            self.failed + later.failed,
            (*self.troubles, *later.troubles),
        )


@dataclass(frozen=True, slots=True)
class CycleReport:
    """One cycle: feeds that were due, what became of them, what was new, what was sent; and how many of the
    ``pages`` behind teasers were read. Feeds ``postponed`` were not asked, since their host wants to be left
    alone or the cycle's time was up. ``recovered`` of the new releases were found in gaps.
    """

    due: int
    read: int
    unchanged: int
    failures: tuple[FeedFailure, ...]
    recorded: Recorded
    deliveries: Sent = field(default_factory=Sent)
    pages: int = 0
    page_failures: tuple[PageFailure, ...] = ()
    postponed: int = 0
    recovered: int = 0

    @property
    def failed(self) -> int:
        """How many feeds could not be read."""
        return len(self.failures)

    @property
    def in_vain(self) -> bool:
        """Whether feeds were due and none could be read, or a delivery failed for good."""
        return (self.due > 0 and self.failed == self.due) or self.deliveries.failed > 0

    def summary(self) -> dict[str, Any]:
        """The report as ``presswatch run --json`` prints it."""
        deliveries = asdict(self.deliveries)
        del deliveries["troubles"]
        return {
            "feeds": {
                "due": self.due,
                "read": self.read,
                "unchanged": self.unchanged,
                "failed": self.failed,
                "postponed": self.postponed,
            },
            **asdict(self.recorded),
            "recovered": self.recovered,
            "deliveries": deliveries,
        }
