"""When a delivery that was not accepted is tried again, and when it is given up."""

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


def next_attempt(created: datetime, attempts: int, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` (one or more) that failed; ``None`` to give up."""
    if now - created >= GIVE_UP_AFTER and attempts >= LEAST_ATTEMPTS:
        return None
    return now + _DELAYS[min(attempts, len(_DELAYS)) - 1]
