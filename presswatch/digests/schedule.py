"""When a digest is due: a pure function of the schedule and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile

from cronsim import CronSim

from presswatch.watch import AT_ONCE, Subscription

MOST_MOMENTS = 1_000
"""More missed digests than that are not counted."""


def moments_due(
    subscription: Subscription, planned: datetime, now: datetime, told: datetime | None = None
) -> int:
    """How many digests' times have come since ``planned``, when the subscription was last looked at: 0 if
    it is not due. However many there are, one digest covers them.

    ``at-once`` is always due but within its quiet hours, and less than ``at_most_every`` after ``told``,
    its last digest. A cron line is due when one of its moments, read in the subscription's time zone,
    lies in (``planned``, ``now``]. Moments that a change to summer time skips or repeats are handled as
    Debian's cron does (https://github.com/cuu508/cronsim).
    """
    if subscription.schedule == AT_ONCE:
        return int(not _must_wait(subscription, now, told))
    planned = min(planned, now)  # the clock may have been ahead
    due = takewhile(lambda moment: moment <= now, _moments(subscription, planned))
    return sum(1 for _, _ in zip(due, range(MOST_MOMENTS), strict=False))


def next_moment(subscription: Subscription, now: datetime) -> datetime | None:
    """When the subscription's next digest is due after ``now``; ``None`` for what is told at once."""
    if subscription.schedule == AT_ONCE:
        return None
    return next(_moments(subscription, now))


def is_quiet(subscription: Subscription, now: datetime) -> bool:
    """Whether the subscription's people are to be left alone at this time of day."""
    local = now.astimezone(subscription.timezone).time()
    return subscription.quiet_hours is not None and subscription.quiet_hours.hold(local)


def _must_wait(subscription: Subscription, now: datetime, told: datetime | None) -> bool:
    if is_quiet(subscription, now):
        return True
    return told is not None and told <= now < told + subscription.at_most_every


def _moments(subscription: Subscription, planned: datetime) -> Iterator[datetime]:
    """The schedule's moments after ``planned``, in UTC."""
    zoned = CronSim(subscription.schedule, planned.astimezone(subscription.timezone))
    moments = (moment.astimezone(UTC) for moment in zoned)
    # Asked within the hour that is repeated, CronSim begins with the same moment of the hour before.
    return (moment for moment in moments if moment > planned)
