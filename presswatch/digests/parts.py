"""A digest in parts: where a channel's messages hold less than a digest tells, it is frozen as several.

What nobody could read isn't told, so nothing is left out of a message and counted as told: what has no room
in the first part goes into a second one. Each part is a digest of its own, with deliveries of its own, so
that one which fails is sent again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from presswatch.digests.model import Digest, DigestItem, PartOf
from presswatch.digests.owed import Owed

Fits = Callable[[Digest], bool]
"""Whether one message of a channel shows each entry of the digest, by its title at least."""

_WIDEST = PartOf(999, 999, 999_999)
"""For measuring: how many parts there will be isn't known yet, and their numbers must not take more room."""


def entries(digest: Digest) -> int:
    """How much the digest tells: releases (one under two programs is two), stories with later publishers, and
    feeds that turned.
    """
    told = sum(len(section.items) for section in digest.sections)
    return told + len(digest.also) + len(digest.coverage.turned)


def in_parts(digest: Digest, fits: Fits) -> tuple[Digest, ...]:
    """The digest in the fewest parts that fit, in its order; itself, if it fits as it is.

    A part holds one entry at least, however long. Where not even a part without entries fits, the channel is
    one whose messages hold no list at all (an SMS): then the digest stays whole, and its head is all that is
    told.
    """
    count = entries(digest)
    if count <= 1 or fits(digest) or not fits(_between(digest, 0, 0)):
        return (digest,)
    bounds = [0]
    while bounds[-1] < count:
        start = bounds[-1]
        likely = 2 * (start - bounds[-2]) if len(bounds) > 1 else count
        bounds.append(start + _most(digest, start, min(count - start, likely), fits))
    whole = digest.releases
    parts = tuple(
        replace(_between(digest, start, stop), part=PartOf(number, len(bounds) - 1, whole))
        for number, (start, stop) in enumerate(pairwise(bounds), 1)
    )
    return parts if len(parts) > 1 else (digest,)


def told_in(parts: Sequence[Digest], told: Sequence[Owed]) -> list[list[Owed]]:
    """Of what the digest tells, which is told in each part. Each is in one: where its release stands as the
    item itself, or among those that published the same text.
    """
    shared: list[list[Owed]] = [[] for _ in parts]
    places = [
        {(section.program, key) for section in part.sections for item in section.items for key in _keys(item)}
        for part in parts
    ]
    for one in told:
        wanted = ((one.program, (one.release_id, kind)) for kind in (one.kind, "also"))
        found = (place for key in wanted for place, holds in enumerate(places) if key in holds)
        shared[next(found, 0)].append(one)
    return shared


def _keys(item: DigestItem) -> list[tuple[int, str]]:
    return [(item.release_id, item.kind), *((other.release_id, "also") for other in item.others)]


def _most(digest: Digest, start: int, limit: int, fits: Fits) -> int:
    """How many entries from ``start`` on fit into a part, of ``limit`` at most; one at least."""
    most, too_many = 1, limit + 1
    while too_many - most > 1:
        number = (most + too_many) // 2
        if fits(_between(digest, start, start + number)):
            most = number
        else:
            too_many = number
    return most


def _between(digest: Digest, start: int, stop: int) -> Digest:
    """The part with the entries from ``start`` up to ``stop``. A chart stands where its section begins."""
    sections = []
    position = 0
    for section in digest.sections:
        first, last = max(start - position, 0), max(stop - position, 0)
        if items := section.items[first:last]:
            sections.append(replace(section, items=items, weeks=() if first else section.weeks))
        position += len(section.items)
    also = digest.also[max(start - position, 0) : max(stop - position, 0)]
    position += len(digest.also)
    turned = digest.coverage.turned[max(start - position, 0) : max(stop - position, 0)]
    coverage = replace(digest.coverage, turned=turned)
    return replace(digest, sections=tuple(sections), also=also, coverage=coverage, part=_WIDEST)
