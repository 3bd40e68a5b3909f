"""How a newsroom fares, as the archive knows it: what ``presswatch feeds`` shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

NOT_YET_READ = "not yet read"
_LATELY = timedelta(days=30)


def shown_state(health: str, last_success: datetime | None, failures: int) -> str:
    """What is shown of a feed whose stored health is ``health`` ("well", "failing", "gone", "silent").

    The stored one gives a feed that fails a day before it is announced. Shown as well is only what was read:
    without a success it is "failing" from the first failure on, and :data:`NOT_YET_READ` before.
    """
    if health != "well" or last_success is not None:
        return health
    return "failing" if failures else NOT_YET_READ


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A watched feed's state. Times are UTC; ``None`` stands for never, or not known.

    ``state`` is "well", "failing", "gone", "silent", or :data:`NOT_YET_READ`, since ``since``. ``failures``
    counts those in a row, the first at ``failing_since``, and ``last_error`` is the last one's reason.
    ``last_release`` is the publisher's date of its newest release, no later than it was first seen.
    ``next_due`` ``None`` is at once. ``open_gaps`` counts the times that releases may have rolled past
    and could not be recovered, the last time at ``last_gap``; ``pending_gaps`` those where that is still
    being tried. ``warning`` says what of it isn't read, if not all is. ``texts`` is "whole", "teasers", or
    "unknown" until that is learned, and "unreadable" where it can't be (:mod:`presswatch.pages.wholeness`).
    """

    url: str
    publisher: str
    kind: str
    state: str
    interval: timedelta
    since: datetime | None = None
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    last_release: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    last_error: str = ""
    next_due: datetime | None = None
    open_gaps: int = 0
    pending_gaps: int = 0
    last_gap: datetime | None = None
    moved_to: str = ""
    warning: str = ""
    texts: str = "unknown"

    def needs_a_look(self, now: datetime) -> bool:
        """Whether something is wrong with it: its health, its last reading, or a gap of the last month."""
        lately = self.open_gaps > 0 and self.last_gap is not None and now - self.last_gap < _LATELY
        return self.state not in {"well", NOT_YET_READ} or self.failures > 0 or lately
