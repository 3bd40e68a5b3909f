"""When a feed is asked again: a pure function of what is known of its pace and of its troubles."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from presswatch.feeds.values import PaceHints

NO_HINTS = PaceHints()
DAY = 86_400.0
SLACK = 0.9
"""A tenth of the interval may be missing: who ticks as often as the interval must not find half of the
feeds a second too young.
"""
MOST_INTERVALS = 4
LONGEST_HINT = 6 * 3600.0
"""A feed that wants to be read less often is heard, up to four intervals, and six hours."""
SHORTEST = 60.0
"""A feed that rolls fast is read more often than its interval says, but not more than once a minute."""
LONGEST_SKIP = timedelta(hours=24)
GONE_AFTER = 3
GONE_WAIT = 7 * DAY
"""A feed that has answered 410 (gone) three times in a row is asked once a week."""
_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a feed is to be read, in seconds.

    ``interval`` is what the user wants; 0 means always. ``hints`` and ``fresh_for`` are what the feed and
    its server want. ``roll`` is the time in which half of what it shows is replaced, if that is known.
    """

    interval: float
    hints: PaceHints = NO_HINTS
    fresh_for: float | None = None
    roll: float | None = None


def after_success(pace: Pace, now: datetime) -> datetime:
    """When to ask again a feed that answered."""
    wait = pace.interval
    if pace.roll is not None and pace.roll / 2 < wait:
        wait = max(pace.roll / 2, min(SHORTEST, wait))
    else:
        wanted = max(pace.hints.ttl or 0, pace.fresh_for or 0)
        wait = max(wait, min(wanted, MOST_INTERVALS * wait, LONGEST_HINT))
    due = now + timedelta(seconds=wait * SLACK)
    return _not_skipped(due, pace.hints) if pace.interval else due


def after_failure(
    pace: Pace,
    failures: int,
    now: datetime,
    *,
    seed: str,
    retry_after: float | None = None,
    gone: bool = False,
) -> datetime:
    """When to ask again after ``failures`` (one or more) in a row: twice as long each time, and no longer
    than a day; then a fifth of that, more or less, by chance (from ``seed``), so that what failed
    together isn't asked together. ``retry_after`` is what the server asked for; a day is the most.
    """
    if gone and failures >= GONE_AFTER:
        return now + timedelta(seconds=GONE_WAIT)
    wait = min(pace.interval * 2.0 ** min(failures - 1, 30), DAY)
    chance = zlib.crc32(f"{seed} {failures}".encode()) / 2**32
    wait *= 1 + _JITTER * (chance - 0.5) * 2 if failures > 1 else SLACK
    return now + timedelta(seconds=min(max(wait, retry_after or 0), DAY))


def roll_of(previous: float | None, *, shown: int, new: int, elapsed: float) -> float | None:
    """The time, in seconds, in which half of what a feed shows is replaced.

    ``new`` of the ``shown`` items came within ``elapsed`` seconds. A faster roll is believed at once; a
    slower one by half, so that a quiet night doesn't count for all. ``None`` as long as nothing rolls.
    """
    if elapsed <= 0 or not shown:
        return previous
    seen = shown / 2 / new * elapsed if new else None
    if seen is None:
        return None if previous is None else min(previous * 1.1, 365 * DAY)
    return seen if previous is None or seen < previous else (previous + seen) / 2


def _not_skipped(due: datetime, hints: PaceHints) -> datetime:
    """The first hour from ``due`` on that the feed doesn't want to be left alone in, within a day."""
    if len(hints.skip_hours) > 23 or len(hints.skip_days) > 6:
        return due
    moment = due
    while moment.hour in hints.skip_hours or moment.weekday() in hints.skip_days:
        moment = moment.replace(minute=0, second=0) + timedelta(hours=1)
        if moment - due > LONGEST_SKIP:
            return due + LONGEST_SKIP
    return moment
