"""When a delivery that was not accepted is tried again, and when it is given up.

An attempt is stored before it is made. If nothing could be noted of its outcome, since the process was killed
or the disk was full, the delivery may have arrived: it is tried once more after the usual pause, as the same
message, and if nothing is known of that either, it is given up, and a person decides.
"""

from __future__ import annotations

from datetime import datetime, timedelta

_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)

LEAST_ATTEMPTS = 12
"""So that a machine that slept for a week still tries."""

GIVE_UP_AFTER = timedelta(days=5)
"""As long as mail servers commonly keep trying (RFC 5321, section 4.5.4.1: at least 4 to 5 days)."""


LONGEST_WAIT = timedelta(days=1)
"""However much longer the other side asks to wait."""

MOST_UNANSWERED = 2
"""Attempts of which nothing is known. After so many there is no other."""


def pause(attempts: int) -> timedelta:
    """The usual pause after so many attempts (one or more) that came to nothing."""
    return _DELAYS[min(attempts, len(_DELAYS)) - 1]


def next_attempt(
    created: datetime, attempts: int, now: datetime, retry_after: float | None = None
) -> datetime | None:
    """When to try again after ``attempts`` (one or more) that failed; ``None`` to give up.

    The other side may ask for a longer pause than usual, of ``retry_after`` seconds (RFC 9110, section
    10.2.3), up to a day. What it asks is not a reason to go on after the last attempt.
    """
    if now - created >= GIVE_UP_AFTER and attempts >= LEAST_ATTEMPTS:
        return None
    asked = min(retry_after or 0, LONGEST_WAIT.total_seconds())
    return now + max(pause(attempts), timedelta(seconds=asked))
