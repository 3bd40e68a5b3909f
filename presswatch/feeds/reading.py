"""From an answer to a reading: parse what is new in it, and match that.

:func:`read_within_bounds` and :func:`named_by` are what :mod:`presswatch.confined` calls in its own process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from presswatch.errors import FetchError
from presswatch.feeds import listing, sights
from presswatch.feeds.backlog import breaks_off
from presswatch.feeds.bounds import left_out_in_words
from presswatch.feeds.document import Document, of_parsed, read_document
from presswatch.feeds.page import parse_page
from presswatch.feeds.sights import drop_shared_keys
from presswatch.feeds.sitemap import Sitemap, parse_sitemap, warning_of
from presswatch.feeds.values import Entry, FeedState, Fetched, Listed, MatchedEntry, ParsedFeed, Read
from presswatch.masking import masked
from presswatch.matching.matcher import Matcher, matcher_for
from presswatch.matching.program import Program
from presswatch.pages.teaser import needs_page
from presswatch.releases.found import find_in_release
from presswatch.watch import Fulltext, Selectors
from presswatch.web.answer import Answer

Fetch = Callable[[str], Answer]
"""GETs another address of the same newsroom; raises :class:`presswatch.errors.FetchError`."""


def read_within_bounds(
    feed: FeedState,
    answer: Answer,
    fetched: Fetched,
    programs: tuple[Program, ...],
    *,
    body_hash: str,
    parts: Mapping[str, Answer],
) -> Read:
    """As :func:`read_answer`, of plain values: ``parts`` are the sitemaps that an index led to."""

    def part(url: str) -> Answer:
        if url not in parts:
            raise FetchError(url, "the sitemap's index names another sitemap than a moment ago")
        return parts[url]

    matcher = matcher_for(programs)
    return read_answer(
        feed, answer, fetched, body_hash=body_hash, matcher=matcher, fetch=part, now=fetched.started
    )


def named_by(feed: FeedState, answer: Answer) -> tuple[str, ...]:
    """The sitemaps that are to be read beside the answer; none where it is no sitemap's index.

    Raises :class:`presswatch.errors.FetchError` where it is no sitemap.
    """
    return parse_sitemap(answer.body, url=answer.url, publisher=feed.publisher, only=feed.only).children


def read_answer(
    feed: FeedState,
    answer: Answer,
    fetched: Fetched,
    *,
    body_hash: str,
    matcher: Matcher,
    fetch: Fetch,
    now: datetime | None = None,
) -> Read:
    """What the answer shows that the newsroom didn't show before. ``fetch`` gets what a sitemap leads to,
    and ``now`` (the present, if not given) completes a page's dates without a year.

    Raises :class:`presswatch.errors.FetchError` where it is not what the feed's kind says.
    """
    document, listed, unread = _document(feed, answer, fetch, now)
    too_long = sum(entry.cut for entry in document.entries)
    warnings = (unread, left_out_in_words(document.left_out, too_long))
    return Read(
        fetched=fetched,
        validators=answer.validators,
        body_hash=body_hash,
        size=len(answer.body),
        title=document.title,
        entries=tuple(
            match_entry(entry, publisher=feed.publisher, fulltext=_fulltext(feed), matcher=matcher)
            for entry in document.entries
        ),
        items=document.items,
        known=document.known,
        hints=document.hints,
        kept=document.kept,
        listed=listed,
        cut=feed.kind == "feed" and breaks_off(answer.body),
        warning="; ".join(filter(None, warnings)),
        names_older=document.names_older,
    )


def _document(
    feed: FeedState, answer: Answer, fetch: Fetch, now: datetime | None
) -> tuple[Document, Listed | None, str]:
    """What it shows; what a sitemap lists besides, and what of it isn't read, in words."""
    if feed.kind == "sitemap":
        parsed, listed, unread = _sitemap(feed, answer, fetch)
        return of_parsed(parsed, sights.from_text(feed.known)), listed, unread
    if feed.kind == "page":
        parsed = parse_page(
            answer.body,
            url=masked(answer.url),
            publisher=feed.publisher,
            content_type=answer.content_type,
            selectors=feed.selectors or Selectors(item=""),
            now=now,
        )
        return of_parsed(parsed, sights.from_text(feed.known)), None, ""
    document = read_document(
        answer.body,
        url=masked(answer.url),
        publisher=feed.publisher,
        content_type=answer.content_type,
        known=feed.known,
    )
    return document, None, ""


def _sitemap(feed: FeedState, answer: Answer, fetch: Fetch) -> tuple[ParsedFeed, Listed, str]:
    """The releases of a sitemap, or of those that an index names; and what of that isn't read."""
    listed = listing.from_bytes(feed.listing)

    def parse(one: Answer) -> Sitemap:
        return parse_sitemap(one.body, url=one.url, publisher=feed.publisher, only=feed.only, listed=listed)

    top = parse(answer)
    entries, marks, before = list(top.parsed.entries), set(top.marks), set(top.before)
    late: set[str] = set()
    parts = [top]
    for child in top.children:
        part = parse(fetch(child))
        parts.append(part)
        entries += part.parsed.entries
        marks |= part.marks
        before |= part.before
        if listing.mark_of(child) in listed and listed.isdisjoint(part.marks):
            late.update(entry.guid for entry in part.parsed.entries)
    kept = listing.to_bytes(listed, marks)
    is_news = all(part.is_news for part in parts if not part.children)
    if not entries and any(part.located for part in parts if not part.children):
        raise FetchError(answer.url, "no address in the sitemap is one of a release; see `only`")
    if not entries and listed and not is_news:  # that is empty where nothing came for two days
        raise FetchError(answer.url, "the sitemap is empty, though it listed addresses before")
    shown = ParsedFeed("", drop_shared_keys(entries))
    return shown, Listed(kept, frozenset(before), frozenset(late), is_news), warning_of(top)


def _fulltext(feed: FeedState) -> Fulltext:
    """A list of links says little of a release: its page does."""
    return "always" if feed.kind != "feed" and feed.fulltext == "auto" else feed.fulltext


def match_entry(entry: Entry, *, publisher: str, fulltext: Fulltext, matcher: Matcher) -> MatchedEntry:
    """The entry with what it mentions, and whether the page behind it is to be read."""
    found = find_in_release(
        matcher, title=entry.title, text=entry.text, content=entry.content, publisher=publisher
    )
    needed = needs_page(text=entry.text, content=entry.content, link=entry.link, rule=fulltext)
    return MatchedEntry(entry, found.mentions, found.parts, needed)
