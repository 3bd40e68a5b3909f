"""How much of a long digest a mail shows: as much as mail readers show without cutting it themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

MOST_BYTES = 96_000
"""Gmail shows the first 102 KB of a message's HTML, and hides the rest behind a link; what servers on the way
add to it counts too.
"""

MOST_RELEASES = 150
"""More than this fit into no mail, and need not be tried: with a link and a reason each takes 640 bytes."""

Shown = TypeVar("Shown")


def shares(sizes: Sequence[int], most: int) -> tuple[int, ...]:
    """How many of each to show if ``most`` are shown in all: as even as can be, so that a program that is in
    all the news leaves room for the others.
    """
    given = [0] * len(sizes)
    left = min(most, sum(sizes))
    while left:
        for place, size in enumerate(sizes):
            if left and given[place] < size:
                given[place] += 1
                left -= 1
    return tuple(given)


def fitting(releases: int, draw: Callable[[int], tuple[Shown, str]]) -> tuple[Shown, str]:
    """What ``draw`` makes of as many releases as fit, and the page, but of one at least, if there is one.

    A page grows with the number more or less evenly, so that few are drawn on the way.
    """
    number = min(releases, MOST_RELEASES)
    least = None
    while True:
        shown, page = draw(number)
        size = len(page.encode())
        if size <= MOST_BYTES or number <= 1:
            return shown, page
        if least is None:
            least = len(draw(0)[1].encode())
        fit = number * (MOST_BYTES - least) // (size - least) if size > least else 0
        number = max(1, min(number - 1, fit))
