"""One story, many publishers: whether two texts are nearly the same, and how to look for such texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from heapq import nsmallest
from zlib import crc32

from presswatch.matching.normalise import normalise

_SHINGLE = 5
_LEAST_SHINGLES = 30
_OF_THE_SHORTER = 0.7
_OF_THE_LONGER = 0.5

SAMPLE = 64
"""How many of a text's shingles are kept to look for it by."""

_OWN_PARTS = frozenset({"contacts", "boilerplate", "signatories", "dateline", "embargo", "end-mark"})
"""The parts that each publisher of a joint statement writes for itself."""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Who published a release: the publisher, and the ``hosts`` (:func:`presswatch.feeds.keys.host_in`)
    of its link and of the feeds that showed it; none where no feed that showed it is read any more.
    """

    publisher: str
    hosts: frozenset[str] = frozenset()

    def is_beside(self, other: Newsroom) -> bool:
        """Whether these are two newsrooms, which may publish one story: two publishers, or two chapters under
        one name, which share no host. What one newsroom publishes twice (a bulletin each week, much like the
        last) is two stories; so it is where only one of the hosts is still read, for then it has moved.
        """
        if self.publisher != other.publisher:
            return True
        return bool(self.hosts and other.hosts) and self.hosts.isdisjoint(other.hosts)


def common_text(text: str, parts: Iterable[tuple[str, int, int]]) -> str:
    """The text without the ``parts`` (kind, start, end) that are each publisher's own."""
    return "\n".join(text[start:end] for start, end in kept_pieces(len(text), parts))


def kept_pieces(length: int, parts: Iterable[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text of that length stand that are left without each publisher's own parts."""
    position = 0
    for kind, start, end in sorted(parts, key=lambda part: part[1:]):
        if kind in _OWN_PARTS:
            yield position, max(start, position)
            position = max(end, position)
    yield position, length


def shingles(text: str) -> frozenset[int]:
    """The text's five-word sequences, each as a number that is the same on every machine and day.

    Case, quotes, dashes and white space don't matter. Texts of fewer than about 34 words are too short to
    tell and have none.
    """
    words = normalise(text).split()
    found = frozenset(
        crc32(" ".join(words[place : place + _SHINGLE]).encode())
        for place in range(len(words) - _SHINGLE + 1)
    )
    return found if len(found) >= _LEAST_SHINGLES else frozenset()


def sample(of: Set[int]) -> list[int]:
    """The lowest few: texts that share many shingles share many of these (Broder 1997, bottom-k sketch)."""
    return nsmallest(SAMPLE, of)


def least_shared(size: int) -> int:
    """How many of a sample of that size a text must share to be worth a closer look.

    Nearly the same texts share at least half of the longer one's shingles, and so, give or take, of its
    sample; at a quarter, to miss one is as likely as four standard deviations.
    """
    return max(1, size // 4)


def alike(one: Set[int], other: Set[int]) -> bool:
    """Whether two texts, given as :func:`shingles`, are nearly the same.

    They are if they share seven tenths of the five-word sequences of the shorter one and half of those of
    the longer one (Broder 1997, containment), so that each one's own contacts and boilerplate don't
    matter, and boilerplate in common doesn't suffice.
    """
    shorter, longer = sorted((len(one), len(other)))
    needed = max(_OF_THE_SHORTER * shorter, _OF_THE_LONGER * longer)
    return shorter >= _LEAST_SHINGLES and len(one & other) >= needed
