"""What a person is shown of a digest, the same in HTML and in text: words chosen, foreign text made safe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

from notifiers.plain import Piece, count, day, line, pieces, web_link, window
from presswatch.digests.model import Coverage, Digest, DigestItem, FailedFeed, Passage, Section


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage with its highlights (none where the title holds them), and why it counts (may be empty)."""

    pieces: tuple[Piece, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Release:
    """A release: ``link`` is None where the feed gave no usable one."""

    title: tuple[Piece, ...]
    link: str | None
    publisher: str
    others: tuple[str, ...]
    date: str
    updated: bool
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The releases under one program."""

    name: str
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A feed that could not be read, and why."""

    publisher: str
    link: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class View:
    """The whole digest. ``coverage`` is a sentence without its stop."""

    subject: str
    subscription: str
    headline: str
    window: str
    coverage: str
    parts: tuple[Part, ...]
    failures: tuple[Failure, ...]


def view(digest: Digest) -> View:
    """The digest as it is shown."""
    return View(
        subject=line(digest.subject),
        subscription=line(digest.subscription),
        headline=_headline(digest),
        window=window(digest.since, digest.until),
        coverage=_coverage(digest.coverage),
        parts=tuple(_part(section) for section in digest.sections),
        failures=tuple(_failure(feed) for feed in digest.coverage.failed),
    )


def _headline(digest: Digest) -> str:
    if not digest.releases:
        return "Nothing new this time"
    verb = "mentions" if digest.releases == 1 else "mention"
    return f"{count(digest.releases, 'release')} {verb} {count(len(digest.sections), 'program')}"


def _coverage(coverage: Coverage) -> str:
    said = f"{coverage.read} of {count(coverage.feeds, 'feed')} read"
    return f"{said}; {len(coverage.failed)} failed" if coverage.failed else said


def _part(section: Section) -> Part:
    return Part(line(section.name) or line(section.program), tuple(_release(item) for item in section.items))


def _release(item: DigestItem) -> Release:
    title_marks = tuple(mark for passage in _in_title(item) for mark in passage.marks)
    publisher, *others = [line(name) for name in item.publishers if line(name)] or ["Unknown publisher"]
    return Release(
        title=pieces(item.title, title_marks) if line(item.title) else (Piece("Untitled release"),),
        link=web_link(item.url),
        publisher=publisher,
        others=tuple(others),
        date=day(item.published) if item.published else f"first seen {day(item.first_seen)}",
        updated=item.kind == "updated",
        quotes=_quotes(item),
    )


def _in_title(item: DigestItem) -> tuple[Passage, ...]:
    """The passages that are the title: it is highlighted itself, rather than quoted beneath itself."""
    return tuple(passage for passage in item.passages if passage.text == item.title)


def _quotes(item: DigestItem) -> tuple[Quote, ...]:
    in_title = _in_title(item)
    quotes = [
        Quote(() if passage in in_title else _quoted(passage), line(passage.why)) for passage in item.passages
    ]
    # What the next passage says as well is said once, after the last.
    said = [
        replace(quote, why="") if after and quote.why == after.why else quote
        for quote, after in zip_longest(quotes, quotes[1:])
    ]
    return tuple(quote for quote in said if quote.pieces or quote.why)


def _quoted(passage: Passage) -> tuple[Piece, ...]:
    before = (Piece("… "),) if passage.before else ()
    after = (Piece(" …"),) if passage.after else ()
    return (*before, *pieces(passage.text, passage.marks), *after)


def _failure(feed: FailedFeed) -> Failure:
    return Failure(line(feed.publisher) or line(feed.url), web_link(feed.url), line(feed.reason))
