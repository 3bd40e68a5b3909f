"""One story, many publishers: the same text by several organisations is told once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar

from presswatch.matching.normalise import normalise

_SHINGLE = 5
_LEAST_SHINGLES = 30
_OF_THE_SHORTER = 0.7
_OF_THE_LONGER = 0.5


class Text(Protocol):
    """What a story is made of: a text and who published it."""

    @property
    def text(self) -> str: ...
    @property
    def publisher(self) -> str: ...


T = TypeVar("T", bound=Text)


def group_stories(releases: Sequence[T]) -> list[list[T]]:
    """Group the releases of different publishers whose texts are nearly the same.

    Two are one story if they share seven tenths of the five-word sequences of the shorter one and half of
    those of the longer one (Broder 1997, containment), so that each one's own contacts and boilerplate
    don't matter, and boilerplate in common doesn't suffice. Texts of fewer than about 34 words are too
    short to tell. Order is kept: a story stands where its first release does.
    """
    stories: list[list[T]] = []
    shingles: list[set[int]] = []
    holders: dict[int, list[int]] = defaultdict(list)
    for release in releases:
        own = _shingles(release.text)
        shared = Counter(story for shingle in own for story in holders.get(shingle, ()))
        for story, count in shared.most_common():
            others = {other.publisher for other in stories[story]}
            if release.publisher not in others and _alike(count, len(own), len(shingles[story])):
                stories[story].append(release)
                break
        else:
            for shingle in own:
                holders[shingle].append(len(stories))
            stories.append([release])
            shingles.append(own)
    return stories


def _shingles(text: str) -> set[int]:
    words = normalise(text).split()
    return {hash(tuple(words[place : place + _SHINGLE])) for place in range(len(words) - _SHINGLE + 1)}


def _alike(shared: int, one: int, other: int) -> bool:
    shorter, longer = sorted((one, other))
    return shorter >= _LEAST_SHINGLES and shared >= max(_OF_THE_SHORTER * shorter, _OF_THE_LONGER * longer)
