"""Days and times in words, as they are in a time zone: ``25 November 2026, 03:00 EST``."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTHS = (
    "January February March April May June July August September October November December"
).split()  # not strftime's, which are the locale's


def zone_called(name: str) -> ZoneInfo:
    """The zone of that name in the tz database; UTC where this machine knows none that is called so."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def day(at: datetime, zone: tzinfo) -> str:
    """``25 November 2026``, in the zone. ``at`` is aware, here and below."""
    local = _local(at, zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def claimed_day(published: datetime, zone: tzinfo) -> str:
    """The day of a publisher's date. Midnight UTC sharp is a day without a time, the same in all zones."""
    return day(published, UTC if published.astimezone(UTC).time() == time() else zone)


def moment(at: datetime, zone: tzinfo) -> str:
    """``25 November 2026, 08:00 UTC``."""
    return f"{day(at, zone)}, {_clock(at, zone)} {_short_name(at, zone)}"


def window(since: datetime, until: datetime, zone: tzinfo) -> str:
    """``24 November 2026, 08:00 to 25 November 2026, 08:00 UTC``; what both share is named once."""
    if until - since < timedelta(minutes=1):
        return moment(until, zone)
    begin = f"{day(since, zone)}, {_clock(since, zone)}"
    if _short_name(since, zone) != _short_name(until, zone):  # the clocks were changed in between
        return f"{begin} {_short_name(since, zone)} to {moment(until, zone)}"
    if day(since, zone) != day(until, zone):
        return f"{begin} to {moment(until, zone)}"
    return f"{begin} to {_clock(until, zone)} {_short_name(until, zone)}"


def _local(at: datetime, zone: tzinfo) -> datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:  # a date of the year 1 or 9999, which feeds do claim
        return at.astimezone(UTC)


def _clock(at: datetime, zone: tzinfo) -> str:
    return f"{_local(at, zone):%H:%M}"


def _short_name(at: datetime, zone: tzinfo) -> str:
    """``EST``; where the tz database has but numbers, ``UTC−3`` or ``UTC+5:45``."""
    local = _local(at, zone)
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = local.utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "") if offset else "UTC"
