"""JSON Feed (https://www.jsonfeed.org/version/1.1/), and 1.0 before it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from presswatch.errors import FetchError
from presswatch.feeds.addresses import absolute, host_of
from presswatch.feeds.bounds import LONGEST_LINE, MOST_ITEMS, MOST_LISTED, newest
from presswatch.feeds.entry import make_entry
from presswatch.feeds.html_text import html_to_text
from presswatch.feeds.sights import drop_shared_keys
from presswatch.feeds.summaries import says_more
from presswatch.feeds.values import Entry, ParsedFeed
from presswatch.wellformed import well_formed

_SPACE = re.compile(r"\s+")
_START = 64  # bytes
_Object = dict[str, Any]


def looks_like_json(body: bytes, content_type: str) -> bool:
    """Whether the answer is JSON: it starts as an object, or as an array that is sent as JSON.

    The first bytes decide, since servers call JSON ``text/plain``, and XML ``application/json``.
    """
    start = _decode(body[:_START]).lstrip()
    return start.startswith("{") or (start.startswith("[") and "json" in content_type.lower())


def parse_json_feed(body: bytes, *, url: str, publisher: str) -> ParsedFeed:
    """Read a JSON Feed from the bytes that the server sent (UTF-8, or UTF-16 or UTF-32: RFC 4627, 3).

    Whatever holds a list of ``items`` is read, whichever version it names; what is missing or of another
    type than the specification says is passed over, and so is an item that says nothing at all. Relative
    links are resolved against ``url``.

    Raises :class:`FetchError` if it is not JSON, or holds no items.
    """
    if not body.strip(b" \t\r\n\0"):
        raise FetchError(url, "the answer was empty")
    try:
        # Numbers stay as they are written: an id can be one, and no number is too long so.
        feed = json.loads(_decode(body), parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise FetchError(url, "the answer looks like JSON, but cannot be read as such") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise FetchError(url, "the answer is JSON, but not a JSON Feed")
    language = _string(feed, "language")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    if len(items) > MOST_LISTED:
        raise FetchError(url, f"it shows more than {MOST_LISTED:,} items", retriable=False)
    entries = [
        _entry(item, url=url, publisher=publisher, language=language) for item in newest(items, _published)
    ]
    return ParsedFeed(
        _line(_string(feed, "title"))[:LONGEST_LINE],
        drop_shared_keys([e for e in entries if e.guid or e.link or e.title or e.text]),
        older=absolute(url, _string(feed, "next_url")),
        left_out=max(len(items) - MOST_ITEMS, 0),
    )


def _decode(body: bytes) -> str:
    return body.decode(json.detect_encoding(body), errors="replace").removeprefix("\ufeff")


def _entry(item: _Object, *, url: str, publisher: str, language: str) -> Entry:
    guid = _string(item, "id")
    link = _string(item, "url") or _string(item, "external_url") or (guid if host_of(guid) else "")
    content, text = _content(item)
    published, published_raw = _date(item, "date_published")
    updated, updated_raw = _date(item, "date_modified")
    return make_entry(
        publisher=publisher,
        guid=guid,
        link=absolute(url, link),
        title=_line(_string(item, "title")),
        content=content,
        text=text,
        language=_string(item, "language") or language,
        published=published if published_raw else updated,
        published_raw=published_raw or updated_raw,
        updated=updated if published_raw else None,
    )


def _published(item: _Object) -> datetime | None:
    return _date(item, "date_published")[0]


def _content(item: _Object) -> tuple[str, str]:
    """What the item says, as published and as text. A summary that says something else is kept before it."""
    html, plain = _string(item, "content_html"), _string(item, "content_text").strip()
    body, text = html, html_to_text(html)
    if not text:
        body, text = plain or html, plain
    summary = _string(item, "summary").strip()
    if not text:
        return summary or body, summary
    if says_more(summary, text):
        return f"{summary}\n\n{body}", f"{summary}\n\n{text}"
    return body, text


def _date(item: _Object, name: str) -> tuple[datetime | None, str]:
    """A date in UTC, and as it was written; ``None`` where it can't be read (RFC 3339; no zone is UTC)."""
    raw = _string(item, name).strip()
    try:
        moment = datetime.fromisoformat(raw)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), raw
    except (ValueError, OverflowError):
        return None, raw


def _string(holder: _Object, name: str) -> str:
    value = holder.get(name)
    return well_formed(value) if isinstance(value, str) else ""


def _line(title: str) -> str:
    """A title, on one line. It is plain text, but publishers write entities in it ("&#8217;")."""
    return _SPACE.sub(" ", title if "<" in title else html_to_text(title)).strip()
