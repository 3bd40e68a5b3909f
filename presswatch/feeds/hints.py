"""How often a feed says that it wants to be read (RSS 2.0: ttl, skipHours, skipDays)."""

from __future__ import annotations

import re

from presswatch.feeds.values import PaceHints

_SKIP_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.S)
_SKIP_DAYS = re.compile(rb"<skipDays>(.{0,1000}?)</skipDays>", re.S)
_HOUR = re.compile(rb"<hour>\s*([0-9]{1,2})\s*</hour>")
_DAY = re.compile(rb"<day>\s*(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\s*</day>", re.I)
_DAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_LONGEST_TTL = 7 * 24 * 60  # minutes


def hints_of(body: bytes, ttl: str | None) -> PaceHints:
    """The hints in a feed's bytes; ``ttl`` is that element's text, in minutes. What makes no sense is
    left out. RSS 1.0's sy:updatePeriod is not asked: publishing systems write the same into every feed.
    """
    minutes = int(ttl) if ttl and ttl.isascii() and ttl.isdigit() and len(ttl) < 9 else 0
    hours = {int(hour) % 24 for hour in _HOUR.findall(_within(_SKIP_HOURS, body))}  # 24 is midnight, too
    days = {_DAYS.index(day.decode().lower()) for day in _DAY.findall(_within(_SKIP_DAYS, body))}
    return PaceHints(
        ttl=min(minutes, _LONGEST_TTL) * 60 or None,
        skip_hours=tuple(sorted(hours)),
        skip_days=tuple(sorted(days)),
    )


def _within(element: re.Pattern[bytes], body: bytes) -> bytes:
    found = element.search(body)
    return found[1] if found else b""
