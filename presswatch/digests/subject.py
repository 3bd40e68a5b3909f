"""A digest's subject: what is inside, in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch.digests.health import FeedTurn

_LONGEST = 120  # characters; mail readers show 40 to 100 of them


@dataclass(frozen=True, slots=True)
class Count:
    """Of a program: how many releases mention it, how many of those only since an edit, and out of how many
    others an edit took it.
    """

    name: str
    mention: int
    updated: int = 0
    removed: int = 0


def count_subject(counts: Sequence[Count]) -> str:
    """``Secure Communities: 3 releases (1 updated), 287(g): 1, DACA: taken out of 1``.

    Programs for which there is no room are counted: ``… and 5 more programs``. The first is always named.
    """
    said: list[str] = []
    for of in counts:
        unit = "" if said else _plural(of.mention or of.removed, "release")
        updated = f" ({f'{of.updated} ' if of.updated < of.mention else ''}updated)" if of.updated else ""
        told = [f"{of.mention}{unit}{updated}"] if of.mention else []
        told += [f"taken out of {of.removed}{'' if of.mention else unit}"] if of.removed else []
        said.append(f"{of.name}: {', '.join(told)}")
    named = len(said)
    while named > 1 and len(_joined(said, named)) > _LONGEST:
        named -= 1
    return _joined(said, named)


def also_subject(stories: int) -> str:
    """``Now also published by others: 3 stories``."""
    return f"Now also published by others: {stories}{' story' if stories == 1 else ' stories'}"


def part_subject(subject: str, number: int, of: int) -> str:
    """``Secure Communities: 75 releases (1 of 2)``; a long subject is cut, so that this stays at its end."""
    short = subject if len(subject) <= _LONGEST else f"{subject[: _LONGEST - 2].rstrip()} …"
    return f"{short} ({number} of {of})"


def _joined(said: Sequence[str], named: int) -> str:
    left = len(said) - named
    return ", ".join(said[:named]) + (f" and {left} more{_plural(left, 'program')}" if left else "")


def _plural(number: int, noun: str) -> str:
    return f" {noun}" if number == 1 else f" {noun}s"


def health_subject(turned: Sequence[FeedTurn]) -> str:
    """``Feed trouble: River Clinic stopped answering and 2 more``, or ``River Clinic is back``."""
    bad = [turn for turn in turned if turn.is_bad]
    first = (bad or turned)[0]
    more = f" and {len(bad or turned) - 1} more" if len(bad or turned) > 1 else ""
    if bad:
        kind = "Feed trouble: " if first.url else ""  # what has no address is Presswatch itself
        return f"{kind}{first.publisher} {first.what}{more}"
    return f"{first.publisher}{more} {'are' if more else 'is'} back"
