"""From an answer to a reading: parse what is new in it, and match that."""

from __future__ import annotations

from presswatch.feeds.document import Document, read_document
from presswatch.feeds.values import Entry, FeedState, Fetched, MatchedEntry, Read
from presswatch.matching.matcher import Matcher
from presswatch.pages.teaser import needs_page
from presswatch.releases.found import find_in_release
from presswatch.watch import Fulltext
from presswatch.web.fetch import Answer


def read_answer(feed: FeedState, answer: Answer, body_hash: str, fetched: Fetched, matcher: Matcher) -> Read:
    """What the answer shows that the feed didn't show before.

    Raises :class:`presswatch.errors.FetchError` where it is not what the feed's kind says.
    """
    document = _document(feed, answer)
    return Read(
        fetched=fetched,
        validators=answer.validators,
        body_hash=body_hash,
        size=len(answer.body),
        title=document.title,
        entries=tuple(
            match_entry(entry, publisher=feed.publisher, fulltext=feed.fulltext, matcher=matcher)
            for entry in document.entries
        ),
        items=document.items,
        known=document.known,
        hints=document.hints,
    )


def _document(feed: FeedState, answer: Answer) -> Document:
    return read_document(
        answer.body,
        url=answer.url,
        publisher=feed.publisher,
        content_type=answer.content_type,
        known=feed.known,
    )


def match_entry(entry: Entry, *, publisher: str, fulltext: Fulltext, matcher: Matcher) -> MatchedEntry:
    """The entry with what it mentions, and whether the page behind it is to be read."""
    found = find_in_release(
        matcher, title=entry.title, text=entry.text, content=entry.content, publisher=publisher
    )
    needed = needs_page(text=entry.text, content=entry.content, link=entry.link, rule=fulltext)
    return MatchedEntry(entry, found.mentions, found.parts, needed)
