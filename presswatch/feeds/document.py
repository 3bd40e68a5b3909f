"""Reading a feed's document: what it shows, and the entries that it didn't show before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from presswatch.errors import FetchError
from presswatch.feeds import sights
from presswatch.feeds.items import Split, split
from presswatch.feeds.parse import parse_listed
from presswatch.feeds.sights import Sight, keep_own, own_keys, sight_of
from presswatch.feeds.values import Entry, PaceHints, ParsedFeed


@dataclass(frozen=True, slots=True)
class Document:
    """What a document showed: ``items`` in all, of which ``entries`` are new, with the keys that are
    their own. ``known`` is the trace of all that it showed, for the next reading. ``hints`` is ``None``
    where nothing was parsed.
    """

    items: int
    entries: tuple[Entry, ...]
    known: str
    title: str = ""
    hints: PaceHints | None = None


def read_document(body: bytes, *, url: str, publisher: str, content_type: str, known: str) -> Document:
    """Read a feed of which ``known`` is the trace that the reading before gave. Items that are the same
    byte for byte are not parsed again.

    Raises :class:`presswatch.errors.FetchError` as :func:`presswatch.feeds.parse.parse_feed` does.
    """
    before = sights.from_text(known)
    parts = split(body, content_type)
    if parts is not None and parts.items:
        document = _read_parts(parts, before, url=url, publisher=publisher, content_type=content_type)
        if document is not None:
            return document
    parsed = parse_listed(body, url=url, publisher=publisher, content_type=content_type)
    marks = [entry.fingerprint for entry in parsed.entries]
    return _document(parsed, dict(enumerate(parsed.entries)), marks, before)


def _read_parts(
    parts: Split, before: dict[str, Sight], *, url: str, publisher: str, content_type: str
) -> Document | None:
    """Parse only the items without a trace; ``None`` if feedparser sees other items than were found."""
    first = {mark: place for place, mark in reversed(list(enumerate(parts.marks)))}
    new = sorted(place for mark, place in first.items() if mark not in before)
    if not new:
        shown = [before[mark] for mark in first]
        return Document(len(shown), (), sights.to_text(shown))
    try:
        parsed = parse_listed(parts.only(new), url=url, publisher=publisher, content_type=content_type)
    except FetchError:
        return None
    if len(parsed.entries) != len(new):
        return None
    return _document(parsed, dict(zip(new, parsed.entries, strict=True)), parts.marks, before)


def _document(
    parsed: ParsedFeed,
    entries: dict[int, Entry],
    marks: list[str] | tuple[str, ...],
    before: dict[str, Sight],
) -> Document:
    """Put new entries, by their places, among the traces of the others."""
    places = sorted({mark: place for place, mark in reversed(list(enumerate(marks)))}.values())
    shown = [
        before[marks[place]] if marks[place] in before else sight_of(marks[place], entries[place])
        for place in places
    ]
    new = [
        replace(entries[place], keys=keep_own(entries[place], own))
        for place, own in zip(places, own_keys(shown), strict=True)
        if own is not None and marks[place] not in before
    ]
    return Document(len(shown), tuple(new), sights.to_text(shown), parsed.title, parsed.hints)
