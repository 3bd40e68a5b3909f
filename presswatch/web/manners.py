"""What an answer says about when, and where, to ask again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise
from urllib.parse import urldefrag, urlsplit

import requests

LONGEST_WAIT = 7 * 86_400.0
"""Seconds: a server that asks to be left alone for longer, or says that its answer stays good for longer,
is taken to say this."""

_SECONDS = re.compile(r"\d+", re.ASCII)
_SECONDS_OR_PARTS = re.compile(r"\d+(\.\d*)?", re.ASCII)
_DIRECTIVE = re.compile(r"([\w-]+)(?:\s*=\s*(\"[^\"]*\"|[^\s,;]*))?", re.ASCII)
_PERMANENT = (301, 308)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """For how many seconds the server asks not to be asked (``Retry-After``; RFC 9110, section 10.2.3).

    A number of seconds, also with a fraction, which the standard doesn't know and servers send; or a date,
    in any of the three forms of section 5.6.7, which counts from the server's own ``Date`` where it gives
    one, so that a wrong clock does no harm. ``None`` for what can't be read, is negative or past; never more
    than :data:`LONGEST_WAIT`. ``now`` is aware.
    """
    value = headers.get("Retry-After", "").strip()
    if _SECONDS_OR_PARTS.fullmatch(value):
        whole, _, fraction = value.partition(".")
        return min(float(f"{_number(whole):.0f}.{fraction[:6]}"), LONGEST_WAIT)
    date = _date(value)
    if date is None:
        return None
    seconds = (date - (_date(headers.get("Date", "")) or now)).total_seconds()
    return min(seconds, LONGEST_WAIT) if seconds >= 0 else None


def fresh_for(headers: Mapping[str, str], now: datetime) -> float | None:
    """For how many seconds the answer stays good (RFC 9111, section 4.2), more than 0; ``None`` if not said.

    That is ``max-age`` of ``Cache-Control``, otherwise ``Expires`` less ``Date``, either less ``Age``.
    ``no-cache`` and ``no-store`` mean ``None``; ``s-maxage`` is for shared caches and ignored. Never more
    than :data:`LONGEST_WAIT`.
    """
    control: dict[str, str] = {}
    for name, value in _DIRECTIVE.findall(headers.get("Cache-Control", "").lower()):
        control.setdefault(name, value.strip('"'))
    if "no-cache" in control or "no-store" in control:
        return None
    if "max-age" in control:
        lifetime = _number(control["max-age"])
    else:
        expires = _date(headers.get("Expires", ""))
        if expires is None:
            return None
        lifetime = (expires - (_date(headers.get("Date", "")) or now)).total_seconds()
    left = lifetime - _number(headers.get("Age", "").strip())
    return min(left, LONGEST_WAIT) if left > 0 else None


def moved_to(response: requests.Response) -> str:
    """As far as permanent redirects led (301, 308; RFC 9110, section 15.4), without a fragment.

    Empty where the first one wasn't permanent, where there was none, and where the address that was asked
    for holds credentials, which the new one couldn't be read without.
    """
    hops: Sequence[requests.Response] = [*response.history, response]
    if len(hops) == 1 or urlsplit(hops[0].url).username is not None:
        return ""
    reached = ""
    for hop, following in pairwise(hops):
        if hop.status_code not in _PERMANENT:
            break
        reached = urldefrag(following.url).url
    return "" if reached == urldefrag(hops[0].url).url else reached


def _number(digits: str) -> float:
    """The number of seconds; 0 for what isn't one, and "very long" for more digits than make sense."""
    if not _SECONDS.fullmatch(digits):
        return 0.0
    return float(digits) if len(digits) < 12 else 1e12


def _date(text: str) -> datetime | None:
    """A date of RFC 9110, section 5.6.7 (also its obsolete forms), in UTC."""
    try:
        date = parsedate_to_datetime(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
