"""A digest for places that take only so much: passages are left out before releases are, and what is left
out is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from notifiers.looks.plain import Piece, count, short
from notifiers.looks.view import Later, Publisher, Quote, Release, View, items, view
from presswatch.digests.model import Digest
from presswatch.releases.difference import Span

Message = TypeVar("Message")

_LONGEST_LINK = 1_000
_LONGEST_QUOTE = 600
_LONGEST_WHY = 300
_LONGEST_NAME = 120
_MOST_PUBLISHERS = 8
_MOST_RELEASES = 60  # of which none has a passage
_FEW = 5


def fitting(digest: Digest, build: Callable[[View], Message], fits: Callable[[Message], bool]) -> Message:
    """The fullest message about the digest that fits: with all passages, with one for each release, with
    none; then with fewer and fewer releases.
    """
    message = None
    for shown in _ever_shorter(digest):
        message = build(shown)
        if fits(message):
            return message
    if message is None:
        raise AssertionError("there is always a shortest form")
    return message


def briefest(digest: Digest) -> View:
    """The shortest form that lists every entry by its title: what has no room in this comes in parts."""
    return _trimmed(view(digest), _none)


def also_published(release: Release) -> str:
    """``Also published by River Clinic, Harbour House and 3 more``; empty if nobody else did."""
    if not release.others:
        return ""
    return f"Also published by {_names(release.others, release.more_others)}"


def now_also(later: Later) -> str:
    """``Now also: River Clinic, Harbour House``."""
    return f"Now also: {_names(later.publishers, later.more)}"


def byline(release: Release) -> str:
    """``River Clinic · 25 November 2026 · Mentioned again``."""
    return " · ".join(part for part in (release.publisher, release.date, release.badge) if part)


def heading(name: str, total: int) -> str:
    """``Secure Communities (3)``."""
    return f"{name} ({total})"


def empty_note(shown: View) -> str:
    """What a digest without anything to tell says; empty for one that tells something."""
    if shown.parts or shown.later or shown.turned or shown.cut:
        return ""
    unread = " Some feeds could not be read; what they hold will be read when they answer again."
    return f"No release in this time mentions the programs you follow.{unread if shown.unread else ''}"


def foot(shown: View) -> str:
    """Coverage, and how much of the digest is shown if not all of it."""
    more = (
        (shown.more_later, "story", "stories", "now also published by others"),
        (shown.more_turned, "feed", "feeds", "in trouble or back"),
    )
    left = [
        f"{number} more {one if number == 1 else many} {what}" for number, one, many, what in more if number
    ]
    said = (shown.cut, *left, shown.coverage)
    return " ".join(f"{part}." for part in said if part)


def head(shown: View) -> str:
    """The subscription, the window, for how many digests it stands, and which part of one it is."""
    return " · ".join(part for part in (shown.subscription, shown.window, shown.late, shown.part) if part)


def _ever_shorter(digest: Digest) -> Iterator[View]:
    whole = view(digest)
    for passages in (len, _one, _none):
        yield _trimmed(whole, passages)
    for most in range(min(items(digest) - 1, _MOST_RELEASES), 0, -1):
        yield _cut(_trimmed(view(digest, most), _none), _FEW)
    yield _cut(_trimmed(view(digest, 0), _none), 0)


def _one(quotes: tuple[Quote, ...]) -> int:
    return min(len(quotes), 1)


def _none(quotes: tuple[Quote, ...]) -> int:
    return 0


def _cut(shown: View, most: int) -> View:
    """Without empty parts, and with ``most`` of what is no release; the rest is counted."""
    return replace(
        shown,
        parts=tuple(part for part in shown.parts if part.releases),
        later=shown.later[:most],
        more_later=shown.more_later + max(0, len(shown.later) - most),
        turned=shown.turned[:most],
        more_turned=shown.more_turned + max(0, len(shown.turned) - most),
    )


def _trimmed(shown: View, passages: Callable[[tuple[Quote, ...]], int]) -> View:
    """No single piece of it longer than a place may take."""
    return replace(
        shown,
        subject=short(shown.subject, 200),
        subscription=short(shown.subscription, _LONGEST_NAME),
        headline=short(shown.headline, 140),
        parts=tuple(
            replace(
                part,
                name=short(part.name, _LONGEST_NAME),
                releases=tuple(_shorter(release, passages) for release in part.releases),
            )
            for part in shown.parts
        ),
        later=tuple(_shorter_later(later) for later in shown.later),
        turned=tuple(
            replace(note, publisher=short(note.publisher, _LONGEST_NAME), said=short(note.said, _LONGEST_WHY))
            for note in shown.turned
        ),
    )


def _shorter(release: Release, passages: Callable[[tuple[Quote, ...]], int]) -> Release:
    quotes = release.quotes[: passages(release.quotes)]
    bare = passages is _none
    return replace(
        release,
        link=_usable(release.link),
        publisher=short(release.publisher, _LONGEST_NAME),
        badge=short(release.badge, _LONGEST_NAME),
        others=_few(release.others),
        more_others=release.more_others + max(0, len(release.others) - _MOST_PUBLISHERS),
        quotes=tuple(Quote(_clipped(q.pieces), short(q.why, _LONGEST_WHY)) for q in quotes),
        change=() if bare else _clipped_change(release.change),
        was="" if bare else short(release.was, _LONGEST_QUOTE),
        is_now="" if bare else short(release.is_now, _LONGEST_QUOTE),
    )


def _shorter_later(later: Later) -> Later:
    return replace(
        later,
        link=_usable(later.link),
        publisher=short(later.publisher, _LONGEST_NAME),
        publishers=_few(later.publishers),
        more=later.more + max(0, len(later.publishers) - _MOST_PUBLISHERS),
    )


def _few(publishers: tuple[Publisher, ...]) -> tuple[Publisher, ...]:
    return tuple(
        Publisher(short(each.name, _LONGEST_NAME), _usable(each.link))
        for each in publishers[:_MOST_PUBLISHERS]
    )


def _usable(link: str | None) -> str | None:
    return link if link and len(link) <= _LONGEST_LINK else None


def _clipped(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """As many of the pieces as are short enough together, the last one cut."""
    kept: list[Piece] = []
    left = _LONGEST_QUOTE
    for piece in pieces:
        if len(piece.text) > left:
            return (*kept, Piece(f"{piece.text[:left].rstrip()} …", piece.marked))
        kept.append(piece)
        left -= len(piece.text)
    return tuple(kept)


def _clipped_change(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    clipped = _clipped(tuple(Piece(span.text) for span in spans))
    return tuple(replace(span, text=piece.text) for span, piece in zip(spans, clipped, strict=False))


def _names(publishers: tuple[Publisher, ...], more: int) -> str:
    names = ", ".join(publisher.name for publisher in publishers)
    return f"{names} and {count(more, 'other')}" if more else names
