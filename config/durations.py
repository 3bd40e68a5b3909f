"""Durations as people write them: "90s", "30m", "1h30m", "3d"."""

from __future__ import annotations

import re
from datetime import timedelta

from config.mistake import Mistake

_PATTERN = re.compile(
    r"(?=[0-9])(?:(?P<days>[0-9]+)d)?(?:(?P<hours>[0-9]+)h)?(?:(?P<minutes>[0-9]+)m)?(?:(?P<seconds>[0-9]+(?:\.[0-9]{1,3})?)s)?"
)
_LONGEST = timedelta(days=36_500)


def parse_duration(text: str) -> timedelta:
    """The duration that ``text`` says: whole days, hours and minutes, and seconds ("0.5s"), in that order.

    There are no spaces. Zero ("0s") is a duration. Raises :class:`config.mistake.Mistake`, a ``ValueError``,
    for anything else, negative durations and durations of more than a hundred years included.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        wrong = "is negative" if text.lstrip().startswith("-") else "is not a duration"
        raise Mistake(f'"{text}" {wrong}.', 'Write it like "90s", "30m", "1h30m" or "3d".')
    try:
        duration = timedelta(**{unit: float(count) for unit, count in match.groupdict("0").items()})
    except (OverflowError, ValueError):
        duration = timedelta.max
    if duration > _LONGEST:
        raise Mistake("is longer than a hundred years.")
    return duration
