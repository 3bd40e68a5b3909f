"""How much a mail holds: as much as mail readers show without cutting it themselves."""

from __future__ import annotations

from collections.abc import Sequence

MOST_BYTES = 96_000
"""Gmail shows the first 102 KB of a message's HTML, and hides the rest behind a link; what servers on the way
add to it counts too.
"""

MOST_RELEASES = 150
"""More than this fit into no mail, and need not be tried: with a link and a reason each takes 640 bytes."""


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
