"""Moments on the command line: a day, a time, or how long ago."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from config.durations import parse_duration
from presswatch.times import utc_now


def since(value: str) -> datetime:
    """A day or a time (ISO 8601, UTC unless it says otherwise), or a duration before now ("3d"), in UTC.

    A type of :mod:`click`'s.
    """
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    try:
        return utc_now() - parse_duration(value)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f'"{value}" is neither a day (2026-11-25) nor how long ago (90m, 3d).'
        ) from None


def past(value: str) -> datetime:
    """As :func:`since`, but nothing that is still to come: of that nothing can have been seen."""
    moment = since(value)
    if moment > utc_now():
        raise click.BadParameter(f'"{value}" is still to come; nothing can have been seen since.')
    return moment


def day(value: str) -> date:
    """The day in UTC of what :func:`since` takes. A type of :mod:`click`'s."""
    return since(value).date()
