"""From the bytes of a feed to entries: the one place that knows feedparser's terms."""

from __future__ import annotations

import calendar
import codecs
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

import feedparser

from presswatch.errors import FetchError
from presswatch.feeds.bounds import LONGEST_LINE, MOST_ITEMS, newest
from presswatch.feeds.entry import make_entry
from presswatch.feeds.hints import hints_of
from presswatch.feeds.html_text import html_to_text
from presswatch.feeds.sights import drop_shared_keys
from presswatch.feeds.summaries import says_more
from presswatch.feeds.values import Entry, ParsedFeed
from presswatch.web.wall import BotWall, is_bot_wall
from presswatch.wellformed import well_formed

_HTML_START = re.compile(  # atomic groups, since a page of comments must not be tried in every division
    rb"(?:\xef\xbb\xbf)?(?:\s+|(?><\?.*?\?>)|(?><!--.*?-->))*+<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_FALSE_UTF_16 = re.compile(rb"^(<\?xml[^<>]{1,60}encoding=.)utf-16(?:le|be)?", re.I)
_UTF_16_STARTS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0?\0", b"\0<\0?")
_ITEM_STARTS = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.I)
_ITEM_OR_FEED_ENDS = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry|channel|rss|feed|RDF)\s*>", re.I)
# It looks for a mail address in each author, which nobody here asks for, in a time that grows with the square
# of a name's length: for half a minute in one of 75 KB.
feedparser.mixin._FeedParserMixin._sync_author_detail = lambda *_: None

_WELL_FORMED = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_CDATA_STARTS, _CDATA_ENDS = b"<![CDATA[", b"]]>"
_NOT_CLOSED = re.compile(
    rb"<(title|link|guid|pubDate)(?:\s[^<>]*)?(?<!/)>[^<]*+(?=<(?!/\1\s*>|!\[CDATA\[))", re.I
)
_SAID = ("id", "link", "title", "summary", "content")
_BASE = re.compile(rb"base(?<=[\s:]base)\s*=")  # begins with what is quickly looked for
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]+)|([0-9]+));?", re.I)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NO_LINK = ("javascript", "vbscript", "data")
_EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")
_NO_ZONE = re.compile(r"\w{3,9}, \d{1,2} \w{3,9} \d{4} \d\d:\d\d(?::\d\d)?", re.ASCII)
_NO_YEAR = 1970  # what a computer's clock says that has not been set; there were no feeds before either


def parse_feed(body: bytes, *, url: str, publisher: str, content_type: str = "") -> ParsedFeed:
    """Read a feed (RSS 0.9 to 2.0, RDF, Atom) from the bytes that the server sent.

    Whatever feedparser can make sense of is used: a feed that is not well-formed is read as far as
    it goes. The encoding is found by feedparser from ``content_type``, the XML declaration and the
    bytes (RFC 7303). Relative links are resolved against ``url``. Where the document breaks off within its
    last item, that one is left out, unless it is the only one.

    Raises :class:`FetchError` if nothing in it looks like a feed.
    """
    listed = parse_listed(body, url=url, publisher=publisher, content_type=content_type)
    return replace(listed, entries=drop_shared_keys(listed.entries))


def has_base(body: bytes) -> bool:
    """Whether an element of the document may name what addresses in it are relative to (``xml:base``)."""
    return _BASE.search(body) is not None


def parse_listed(
    body: bytes, *, url: str, publisher: str, content_type: str, based: bool | None = None
) -> ParsedFeed:
    """As :func:`parse_feed`, with every entry as it is listed: repeated ones, and with all their keys.
    ``based`` is whether the document has a base, where ``body`` is only a part of it.
    """
    if not body.strip():
        raise FetchError(url, "the answer was empty")
    headers = {"content-type": content_type}
    if (
        has_base(body) if based is None else based
    ):  # else feedparser needn't know it: it would also resolve guids against it
        headers["content-location"] = url
    if body.startswith(_UTF_16_STARTS):  # feedparser would take it for ASCII where the type is text/xml
        headers["content-type"] = "application/xml"  # RFC 7303, section 3.3: the mark has precedence
    body = _FALSE_UTF_16.sub(rb"\1utf-8", body)  # in UTF-16 the declaration itself could not be read so
    body = _without_open_cdata(body)
    try:
        try:
            parsed = _read(body, headers)
        except (ValueError, OverflowError):
            parsed = _read(_REFERENCE.sub(_possible, body), headers)
    except Exception as error:  # feedparser names no errors of its own
        raise _not_a_feed(url, body) from error
    if not parsed.get("version") and not parsed.entries:  # without any bytes left it names none
        raise _not_a_feed(url, body)
    if parsed.bozo and not _all_say_something(parsed.entries):
        parsed = _read_closed(body, headers) or parsed
    items = parsed.entries
    shown = len(items)
    broken = parsed.bozo and not isinstance(parsed.bozo_exception, _WELL_FORMED)
    if broken and len(items) > 1 and _ends_within_item(body):
        del items[-1]  # what it lacks would be taken for an edit
    items = newest(items, _published)
    language = parsed.feed.get("language") or ""
    return ParsedFeed(
        title=well_formed(_line(parsed.feed.get("title") or ""))[:LONGEST_LINE],
        entries=tuple(_entry(item, publisher, language, url) for item in items),
        hints=hints_of(body, parsed.feed.get("ttl")),
        older=_older(parsed.feed, url),
        left_out=max(shown - MOST_ITEMS, 0),
    )


def _read(body: bytes, headers: dict[str, str]) -> Any:
    return feedparser.parse(
        io.BytesIO(body),  # a string could be taken for a file name or an address
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _all_say_something(items: Sequence[Any]) -> bool:
    return all(any(item.get(name) for name in _SAID) for item in items)


def _read_closed(body: bytes, headers: dict[str, str]) -> Any:
    """The document read with end tags where a title and the like have none, since feedparser loses all
    that stands after it in the item; ``None`` where that doesn't help.
    """
    with suppress(Exception):  # feedparser names no errors of its own
        parsed = _read(_NOT_CLOSED.sub(lambda start: start[0] + b"</" + start[1] + b">", body), headers)
        return parsed if parsed.entries and _all_say_something(parsed.entries) else None
    return None


def _without_open_cdata(body: bytes) -> bytes:
    """The body without the start of a CDATA section that has no end: feedparser would lose its text."""
    start = body.rfind(_CDATA_STARTS)
    if start <= body.rfind(_CDATA_ENDS):
        return body
    return body[:start] + body[start + len(_CDATA_STARTS) :]


def _ends_within_item(body: bytes) -> bool:
    """Whether the document breaks off in the middle of its last item."""
    start = max((tag.start() for tag in _ITEM_STARTS.finditer(body)), default=-1)
    return start >= 0 and _ITEM_OR_FEED_ENDS.search(body, start) is None


def _older(feed: Any, url: str) -> str:
    """The document with what came before: of an archived feed (RFC 5005, 4), else of a paged one (3)."""
    links = {link.get("rel"): link.get("href") or "" for link in reversed(feed.get("links") or ())}
    href = links.get("prev-archive") or links.get("next") or ""
    with suppress(ValueError):
        return urljoin(url, well_formed(href)) if href else ""
    return ""


def _possible(reference: re.Match[bytes]) -> bytes:
    """The reference, if there is such a character. "&#55357;", half of an emoji, makes feedparser fail."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    number = int(digits[-8:], base) if not digits[:-8].strip(b"0") else -1
    return reference[0] if 0 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF else b"&#xFFFD;"


def _entry(item: Any, publisher: str, feed_language: str, url: str) -> Entry:
    item = dict(item)  # as it is stored: feedparser's own look-up of other names costs more than all of this
    title = _line(item.get("title") or "")
    content, text = _content(item, title)
    name = _date_name(item)
    published, published_raw = _date(item, name)
    return make_entry(
        publisher=publisher,
        guid=item.get("id") or "",
        link=_absolute(_own_link(item), url),
        title=title,
        content=content,
        text=text,
        language=_content_language(item) or feed_language,
        published=published,
        published_raw=published_raw,
        updated=_date(item, "updated")[0] if name == "published" and "updated" in item else None,
    )


def _date_name(item: Any) -> str:
    return next((name for name in ("published", "updated", "created") if name in item), "")


def _published(item: Any) -> datetime | None:
    item = dict(item)
    return _date(item, _date_name(item))[0]


def _own_link(item: Any) -> str:
    """The item's link. feedparser makes one of a guid too; one such as "1234" is no address, and resolved
    against the feed's it would be the link of every publisher whose feed is on that host.
    """
    link = str(item.get("link") or "")
    return "" if "/" not in link and link == item.get("id") else link


def _absolute(link: str, url: str) -> str:
    """The link, resolved against the feed's address; feedparser has heeded ``xml:base`` before."""
    link = link.strip()
    scheme = _SCHEME.match(link)
    if scheme is not None:
        return "" if scheme[1].lower() in _NO_LINK else link
    try:
        return urljoin(url, link) if link else ""
    except ValueError:
        return link


def _line(html: str) -> str:
    """A title: markup off, on one line."""
    return " ".join(html_to_text(html).split())


def _content(item: Any, title: str) -> tuple[str, str]:
    """What the item says, as published and as text.

    The fullest ``content`` is taken; a summary that says something else (a subhead, a teaser written
    apart) is kept before it, because a mention may stand only there.
    """
    bodies = [part.get("value") or "" for part in item.get("content") or ()]
    summary = item.get("summary") or ""
    body = max(bodies, key=len, default="")
    if not body:
        return summary, html_to_text(summary)
    text, summary_text = html_to_text(body), html_to_text(summary)
    if summary_text != title and says_more(summary_text, text):
        return f"{summary}\n\n{body}", f"{summary_text}\n\n{text}" if text else summary_text
    return body, text


def _content_language(item: Any) -> str:
    details = [*(item.get("content") or ()), item.get("summary_detail") or {}, item.get("title_detail") or {}]
    return next((detail["language"] for detail in details if detail.get("language")), "")


def _date(item: Any, name: str) -> tuple[datetime | None, str]:
    """A date of the publisher's in UTC, and as it was written; ``None`` where it can't be read."""
    if not name:
        return None, ""
    raw = str(item[name] or "").strip()
    parsed = item.get(f"{name}_parsed")
    try:
        if _EPOCH.fullmatch(raw):  # seconds, or milliseconds; feedparser takes the first digits for a year
            return datetime.fromtimestamp(int(raw[:10]), UTC), raw
        if parsed and parsed[0] > _NO_YEAR:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC), raw
    except (ValueError, OverflowError, OSError):
        pass
    return (None if parsed else _without_zone(raw)), raw


def _without_zone(raw: str) -> datetime | None:
    """A date of a mail without its zone, taken as UTC; feedparser reads it only without its weekday."""
    if not _NO_ZONE.fullmatch(raw):
        return None
    with suppress(ValueError):
        moment = parsedate_to_datetime(raw)
        return moment.replace(tzinfo=UTC) if moment.year > _NO_YEAR else None
    return None


def _not_a_feed(url: str, body: bytes) -> FetchError:
    if _HTML_START.match(body[:4096]):
        if is_bot_wall(body):
            return BotWall(url, "a bot wall answered instead of the feed")
        return FetchError(url, "a web page came instead of a feed")
    return FetchError(url, "the answer is not a feed that can be read")
