"""Times: aware UTC inside, ISO 8601 text outside."""

from __future__ import annotations

from datetime import UTC, datetime

from presswatch.errors import PresswatchError


class NoTime(PresswatchError, ValueError):
    """A text that should be a time, and is none."""


def utc_now() -> datetime:
    """The present, aware, in UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def is_midnight(moment: datetime) -> bool:
    """Whether it is a date without a time of day, as far as one can tell."""
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def to_text(moment: datetime) -> str:
    """``2026-11-25T08:00:00Z``: one width, so that text order is time order.

    Raises ``ValueError`` for a naive datetime: a time without a zone is a guess.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def from_text(text: str) -> datetime:
    """The inverse of :func:`to_text`; any ISO 8601 text with a zone is read. Raises :class:`NoTime`."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NoTime(
            f"{text[:60]!r} is not a time; where the archive holds it, `presswatch verify` names the row"
        ) from error
