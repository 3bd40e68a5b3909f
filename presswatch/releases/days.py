"""Dates as press releases write them, in English and Spanish."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero",
            "february feb febrero",
            "march mar marzo",
            "april apr abril",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto",
            "september sept sep septiembre setiembre",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY = (
    "(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
)
DATE = (
    rf"(?i:(?:{_WEEKDAY},?\s{{1,3}})?"
    rf"(?:{_MONTH}\s{{1,3}}\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s{{1,3}}\d{{4}}\b)?"
    rf"|\d{{1,2}}\s{{1,3}}(?:de\s{{1,3}})?{_MONTH}(?:,?\s{{1,3}}(?:del?\s{{1,3}})?\d{{4}}\b)?"
    r"|\d{4}-\d\d-\d\d\b))"
)
"""Source of a regular expression for a date, with or without a weekday before and a year after it."""

_DATE = re.compile(DATE)
_NUMBERED = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_YEAR = re.compile(r"\b\d{4}\b")
_DAY = re.compile(r"\b\d{1,2}(?=\D|$)")
_NAME = re.compile(rf"(?i){_MONTH}")


def iso_day(text: str) -> str:
    """The first date in a text as YYYY-MM-DD; empty where there is none, it lacks its year, or can't be."""
    found = _DATE.search(text)
    if found is None:
        return ""
    written = found.group()
    numbered = _NUMBERED.search(written)
    if numbered:
        year, month, day = (int(number) for number in numbered.groups())
    else:
        year_written, name, number = _YEAR.search(written), _NAME.search(written), _DAY.search(written)
        if year_written is None or name is None or number is None:
            return ""
        year, day = int(year_written.group()), int(number.group())
        month = _MONTHS[name.group().rstrip(".").lower()]
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
