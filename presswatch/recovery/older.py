"""A feed's older pages: those that it links to (RFC 5005), and those that WordPress gives for ``?paged``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from presswatch.confined.parent import read_confined
from presswatch.errors import FetchError
from presswatch.feeds.values import ParsedFeed
from presswatch.masking import masked
from presswatch.recovery.outcome import MOST_ENTRIES, TOO_MANY, Outcome
from presswatch.recovery.values import Gap
from presswatch.recovery.visit import LimitReached, Visit, may_pass
from presswatch.recovery.walk import Walk
from presswatch.web.fetch import Answer

LINKS = "RFC 5005 links"
PAGING = "WordPress pages"
KEPT_BACK = 3
"""Requests that are left to the ways that come after these."""

_WORDPRESS = re.compile(rb"<generator\b[^<>]{0,200}>[^<>]{0,200}?wordpress|wordpress\.(?:org|com)/\?v=", re.I)
_START = 65_536  # bytes


@dataclass(frozen=True, slots=True)
class Front:
    """A feed's document as it is now. ``by_wordpress``: it says so, or its address does."""

    url: str
    feed: ParsedFeed
    by_wordpress: bool


def read_front(visit: Visit, gap: Gap) -> Front:
    """Read the feed itself. Raises :class:`FetchError`."""
    answer = visit.get(gap.url, first=True)
    parts = urlsplit(answer.url)
    by_wordpress = (
        parts.path.rstrip("/").endswith("/feed")
        or "feed" in dict(parse_qsl(parts.query))
        or _WORDPRESS.search(answer.body[:_START]) is not None
    )
    return Front(answer.url, _parsed(answer, gap.publisher), by_wordpress)


def _parsed(answer: Answer, publisher: str) -> ParsedFeed:
    """The feed that came; a :class:`FetchError` that is not retriable where none did."""
    try:
        feed: ParsedFeed = read_confined(
            answer.url,
            "presswatch.feeds.document:parse_whole",
            answer.body,
            url=masked(answer.url),
            publisher=publisher,
            content_type=answer.content_type,
        )
        return feed
    except FetchError as error:
        raise FetchError(answer.url, error.reason, retriable=False) from error


def by_itself(front: Front, gap: Gap) -> Outcome | None:
    """Whether the feed's document, as it is now, reaches back to known ground."""
    walk = Walk(gap)
    walk.add(front.feed.entries)
    return Outcome("the feed itself", walk.missing(), reached=True) if walk.reached else None


def by_links(visit: Visit, front: Front, gap: Gap) -> Outcome:
    """Follow the links to older documents: ``prev-archive`` of an archived feed, ``next`` of a paged one
    (RFC 5005, sections 4 and 3), ``next_url`` of a JSON Feed.
    """
    walk = Walk(gap)
    walk.add(front.feed.entries)
    older, visited = front.feed.older, {front.url, gap.url}
    reason = "they end too soon" if older else "there are none"
    try:
        while older and not walk.reached:
            if older in visited:
                reason = "they lead in a circle"
                break
            answer, page = _next(visit, older, gap)
            visited |= {older, answer.url}
            older = page.older
            if not walk.add(page.entries):
                reason = "the pages repeat themselves"
                break
            if len(walk.missing()) > MOST_ENTRIES:
                reason = TOO_MANY
                break
    except FetchError as error:
        return Outcome(LINKS, walk.missing(), reason=error.reason, retriable=may_pass(error))
    if walk.reached:
        return Outcome(LINKS, walk.missing(), reached=True)
    return Outcome(LINKS, walk.missing(), reason=reason)


def by_paging(visit: Visit, front: Front, gap: Gap) -> Outcome:
    """Ask WordPress for the feed's further pages. A site that doesn't know ``?paged`` shows its first page
    again; WordPress says 404 after the last one.
    """
    walk = Walk(gap)
    walk.add(front.feed.entries)
    honoured = False

    def stopped(reason: str, *, retriable: bool = False) -> Outcome:
        return Outcome(PAGING, walk.missing(), reason=reason, retriable=retriable, honoured=honoured)

    try:
        for url in _pages(front.url):
            _, page = _next(visit, url, gap)
            if not walk.add(page.entries):
                return stopped("the pages repeat themselves" if honoured else "?paged= is not known there")
            honoured = True
            if walk.reached:
                return Outcome(PAGING, walk.missing(), reached=True, honoured=True)
            if len(walk.missing()) > MOST_ENTRIES:
                return stopped(TOO_MANY)
    except FetchError as error:
        if error.status in (404, 410):
            return stopped("they end too soon" if honoured else "there are none")
        return stopped(error.reason, retriable=may_pass(error))
    return stopped("there is no end to them")


def _pages(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "paged"
    ]
    for number in range(2, 100):
        yield urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(number))]), fragment=""))


def _next(visit: Visit, url: str, gap: Gap) -> tuple[Answer, ParsedFeed]:
    if visit.left <= KEPT_BACK:
        raise LimitReached(url, "too many pages would be needed", retriable=False)
    answer = visit.get(url)
    return answer, _parsed(answer, gap.publisher)
