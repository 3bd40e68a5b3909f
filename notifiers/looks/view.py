"""What a person is shown of a digest, the same in HTML and in text: words chosen, foreign text made safe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

from notifiers import coverage
from notifiers.coverage import Note
from notifiers.plain import Piece, count, day, line, pieces, squeeze, web_link, window
from presswatch.digests.model import Digest, DigestItem, LaterPublishers, Passage, Publication, Section
from presswatch.digests.subject import health_subject
from presswatch.releases.difference import Span

_LONGEST_TITLE = 300  # characters
_BADGES = {"new": "", "updated": "Updated", "removed": "No longer mentioned", "again": "Mentioned again"}


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage with its highlights (none where the title holds them), and why it counts (may be empty)."""

    pieces: tuple[Piece, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Publisher:
    """Another publisher of the same text, with its own release."""

    name: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """A release: ``link`` is None where the feed gave no usable one, ``badge`` empty for what is new.

    ``change`` is what an edit changed, ``was`` and ``is_now`` the same as it read before and after.
    """

    title: tuple[Piece, ...]
    link: str | None
    publisher: str
    others: tuple[Publisher, ...]
    date: str
    badge: str
    quotes: tuple[Quote, ...]
    change: tuple[Span, ...]
    was: str
    is_now: str


@dataclass(frozen=True, slots=True)
class Part:
    """The releases under one program."""

    name: str
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class Later:
    """A story that was told before, and who else has published it since."""

    title: str
    link: str | None
    publisher: str
    publishers: tuple[Publisher, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The whole digest. ``late`` says for how many digests it stands, if for more than itself. ``coverage``
    is a sentence without its stop, ``notes`` the feeds that it counts.
    """

    subject: str
    subscription: str
    headline: str
    window: str
    late: str
    coverage: str
    parts: tuple[Part, ...]
    later: tuple[Later, ...]
    turned: tuple[Note, ...]
    notes: tuple[Note, ...]
    unread: bool


def view(digest: Digest) -> View:
    """The digest as it is shown."""
    return View(
        subject=line(digest.subject),
        subscription=line(digest.subscription),
        headline=_headline(digest),
        window=window(digest.since, digest.until),
        late=_late(digest.moments),
        coverage=coverage.sentence(digest.coverage),
        parts=tuple(_part(section) for section in digest.sections),
        later=tuple(_later(later) for later in digest.also),
        turned=tuple(coverage.turn(turn) for turn in digest.coverage.turned),
        notes=coverage.notes(digest.coverage),
        unread=bool(digest.coverage.failed),
    )


def _late(moments: int) -> str:
    return (
        f"It covers {moments} digests: Presswatch was not running when the others were due"
        if moments > 1
        else ""
    )


def _headline(digest: Digest) -> str:
    if not digest.releases:
        turned = digest.coverage.turned
        return line(health_subject(turned)) if turned else "Nothing new this time"
    items = [item for section in digest.sections for item in section.items]
    mention = len({item.release_id for item in items if item.kind != "removed"})
    removed = len({item.release_id for item in items if item.kind == "removed"})
    if not mention:
        verb = "mentions" if removed == 1 else "mention"
        return f"{count(removed, 'release')} no longer {verb} a program"
    programs = sum(len(section.items) > section.removed for section in digest.sections)
    verb = "mentions" if mention == 1 else "mention"
    said = f"{count(mention, 'release')} {verb} {count(programs, 'program')}"
    return f"{said}, {removed} no longer {'does' if removed == 1 else 'do'}" if removed else said


def _part(section: Section) -> Part:
    return Part(line(section.name) or line(section.program), tuple(_release(item) for item in section.items))


def _release(item: DigestItem) -> Release:
    title_marks = tuple(mark for passage in _in_title(item) for mark in passage.marks)
    publisher, *more = [line(name) for name in item.publishers if line(name)] or ["Unknown publisher"]
    links = {other.name: other for other in map(_publisher, item.others)}
    change = _change(item.difference)
    was, is_now = (line("".join(s.text for s in change if s.kind != kind)) for kind in ("added", "removed"))
    return Release(
        title=pieces(_short(item.title), title_marks) if line(item.title) else (Piece("Untitled release"),),
        link=web_link(item.url),
        publisher=publisher,
        others=tuple(links.get(name, Publisher(name, None)) for name in more),
        date=day(item.published) if item.published else f"first seen {day(item.first_seen)}",
        badge=_BADGES[item.kind],
        quotes=() if item.kind == "removed" and change else _quotes(item),
        change=change if item.kind == "removed" else (),
        was=was if item.kind == "removed" or any(s.kind == "removed" for s in change) else "",
        is_now=is_now if item.kind == "removed" else "",
    )


def _change(difference: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans squeezed, the space after a changed one outside of it."""
    spans: list[Span] = []
    for span in difference:
        text = squeeze(span.text)
        words = text.rstrip()
        spans.append(Span(span.kind, words if span.kind != "same" else text))
        if span.kind != "same" and words != text:
            spans.append(Span("same", " "))
    return tuple(spans)


def _publisher(publication: Publication) -> Publisher:
    return Publisher(line(publication.publisher), web_link(publication.url))


def _later(later: LaterPublishers) -> Later:
    return Later(
        title=line(_short(later.title)) or "Untitled release",
        link=web_link(later.url),
        publisher=line(later.publisher),
        publishers=tuple(map(_publisher, later.publications)),
    )


def _short(title: str) -> str:
    """The title, or as much of it as anybody would read."""
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 2].rstrip()} …"


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
