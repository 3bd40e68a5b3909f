"""Dates as newsrooms' pages and sitemaps write them, in English and Spanish."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from presswatch.releases.days import DATE, iso_day

_REACH = 400  # characters; a date comes early, or this is no date
_SPACE = re.compile(r"\s+")
_WRITTEN = re.compile(DATE)
_MAIL_DATE = re.compile(r"\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d.{0,20}")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d)?(?!\w)")
_BEFORE_ZONE = re.compile(r" (?=[Z+-])")
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?![\d/-])")
_YEAR_LAST = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?![\d/-])")
_JOINED = re.compile(r"(?<=\d)[-/.](?=[^\W\d_])|(?<=[^\W\d_])[-/](?=\d)")  # 25-Nov-2026
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|º|°|er)\b", re.I)
_ABBREVIATED = re.compile(r"\b(ene|abr|ago|dic)\b\.?", re.I)
_IN_FULL = {"ene": "enero", "abr": "abril", "ago": "agosto", "dic": "diciembre"}
_RELATIVE = re.compile(r"\bago\b|\bhace\b|\b(?:to|yester)day\b|\bjust now\b|\bayer\b|\bhoy\b", re.I)
_YEARS_BACK = 8  # a 29 February is at most so long ago


def read_date(text: str, *, now: datetime) -> tuple[datetime | None, str]:
    """The first date in a text, in UTC, and the words that it was read from.

    Read are ISO 8601, the dates of mails (RFC 5322), "November 25, 2026", "Nov. 25", "25 de noviembre de
    2026", and numbers with the year first or last. A time counts only in the first two, where it stands
    in full; without zone it is UTC; a date alone is midnight UTC. "11/12/2026" is the 12th of November,
    as in the United States; "25/11/2026" can only be the 25th. A date without a year is the last such
    day before tomorrow, as of ``now``.

    Where no date can be read, ``None`` and the text, cut; where it counts from today ("3 days ago"),
    nothing of it, since it would be another one tomorrow.
    """
    text = _SPACE.sub(" ", text[: 2 * _REACH]).strip()[:_REACH]
    moment, words = _with_time(text)
    if moment is not None:
        return moment, words
    spelt = _ABBREVIATED.sub(lambda m: _IN_FULL[m[1].lower()], _ORDINAL.sub("", _JOINED.sub(" ", text)))
    written = [found.group() for found in _WRITTEN.finditer(spelt)]
    day, words = next(((day, words) for words in written if (day := _day(iso_day(words)))), (None, ""))
    if day is None:
        day, words = _in_numbers(text)
    if day is None and written:
        day, words = _without_year(written[0], now.date()), written[0]
    if day is not None:
        return datetime(day.year, day.month, day.day, tzinfo=UTC), text if len(text) <= 40 else words
    return None, "" if _RELATIVE.search(text) else text[:100]


def local_day(written: str, moment: datetime) -> date:
    """The day of a moment where its publisher is, as the offset says that the date was ``written`` with
    (ISO 8601, or a mail's); the day in UTC where that has none, or is the date of another moment.
    """
    for read in (_iso_time, parsedate_to_datetime):
        try:
            local = read(written.strip())
            if local.tzinfo and abs(local - moment) < timedelta(seconds=1):
                return local.date()
        except (ValueError, OverflowError):
            continue
    return moment.astimezone(UTC).date()


def _with_time(text: str) -> tuple[datetime | None, str]:
    for pattern, read in ((_ISO_TIME, _iso_time), (_MAIL_DATE, parsedate_to_datetime)):
        found = pattern.search(text)
        if found is None:
            continue
        try:
            moment = read(found.group())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), found.group()
        except (ValueError, OverflowError):
            continue
    return None, ""


def _iso_time(words: str) -> datetime:
    return datetime.fromisoformat(_BEFORE_ZONE.sub("", words))


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _in_numbers(text: str) -> tuple[date | None, str]:
    if found := _YEAR_FIRST.search(text):
        return _date(int(found[1]), int(found[2]), int(found[3])), found.group()
    if found := _YEAR_LAST.search(text):
        first, second = int(found[1]), int(found[3])
        year = int(found[4]) if len(found[4]) == 4 else 2000 + int(found[4])
        return _date(year, first, second) or _date(year, second, first), found.group()
    return None, ""


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _without_year(words: str, today: date) -> date | None:
    for year in range(today.year + 1, today.year - _YEARS_BACK - 1, -1):
        day = _day(iso_day(f"{words}, {year}"))
        if day is not None and day <= today + timedelta(days=1):
            return day
    return None
