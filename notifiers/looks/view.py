"""What a person is shown of a digest, the same in HTML and in text: words chosen, foreign text made safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import zip_longest

from notifiers.looks import coverage, words
from notifiers.looks.chart import Chart, chart
from notifiers.looks.coverage import Note
from notifiers.looks.measure import shares
from notifiers.looks.plain import Piece, count, line, pieces, short, squeeze, web_link
from notifiers.looks.when import claimed_day, day, window, zone_called
from presswatch.digests.model import Digest, DigestItem, LaterPublishers, Passage, Publication, Section
from presswatch.releases.difference import Span

_LONGEST_NAME = 60  # characters
_MOST_OTHERS = 20
_MOST_CHARTS = 6  # each takes as much room as three releases
_MOST_NOTES = 40
_BADGES = {
    "new": "",
    "updated": "Updated: now mentions {}",
    "removed": "No longer mentioned",
    "again": "Mentioned again",
}


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

    ``more_others`` counts the publishers besides those in ``others``. ``change`` is what an edit changed,
    ``was`` and ``is_now`` the same as it read before and after.
    """

    title: tuple[Piece, ...]
    link: str | None
    publisher: str
    others: tuple[Publisher, ...]
    more_others: int
    date: str
    badge: str
    quotes: tuple[Quote, ...]
    change: tuple[Span, ...]
    was: str
    is_now: str


@dataclass(frozen=True, slots=True)
class More:
    """What is left out: how many, and where they are; the command that finds them."""

    said: str
    command: str


@dataclass(frozen=True, slots=True)
class Part:
    """The releases under one program. ``more`` says what becomes of those that are not shown, if any."""

    name: str
    total: int
    chart: Chart | None
    releases: tuple[Release, ...]
    more: More | None


@dataclass(frozen=True, slots=True)
class Later:
    """A story that was told before, and who else has published it since, ``more`` besides those named."""

    title: str
    link: str | None
    publisher: str
    publishers: tuple[Publisher, ...]
    more: int


@dataclass(frozen=True, slots=True)
class View:
    """The whole digest. ``preview`` is what mail readers show beside the subject. ``zone`` names the
    time zone of all days and times. ``late`` says for how many digests it stands, if for more than itself,
    ``part`` which part of one it is, ``cut`` how much of it is shown, if not all. ``coverage`` is a sentence
    without its stop, ``notes`` the feeds that it counts. Of what is too much to be listed, ``more_later``,
    ``more_turned`` and ``more_notes`` say how many are missing.
    """

    subject: str
    preview: str
    subscription: str
    headline: str
    window: str
    zone: str
    late: str
    part: str
    cut: str
    coverage: str
    parts: tuple[Part, ...]
    later: tuple[Later, ...]
    more_later: int
    turned: tuple[Note, ...]
    more_turned: int
    notes: tuple[Note, ...]
    more_notes: int
    unread: bool


def items(digest: Digest) -> int:
    """How many releases the digest lists; one under two programs counts twice."""
    return sum(len(section.items) for section in digest.sections)


def view(digest: Digest, most: int | None = None) -> View:
    """The digest as it is shown, with ``most`` releases, the newest of each program; with all, if None."""
    sizes = [len(section.items) for section in digest.sections]
    shown = sizes if most is None else shares(sizes, most)
    zone = zone_called(digest.timezone)
    notes = coverage.notes(digest.coverage, zone)
    return View(
        subject=line(digest.subject),
        preview=words.preview(digest),
        subscription=line(digest.subscription),
        headline=words.headline(digest),
        window=window(digest.since, digest.until, zone),
        zone=zone.key,
        late=words.late(digest.moments),
        part=words.part(digest),
        cut=words.cut(sizes, shown),
        coverage=coverage.sentence(digest.coverage, zone),
        parts=tuple(
            _part(section, number, zone, drawn=len(sizes) <= _MOST_CHARTS)
            for section, number in zip(digest.sections, shown, strict=True)
        ),
        later=tuple(_later(later) for later in digest.also),
        more_later=0,
        turned=tuple(coverage.turn(turn, zone) for turn in digest.coverage.turned),
        more_turned=0,
        notes=notes[:_MOST_NOTES],
        more_notes=_beyond(notes, _MOST_NOTES),
        unread=bool(digest.coverage.failed),
    )


def _beyond(many: Sequence[object], most: int) -> int:
    return max(0, len(many) - most)


def _part(section: Section, shown: int, zone: tzinfo, *, drawn: bool) -> Part:
    name = line(section.name) or line(section.program)
    left = len(section.items) - shown
    said = f"And {left} more" if shown else count(left, "release")
    more = More(f"{said}, in the archive", f"presswatch search --program {line(section.program)}")
    return Part(
        name=name,
        total=len(section.items),
        chart=chart(section, drawn=drawn),
        releases=tuple(_release(item, name, zone) for item in section.items[:shown]),
        more=more if left else None,
    )


def _release(item: DigestItem, program: str, zone: tzinfo) -> Release:
    title_marks = tuple(mark for passage in _in_title(item) for mark in passage.marks)
    publisher, *more = [line(name) for name in item.publishers if line(name)] or ["Unknown publisher"]
    links = {other.name: other for other in map(_publisher, item.others)}
    change = _change(item.difference)
    was, is_now = (line("".join(s.text for s in change if s.kind != kind)) for kind in ("added", "removed"))
    return Release(
        title=pieces(short(item.title, words.LONGEST_TITLE), title_marks)
        if line(item.title)
        else (Piece(words.title(item.title)),),
        link=web_link(item.url),
        publisher=publisher,
        others=tuple(links.get(name, Publisher(name, None)) for name in more[:_MOST_OTHERS]),
        more_others=_beyond(more, _MOST_OTHERS),
        date=claimed_day(item.published, zone)
        if item.published
        else f"first seen {day(item.first_seen, zone)}",
        badge=_BADGES[item.kind].format(short(program, _LONGEST_NAME)),
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
        title=words.title(later.title),
        link=web_link(later.url),
        publisher=line(later.publisher),
        publishers=tuple(map(_publisher, later.publications[:_MOST_OTHERS])),
        more=_beyond(later.publications, _MOST_OTHERS),
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
