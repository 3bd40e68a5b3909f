"""When a digest is due: a pure function of the schedule and the clock."""

from __future__ import annotations

from datetime import UTC, datetime

from cronsim import CronSim

from presswatch.watch import AT_ONCE, Subscription


def is_due(subscription: Subscription, planned: datetime, now: datetime) -> bool:
    """Whether the subscription's time has come since ``planned``, when it was last looked at.

    ``at-once`` is always due. A cron line is due when one of its moments, read in the subscription's
    time zone, lies in (``planned``, ``now``]; however many were missed, one digest covers them.
    Moments that a change to summer time skips or repeats are handled as Debian's cron does
    (https://github.com/cuu508/cronsim).
    """
    if subscription.schedule == AT_ONCE:
        return True
    planned = min(planned, now)  # the clock may have been ahead
    zoned = CronSim(subscription.schedule, planned.astimezone(subscription.timezone))
    moments = (moment.astimezone(UTC) for moment in zoned)
    # Asked within the hour that is repeated, CronSim begins with the same moment of the hour before.
    return next(moment for moment in moments if moment > planned) <= now
