"""WordPress's own list of posts (https://developer.wordpress.org/rest-api/reference/posts/)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from presswatch.confined.parent import read_confined
from presswatch.errors import FetchError
from presswatch.feeds.entry import make_entry
from presswatch.feeds.html_text import html_to_text
from presswatch.feeds.sights import drop_shared_keys
from presswatch.feeds.values import Entry
from presswatch.recovery.faithful import is_faithful, missing_among
from presswatch.recovery.outcome import MOST_ENTRIES, TOO_MANY, Outcome
from presswatch.recovery.values import Gap
from presswatch.recovery.visit import Visit, may_pass
from presswatch.recovery.walk import since

POSTS = "WordPress's list of posts"
A_PAGE = 100
"""Posts, the most that WordPress gives at once."""

_FIELDS = "id,link,guid,date_gmt,title,content"
_LISTS = frozenset({"category", "tag", "author", "type", "topic", "comments", "feed", "rss", "rss2", "atom"})
_SPACE = re.compile(r"\s+")


def by_posts(visit: Visit, feed_url: str, home: str, gap: Gap) -> Outcome:
    """Ask for all posts since a day before the feed was last read before the gap.

    Where they are not what the feed shows (a feed of one category, or of another type of post), they are
    left alone. Where they are, and all could be had, nothing is missing any more.
    """
    reason = "there is none"
    for root in _roots(feed_url):
        try:
            posts = list(_posts(visit, f"{home}{root}/wp-json/wp/v2/posts", gap))
        except FetchError as error:
            if error.status == 404:
                continue
            return Outcome(POSTS, reason=error.reason, retriable=may_pass(error))
        entries = drop_shared_keys(posts)
        missing = missing_among(entries, gap)
        if not is_faithful(entries, gap):
            reason = "it is not of the releases in the feed"
        elif len(posts) >= MOST_ENTRIES:
            return Outcome(POSTS, missing, reason=TOO_MANY)
        else:
            return Outcome(POSTS, missing, reached=True)
    return Outcome(POSTS, reason=reason)


def _roots(feed_url: str) -> Iterator[str]:
    """Where WordPress may stand: at the top, or in the folder in which the feed is."""
    yield ""
    first = urlsplit(feed_url).path.strip("/").split("/")[0]
    if first and first not in _LISTS and "." not in first:
        yield f"/{first}"


def _posts(visit: Visit, endpoint: str, gap: Gap) -> Iterator[Entry]:
    """The posts of the time in question, page by page, newest first.

    WordPress compares with its own local time, so the limit is wide.
    """
    asked = {
        "after": _moment(since(gap)),
        "per_page": str(A_PAGE),
        "_fields": _FIELDS,
    }
    for page in range(1, MOST_ENTRIES // A_PAGE + 1):
        query = asked if page == 1 else {**asked, "page": str(page)}
        url = f"{endpoint}?{urlencode(query, safe=',:')}"
        try:
            body = visit.get(url, obey_robots=True).body
            posts, length = read_confined(url, f"{__name__}:parse_posts", body, url, gap.publisher)
        except FetchError as error:
            if page > 1 and error.status == 400:  # what WordPress says after the last page
                return
            raise
        yield from posts
        if length < A_PAGE:
            return


def parse_posts(body: bytes, url: str, publisher: str) -> tuple[list[Entry], int]:
    """The entries of a page of posts, and how many posts it has; for the process of
    :mod:`presswatch.confined`.
    """
    posts = _listed(body, url)
    entries = (_entry(post, publisher) for post in posts[:A_PAGE])
    return [entry for entry in entries if entry is not None], len(posts)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _listed(body: bytes, url: str) -> list[Any]:
    try:
        # Numbers stay as they are written: none is too long so.
        posts = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise FetchError(url, "the answer is not JSON", retriable=False) from error
    if not isinstance(posts, list):
        raise FetchError(url, "the answer is not a list of posts", retriable=False)
    return posts


def _entry(post: Any, publisher: str) -> Entry | None:
    """The post, with the guid that WordPress gives it in its feeds; ``None`` for what is none."""
    if not isinstance(post, dict) or not isinstance(post.get("link"), str):
        return None
    title, content = _rendered(post, "title"), _rendered(post, "content")
    published_raw = post.get("date_gmt")
    published_raw = published_raw if isinstance(published_raw, str) else ""
    return make_entry(
        publisher=publisher,
        guid=unescape(_rendered(post, "guid")),
        link=post["link"],
        title=_SPACE.sub(" ", html_to_text(title)).strip(),
        content=content,
        text=html_to_text(content),
        published=_published(published_raw),
        published_raw=published_raw,
    )


def _rendered(post: dict[str, Any], name: str) -> str:
    value = post.get(name)
    text = value.get("rendered") if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


def _published(raw: str) -> datetime | None:
    """``date_gmt``, which is UTC and doesn't say so."""
    try:
        moment = datetime.fromisoformat(raw)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
