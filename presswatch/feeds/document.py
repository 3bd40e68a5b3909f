"""Reading a feed's document: what it shows, and the entries that it didn't show before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from presswatch.errors import FetchError
from presswatch.feeds import sights
from presswatch.feeds.bounds import MOST_ITEMS, newest
from presswatch.feeds.items import Split, TooMuch, split
from presswatch.feeds.jsonfeed import looks_like_json, parse_json_feed
from presswatch.feeds.parse import has_base, parse_feed, parse_listed
from presswatch.feeds.sights import Sight, keep_own, own_keys, sight_of
from presswatch.feeds.values import Entry, Kept, PaceHints, ParsedFeed


@dataclass(frozen=True, slots=True)
class Document:
    """What a document showed: ``items`` in all, of which ``entries`` are new, with the keys that are
    their own, and ``kept`` are as they were. ``known`` is the trace of all that it showed, for the next
    reading. ``hints`` is ``None`` where nothing was parsed. ``left_out`` counts the items beyond those that
    are read (:mod:`presswatch.feeds.bounds`). ``names_older``: it names a document with what came before.
    """

    items: int
    entries: tuple[Entry, ...]
    known: str
    kept: tuple[Kept, ...] = ()
    title: str = ""
    hints: PaceHints | None = None
    left_out: int = 0
    names_older: bool = False


def read_document(body: bytes, *, url: str, publisher: str, content_type: str, known: str) -> Document:
    """Read a feed (RSS, Atom, JSON Feed) of which ``known`` is the trace that the reading before gave. Items
    that are the same byte for byte are not parsed again.

    Raises :class:`presswatch.errors.FetchError` as :func:`presswatch.feeds.parse.parse_feed` does.
    """
    before = sights.from_text(known)
    if looks_like_json(body, content_type):
        return of_parsed(parse_json_feed(body, url=url, publisher=publisher), before)
    reading = _Reading(url, publisher, content_type)
    try:
        parts = split(body, content_type)
    except TooMuch as error:
        raise FetchError(url, str(error), retriable=False) from error
    left_out = 0
    if parts is not None and len(parts.items) > MOST_ITEMS:
        left_out = len(parts.items) - MOST_ITEMS
        body = parts.only(newest(range(len(parts.items)), reading.dates_at_ends(parts).get))
        parts = split(body, content_type)
    if parts is not None and parts.items:
        document = reading.new_parts(parts, before)
        if document is not None:
            return replace(document, left_out=left_out)
    document = of_parsed(reading.whole(body), before)
    return replace(document, left_out=left_out or document.left_out)


def parse_whole(body: bytes, *, url: str, publisher: str, content_type: str) -> ParsedFeed:
    """Parse a feed of either kind, whatever was known of it.

    Raises :class:`presswatch.errors.FetchError` as :func:`presswatch.feeds.parse.parse_feed` does.
    """
    if looks_like_json(body, content_type):
        return parse_json_feed(body, url=url, publisher=publisher)
    return parse_feed(body, url=url, publisher=publisher, content_type=content_type)


def of_parsed(parsed: ParsedFeed, before: Mapping[str, Sight]) -> Document:
    """The document of a newsroom that was parsed whole."""
    marks = [entry.fingerprint for entry in parsed.entries]
    document = _document(parsed, dict(enumerate(parsed.entries)), marks, before)
    return replace(document, left_out=parsed.left_out)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a document came, which is needed to read any part of it."""

    url: str
    publisher: str
    content_type: str

    def whole(self, body: bytes, *, based: bool | None = None) -> ParsedFeed:
        """Parse a document; see :func:`presswatch.feeds.parse.parse_listed`."""
        return parse_listed(
            body, url=self.url, publisher=self.publisher, content_type=self.content_type, based=based
        )

    def new_parts(self, parts: Split, before: Mapping[str, Sight]) -> Document | None:
        """Parse only the items without a trace; ``None`` if feedparser sees other items than were found."""
        first = {mark: place for place, mark in reversed(list(enumerate(parts.marks)))}
        new = sorted(place for mark, place in first.items() if mark not in before)
        if not new:
            return _document(ParsedFeed("", ()), {}, parts.marks, before, parsed_any=False)
        try:
            parsed = self.whole(parts.only(new), based=has_base(parts.body))
        except FetchError:
            return None
        if len(parsed.entries) != len(new):
            return None
        return _document(parsed, dict(zip(new, parsed.entries, strict=True)), parts.marks, before)

    def dates_at_ends(self, parts: Split) -> dict[int, datetime | None]:
        """The dates of the first and the last item, by their places, as far as they can be read."""
        ends = (0, len(parts.items) - 1)
        try:
            entries = self.whole(parts.only(ends)).entries
        except FetchError:
            return {}
        return {place: entry.published for place, entry in zip(ends, entries, strict=False)}


def _document(
    parsed: ParsedFeed,
    entries: Mapping[int, Entry],
    marks: Sequence[str],
    before: Mapping[str, Sight],
    *,
    parsed_any: bool = True,
) -> Document:
    """Put new entries, by their places, among the traces of the others."""
    places = sorted({mark: place for place, mark in reversed(list(enumerate(marks)))}.values())
    shown = [
        before[marks[place]] if marks[place] in before else sight_of(marks[place], entries[place])
        for place in places
    ]
    last_places = {mark: place for place, mark in enumerate(before)}
    new: list[Entry] = []
    kept: list[Kept] = []
    for place, sight, own in zip(places, shown, own_keys(shown), strict=True):
        if sight.mark in before:
            place_now = len(new) + len(kept)
            kept.append(Kept(place_now, sight.published, last_places[sight.mark]))
        elif own is not None:
            new.append(replace(entries[place], keys=keep_own(entries[place], own)))
    return Document(
        items=len(shown),
        entries=tuple(new),
        known=sights.to_text(shown),
        kept=tuple(kept),
        title=parsed.title,
        hints=parsed.hints if parsed_any else None,
        names_older=bool(parsed.older),
    )
