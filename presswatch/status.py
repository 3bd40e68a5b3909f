"""How a watch stands, at a glance, and whether a person should look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from presswatch.clock import SKEW

_BAD = ("failing", "gone")


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """What the archive knows. Times are UTC; ``None`` stands for never or none.

    ``last_cycle`` is when a feed was last asked, ``last_success`` when one was last read; ``next_due`` is
    when the next feed is due, and ``due_since`` the same of the one that is due already and waits longest.
    ``feeds`` counts those watched by what :func:`presswatch.feeds.health_report.shown_state` says of them,
    ``partly_read`` those that show more than is read of them.
    Of deliveries: ``pending``, the oldest of which was made at ``pending_since``, and ``failed``, for good,
    in the last :attr:`Thresholds.failed_lately`. Of gaps that could not be recovered: all, and those found
    in the last 30 days; and those for which that is still being tried. ``size`` is in bytes, and so is
    ``free``, the room on its disk.

    The archive was written last at ``written`` by the clock of then, which is later than now if a clock was
    or is wrong. At ``set_back`` what was noted up to ``ahead`` by such a clock was put right.
    """

    last_cycle: datetime | None
    last_success: datetime | None
    next_due: datetime | None
    due_since: datetime | None
    feeds: Mapping[str, int]
    pending: int
    pending_since: datetime | None
    failed: int
    open_gaps: int
    recent_gaps: int
    pending_gaps: int
    releases: int
    size: int
    free: int
    written: datetime | None = None
    set_back: datetime | None = None
    ahead: datetime | None = None
    partly_read: int = 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Beyond what a person should look: how long a feed may be due and a delivery pending; what share of the
    feeds may be failing or gone; for how long a delivery that failed for good is a reason; and with how much
    room on the disk, in bytes, it is nearly full.
    """

    late: timedelta = timedelta(hours=1)
    bad_feeds: float = 0.2
    failed_lately: timedelta = timedelta(days=7)
    least_free: int = 100_000_000


def needs_attention(state: ArchiveState, now: datetime, thresholds: Thresholds) -> list[str]:
    """The reasons why a person should look, each a sentence without its full stop; none if all is well.

    Gaps, silent feeds and single ones that fail are no reason: digests tell them.
    """
    reasons = []
    if state.free < thresholds.least_free:
        reasons.append(
            f"the disk is nearly full: {state.free / 1_000_000:.1f} MB are free, and without room nothing can"
            " be stored or sent"
        )
    if state.written and now < state.written - SKEW:
        reasons.append(
            f"the clock: the archive was written at {_at(state.written)}, which is still to come; the clock"
            " was ahead then, or is behind now"
        )
    watched = sum(state.feeds.values())
    if state.last_cycle is None:
        reasons.append("no feed has been read yet")
    elif state.last_success is None:
        reasons.append("no feed could be read yet: `presswatch feeds --bad` says why")
    if state.due_since and now - state.due_since > thresholds.late:
        reasons.append(f"feeds have been due since {_at(state.due_since)}, and nobody reads them")
    bad = sum(state.feeds.get(health, 0) for health in _BAD)
    if state.last_success and watched and bad / watched > thresholds.bad_feeds:
        reasons.append(f"{bad} of {watched} feeds cannot be read")
    if state.pending_since and now - state.pending_since > thresholds.late:
        reasons.append(f"deliveries have been pending since {_at(state.pending_since)}")
    if state.failed:
        many = "delivery" if state.failed == 1 else "deliveries"
        reasons.append(
            f"{state.failed} {many} failed for good in the last {thresholds.failed_lately.days} days"
        )
    return reasons


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
