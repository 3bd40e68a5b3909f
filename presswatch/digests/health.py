"""Feeds that turn bad and mend: what of it a subscription is told, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from presswatch.watch import AT_ONCE, Subscription

WELL = "well"
PATIENCE = timedelta(days=1)
"""How long a feed's trouble waits for a digest to come along before an at-once subscription gets one."""

_WHAT = {
    "failing": "stopped answering",
    "gone": "closed its feed",
    "silent": "fell silent",
    WELL: "is back",
}


@dataclass(frozen=True, slots=True)
class HealthChange:
    """A feed's health turned from ``before`` to ``health`` (well, failing, gone, silent), and why."""

    feed_id: int
    publisher: str
    url: str
    at: datetime
    health: str
    before: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedTurn:
    """What became of a feed since a subscription was last told: bad (failing, gone, silent) or well again.

    ``since`` is when it left the state that was told last.
    """

    publisher: str
    url: str
    since: datetime
    health: str
    reason: str

    @property
    def is_bad(self) -> bool:
        """Whether it is in trouble, and not mended."""
        return self.health != WELL

    @property
    def what(self) -> str:
        """What it did, as a sentence goes on after its name."""
        return _WHAT.get(self.health, f"is {self.health}")


def turns(changes: Iterable[HealthChange]) -> tuple[FeedTurn, ...]:
    """What the changes that a subscription has not been told of come to, the feeds in trouble first.

    ``changes`` are in the order in which they came. A feed that turned bad and mended meanwhile is where
    it was, and no news.
    """
    base: dict[int, str] = {}
    left: dict[int, datetime] = {}
    last: dict[int, HealthChange] = {}
    for change in changes:
        told = base.setdefault(change.feed_id, change.before)
        if change.health == told:
            left.pop(change.feed_id, None)
            last.pop(change.feed_id, None)
        else:
            left.setdefault(change.feed_id, change.at)
            last[change.feed_id] = change
    found = [FeedTurn(c.publisher, c.url, left[feed], c.health, c.reason) for feed, c in last.items()]
    return tuple(sorted(found, key=lambda turn: (not turn.is_bad, turn.publisher, turn.url)))


def needs_a_digest(subscription: Subscription, turned: Iterable[FeedTurn], now: datetime) -> bool:
    """Whether these are told although nothing else is to be.

    A digest of their own comes with a schedule's next time, at once only when the oldest has waited for a
    day, and never where the subscription says ``health = false``.
    """
    if not subscription.health:
        return False
    waited = [now - turn.since for turn in turned]
    return any(subscription.schedule != AT_ONCE or wait >= PATIENCE for wait in waited)
