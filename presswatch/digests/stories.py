"""One story, many publishers: the same text by several organisations is told once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from presswatch.matching.normalise import normalise

_SHINGLE = 5
_LEAST_SHINGLES = 30
_SHARED = 0.6


class Text(Protocol):
    """What a story is made of: a text and who published it."""

    @property
    def text(self) -> str: ...
    @property
    def publisher(self) -> str: ...


T = TypeVar("T", bound=Text)


def group_stories(releases: Sequence[T]) -> list[list[T]]:
    """Group the releases of different publishers whose texts are nearly the same.

    Two are one story if they share three fifths of the five-word sequences of the shorter one
    (Broder 1997, containment), so that each one's own contacts and boilerplate don't matter. Texts of
    fewer than about 34 words are too short to tell. Order is kept: a story stands where its first
    release does.
    """
    stories: list[tuple[set[int], list[T]]] = []
    for release in releases:
        shingles = _shingles(release.text)
        for known, story in stories:
            if all(release.publisher != other.publisher for other in story) and _alike(shingles, known):
                story.append(release)
                break
        else:
            stories.append((shingles, [release]))
    return [story for _, story in stories]


def _shingles(text: str) -> set[int]:
    words = normalise(text).split()
    return {hash(tuple(words[place : place + _SHINGLE])) for place in range(len(words) - _SHINGLE + 1)}


def _alike(one: set[int], other: set[int]) -> bool:
    shorter = min(len(one), len(other))
    return shorter >= _LEAST_SHINGLES and len(one & other) >= _SHARED * shorter
