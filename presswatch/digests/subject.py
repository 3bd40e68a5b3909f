"""A digest's subject: what is inside, in a line."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch.digests.health import FeedTurn


def count_subject(counts: Sequence[tuple[str, int, int]]) -> str:
    """Of each program (name, releases that mention it, releases out of which an edit took it):
    ``Secure Communities: 3 releases, 287(g): 1, DACA: taken out of 1``.
    """
    said: list[str] = []
    for name, mention, removed in counts:
        unit = "" if said else _plural(mention or removed)
        told = [f"{mention}{unit}"] if mention else []
        told += [f"taken out of {removed}{'' if mention else unit}"] if removed else []
        said.append(f"{name}: {', '.join(told)}")
    return ", ".join(said)


def _plural(number: int) -> str:
    return " release" if number == 1 else " releases"


def health_subject(turned: Sequence[FeedTurn]) -> str:
    """``Feed trouble: River Clinic stopped answering and 2 more``, or ``River Clinic is back``."""
    bad = [turn for turn in turned if turn.is_bad]
    first = (bad or turned)[0]
    more = f" and {len(bad or turned) - 1} more" if len(bad or turned) > 1 else ""
    if bad:
        return f"Feed trouble: {first.publisher} {first.what}{more}"
    return f"{first.publisher}{more} {'are' if more else 'is'} back"
