"""Feeds by hand, so that every byte of them can be wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

FEED_TYPE = "application/rss+xml; charset=utf-8"
START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""When the first cycle of a test runs."""
XML = '<?xml version="1.0" encoding="utf-8"?>'


def published(number: int) -> datetime:
    """A release comes out each hour; the first ones were out before the first cycle."""
    return START - timedelta(hours=24 - number)


def words(number: int) -> str:
    """What a release says; it mentions a program."""
    return f"The county ends S-Comm, case {number}."


def piece(
    number: int,
    *,
    title: str | None = None,
    guid: str | None = None,
    link: str | None = None,
    date: str | None = None,
    text: str | None = None,
) -> str:
    """An RSS item; an empty string leaves its element out. The release is known by its title."""
    elements = {
        "title": f"Release {number}" if title is None else title,
        "guid": f"https://newsroom.example/?p={number}" if guid is None else guid,
        "link": f"https://newsroom.example/news/{number}" if link is None else link,
        "pubDate": format_datetime(published(number)) if date is None else date,
        "description": words(number) if text is None else text,
    }
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in elements.items() if value)
    return f"<item>{inside}</item>"


def feed(*items: str, before: str = XML, start: str = '<rss version="2.0">', inside: str = "") -> bytes:
    """An RSS document of items."""
    return f"{before}{start}<channel><title>Newsroom</title>{inside}{''.join(items)}</channel></rss>".encode()


def releases(*numbers: int) -> bytes:
    """A feed in which nothing is wrong, with these releases in this order."""
    return feed(*map(piece, numbers))


def names(*numbers: int) -> list[str]:
    """The titles of these releases."""
    return [f"Release {number}" for number in numbers]
