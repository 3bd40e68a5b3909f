"""When digests come: "at once", a time of day, or a cron line; and in which time zone."""

from __future__ import annotations

import re
import warnings

from tzlocal import get_localzone_name

from config.checks import check_schedule, check_timezone
from presswatch.watch import AT_ONCE

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:\s*h)?")


def schedule_of(text: str) -> str:
    """``at-once``, or the cron line. ``08:00`` is each day at that time.

    Raises :class:`config.mistake.Mistake`, a ``ValueError``, for anything else.
    """
    if text.casefold().replace(" ", "-") == AT_ONCE:
        return AT_ONCE
    time = _TIME.fullmatch(text)
    return check_schedule(f"{int(time[2])} {int(time[1])} * * *" if time else text)


def local_timezone() -> str:
    """The name of this machine's time zone; UTC where it has none that can be named."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # settings that contradict each other; one of them is taken
            return check_timezone(get_localzone_name() or "UTC")
    except (ValueError, LookupError, OSError):
        return "UTC"
