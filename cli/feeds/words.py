"""Times and counts in words, short enough for a table."""

from __future__ import annotations

from datetime import datetime, timedelta

_HOUR, _DAY = 3_600, 86_400


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago: "5 min ago", "3 h ago", "12 days ago"; the day itself after two months."""
    if moment is None:
        return "never"
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return "just now" if seconds > -60 else day(moment)
    if seconds < 60 * _DAY:
        return f"{_amount(seconds)} ago"
    return day(moment)


def until(moment: datetime | None, now: datetime) -> str:
    """How long from now: "now", "in 5 min", "in 3 h", "in 12 days"."""
    seconds = (moment - now).total_seconds() if moment else 0
    return f"in {_amount(seconds)}" if seconds >= 60 else "now"


def every(interval: timedelta) -> str:
    """How often: "every 30 min", "every 2 h"; without an interval, "each run"."""
    return f"every {_amount(interval.total_seconds())}" if interval else "each run"


def day(moment: datetime | None) -> str:
    """The day, in UTC: "2026-11-25"; "no date" for none."""
    return f"{moment:%Y-%m-%d}" if moment else "no date"


def count(number: int, thing: str) -> str:
    """ "1 feed", "2 feeds"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _amount(seconds: float) -> str:
    if seconds < _HOUR:
        return f"{max(round(seconds / 60), 1)} min" if seconds >= 60 else f"{seconds:.0f} s"
    if seconds < 2 * _DAY:
        return f"{seconds / _HOUR:.0f} h"
    return f"{seconds / _DAY:.0f} days"
