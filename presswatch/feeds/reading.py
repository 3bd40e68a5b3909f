"""From an answer to a reading: parse what is new in it, and match that."""

from __future__ import annotations

from collections.abc import Callable

from presswatch.errors import FetchError
from presswatch.feeds import sights
from presswatch.feeds.document import Document, of_parsed, read_document
from presswatch.feeds.page import parse_page
from presswatch.feeds.sights import drop_shared_keys
from presswatch.feeds.sitemap import parse_sitemap
from presswatch.feeds.values import Entry, FeedState, Fetched, MatchedEntry, ParsedFeed, Read
from presswatch.matching.matcher import Matcher
from presswatch.pages.teaser import needs_page
from presswatch.releases.found import find_in_release
from presswatch.watch import Fulltext, Selectors
from presswatch.web.fetch import Answer

Fetch = Callable[[str], Answer]
"""GETs another address of the same newsroom; raises :class:`presswatch.errors.FetchError`."""


def read_answer(
    feed: FeedState, answer: Answer, fetched: Fetched, *, body_hash: str, matcher: Matcher, fetch: Fetch
) -> Read:
    """What the answer shows that the newsroom didn't show before. ``fetch`` gets what a sitemap leads to.

    Raises :class:`presswatch.errors.FetchError` where it is not what the feed's kind says.
    """
    document = _document(feed, answer, fetch)
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
    )


def _document(feed: FeedState, answer: Answer, fetch: Fetch) -> Document:
    if feed.kind == "feed":
        return read_document(
            answer.body,
            url=answer.url,
            publisher=feed.publisher,
            content_type=answer.content_type,
            known=feed.known,
        )
    if feed.kind == "sitemap":
        parsed = _sitemap(feed, answer, fetch)
    else:
        parsed = parse_page(
            answer.body,
            url=answer.url,
            publisher=feed.publisher,
            content_type=answer.content_type,
            selectors=feed.selectors or Selectors(item=""),
        )
    return of_parsed(parsed, sights.from_text(feed.known))


def _sitemap(feed: FeedState, answer: Answer, fetch: Fetch) -> ParsedFeed:
    """The releases of a sitemap, or of those that an index names."""
    sitemap = parse_sitemap(answer.body, url=answer.url, publisher=feed.publisher, only=feed.only)
    entries = list(sitemap.parsed.entries)
    for child in sitemap.children:
        inside = fetch(child)
        entries += parse_sitemap(
            inside.body, url=inside.url, publisher=feed.publisher, only=feed.only
        ).parsed.entries
    if not entries:
        raise FetchError(answer.url, "no address in the sitemap is one of a release; see `only`")
    return ParsedFeed("", drop_shared_keys(entries))


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
