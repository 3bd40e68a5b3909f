"""How a message that can't show all of a digest shares its room."""

from __future__ import annotations

import pytest

from notifiers.looks.measure import shares


@pytest.mark.parametrize(
    ("sizes", "most", "shown"),
    [
        ((), 5, ()),
        ((3, 1), 9, (3, 1)),
        ((200, 1), 10, (9, 1)),
        ((200, 200, 2), 8, (3, 3, 2)),
        ((4, 4), 3, (2, 1)),
        ((4, 4), 0, (0, 0)),
    ],
)
def test_programs_share_the_room_evenly(sizes: tuple[int, ...], most: int, shown: tuple[int, ...]) -> None:
    """One that is in all the news leaves room for the others; what they don't need, it takes."""
    assert shares(sizes, most) == shown
