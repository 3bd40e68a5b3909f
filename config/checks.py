"""What a single value must be. Each function gives the value back, or raises ``Mistake``."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from config.mistake import Mistake, did_you_mean
from presswatch.feeds.only import pattern_of
from presswatch.masking import masked
from presswatch.watch import AT_ONCE, QuietHours

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})[-–]([0-9]{2}:[0-9]{2})")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_CRON_HELP = (
    "A cron line has five fields (minute, hour, day of month, month, day of week), "
    f'such as "0 8 * * *"; "{AT_ONCE}" sends without waiting.'
)
_TERM_HELP = 'A "*" may only end a term, after a letter, as in "deport*".'
_CONTACT_HELP = 'Write it like "mailto:you@example.org" or "https://example.org/about".'
_MAIL = re.compile(r"[^\s@<>,;:()]+@[^\s@<>,;:()]*[^\s@<>,;:().]")
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def check_id(text: str) -> str:
    """An id: lower-case letters, digits and hyphens, not starting with a hyphen."""
    if not _ID.fullmatch(text):
        raise Mistake(
            f'"{text}" is not an id.', 'Use lower-case letters, digits and hyphens, such as "team-mail".'
        )
    return text


def check_line(text: str) -> str:
    """Text of one line: something to read, and no line break or other control character."""
    if not text.strip():
        raise Mistake("is empty.")
    if any(unicodedata.category(char) in {"Cc", "Zl", "Zp"} for char in text):
        raise Mistake("must be one line, without control characters.")
    return text


def check_path(text: str) -> str:
    """A path, given back with ``~`` expanded."""
    try:
        return str(Path(check_line(text)).expanduser())
    except RuntimeError as error:
        raise Mistake(f'"{text}" cannot be used: it is not known where that home folder is.') from error


def check_contact(text: str) -> str:
    """A contact for the User-Agent header, which carries printable ASCII only (RFC 9110, section 5.5): a mail
    address, with ``mailto:`` before it or without, or the URL of a page. Parentheses would end the comment
    that it stands in (section 5.6.5).
    """
    if not text.strip():
        raise Mistake("is empty.", "Leave it out, or give an address that publishers can write to.")
    if not (text.isascii() and text.isprintable()):
        raise Mistake("must be one line of printable ASCII.", _CONTACT_HELP)
    if text.startswith(("http://", "https://")):
        check_url(text)
    elif not _MAIL.fullmatch(text.removeprefix("mailto:")):
        raise Mistake(f'"{text}" is not an address that publishers can write to.', _CONTACT_HELP)
    if "(" in text or ")" in text:
        raise Mistake("holds a parenthesis.", _CONTACT_HELP)
    return text


def check_url(text: str) -> str:
    """An absolute ``http`` or ``https`` URL with a host, and without a user, a password or spaces."""
    # urlsplit drops tabs and line breaks, so they are looked for before. Other readers take "\" for "/".
    if any(char.isspace() or not char.isprintable() or char == "\\" for char in text):
        raise Mistake("is not a URL: it holds a space, a backslash or an invisible character.")
    if re.match(r"[^/?#]*@", text.partition("//")[2]):
        raise Mistake("holds a user name or password.", "Remove what stands between // and @.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise Mistake(f"is not a URL: {error}.") from error
    if parts.scheme not in {"http", "https"}:
        raise Mistake(
            f'"{masked(text)}" is not an http or https URL.', 'Write it like "https://example.org/feed/".'
        )
    if not parts.hostname or port == 0:
        raise Mistake(
            f'"{masked(text)}" names no host to connect to.', 'Write it like "https://example.org/feed/".'
        )
    return text


def check_dask_address(text: str) -> str:
    """The address of a Dask scheduler, as ``dask scheduler`` prints it: ``tcp://host:port`` or ``tls://…``."""
    help_text = 'Write it as the scheduler prints it, such as "tcp://10.0.0.5:8786".'
    if not text:
        raise Mistake('is missing, and the runner is "dask".', help_text)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise Mistake(f"is not the address of a scheduler: {error}.", help_text) from error
    if parts.scheme not in {"tcp", "tls"} or not parts.hostname or not port or parts.path or parts.query:
        raise Mistake(f'"{text}" is not the address of a scheduler.', help_text)
    return text


def check_selector(text: str) -> str:
    """A CSS selector, of those that lexbor knows (https://www.w3.org/TR/selectors-4/, for the most part)."""
    try:
        LexborHTMLParser("<p></p>").css(check_line(text))
    except SelectolaxError as error:
        raise Mistake(
            f'"{text}" is not a CSS selector that can be used.', 'Write it like "article" or "h2 > a.title".'
        ) from error
    return text


def check_selector_or_none(text: str) -> str:
    """A CSS selector, or nothing."""
    return check_selector(text) if text else text


def check_only(text: str) -> str:
    """What the addresses of releases hold, as :func:`presswatch.feeds.only.pattern_of` reads it."""
    try:
        pattern_of(check_line(text))
    except (re.error, RecursionError, OverflowError) as error:
        raise Mistake(f"what stands between the slashes is no regular expression: {error}.") from error
    return text


def check_term(text: str) -> str:
    """A term: holds a letter or digit, and ``*`` only as the last character, after a letter."""
    if not any(char.isalnum() for char in text):
        raise Mistake(f'"{text}" holds no letter or digit.' if text.strip() else "is empty.")
    stem, star, rest = text.partition("*")
    if star and (rest or not stem[-1:].isalpha()):
        raise Mistake(f'"{text}" has a "*" where none can be.', _TERM_HELP)
    return text


def check_schedule(text: str) -> str:
    """``at-once``, or a cron line of five fields that comes due some day within fifty years."""
    if text == AT_ONCE:
        return text
    fields = text.split()
    if len(fields) != 5:
        raise Mistake(f'"{text}" is not a schedule.', _CRON_HELP)
    try:
        next(CronSim(text, _SOME_DAY))
    except StopIteration as error:
        raise Mistake(f'"{text}" can never come due: no date fits it.') from error
    except (CronSimError, ValueError) as error:
        if str(error) == "Bad day-of-month" and _is_cron([*fields[:3], "*", fields[4]]):
            raise Mistake(f'"{text}" can never come due: no month it names has that day.') from error
        raise Mistake(f'"{text}" is not a schedule: {str(error).lower()}.', _CRON_HELP) from error
    return text


def _is_cron(fields: list[str]) -> bool:
    try:
        CronSim(" ".join(fields), _SOME_DAY)
    except (CronSimError, ValueError):
        return False
    return True


def check_language(text: str) -> str:
    """A language by its code of two or three letters (ISO 639), given back in small letters."""
    if not _LANGUAGE.fullmatch(text):
        raise Mistake(f'"{text}" is not a language.', 'Use its code of two or three letters, such as "es".')
    return text.lower()


def check_quiet_hours(text: str) -> QuietHours:
    """A time of day that goes from one hour and minute to another, over midnight if need be."""
    match = _HOURS.fullmatch(text.replace(" ", ""))
    try:
        start, end = (time.fromisoformat(part) for part in match.groups()) if match else (time(), time())
    except ValueError:
        start = end = time()
    if start == end:
        raise Mistake(f'"{text}" is not a time of day with an end.', 'Write it like "22:00-07:00".')
    return QuietHours(start, end)


def check_timezone(text: str) -> str:
    """The name of a time zone of the IANA database."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:  # not known; not a path; a folder of zones ("America")
        remedy = did_you_mean(text.replace(" ", "_"), available_timezones())
        raise Mistake(f'there is no time zone "{text}".', remedy) from error
    return text
