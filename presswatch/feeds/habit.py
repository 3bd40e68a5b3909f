"""How long a feed's silence is usual."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

LEAST = timedelta(days=14)
TIMES = 3
FEWEST = 5
"""Of fewer releases no habit can be told."""


def silent_from(dates: Iterable[datetime], read_since: datetime) -> datetime | None:
    """The moment from which a feed that showed nothing new is silent beyond its habit.

    ``dates`` are when its latest releases appeared. It is three times the longest pause between them, and
    at least two weeks, after the last one; after ``read_since`` if that is later, so that a feed is not
    called silent on the day that it is added. ``None`` where a habit can't be told.
    """
    days = sorted(dates)
    if len(days) < FEWEST:
        return None
    pauses = [later - earlier for earlier, later in pairwise(days)]
    habit = max(TIMES * max(pauses), LEAST)
    return max(days[-1] + habit, read_since + LEAST)
