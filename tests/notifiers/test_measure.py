"""How much of a long digest is shown."""

from __future__ import annotations

import pytest

from notifiers.looks.measure import MOST_BYTES, MOST_RELEASES, fitting, shares


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


@pytest.mark.parametrize("each", [10, 500, 3_000, 20_000])
def test_as_much_is_drawn_as_fits(each: int) -> None:
    """Not more than mail readers show, and not much less, in a few drawings."""
    drawn: list[int] = []

    def draw(number: int) -> tuple[int, str]:
        drawn.append(number)
        return number, "x" * (6_000 + number * each)

    number, page = fitting(350, draw)
    assert len(page) <= MOST_BYTES
    assert number == min(MOST_RELEASES, (MOST_BYTES - 6_000) // each)
    assert len(drawn) <= 4


def test_one_release_is_shown_however_long() -> None:
    """A mail that shows nothing would tell nothing."""
    assert fitting(9, lambda number: (number, "é" * 70_000 * number))[0] == 1
    assert fitting(0, lambda number: (number, "x" * 200_000))[0] == 0


def test_uneven_releases_fit_too() -> None:
    """The first ones may be much longer than the rest, or much shorter."""
    for lengths in ([20_000] * 4 + [100] * 300, [100] * 300 + [20_000] * 20):
        number, page = fitting(len(lengths), lambda n, lengths=lengths: (n, "x" * sum(lengths[:n])))
        assert 1 < number < len(lengths) or len(page) <= MOST_BYTES
        assert len(page) <= MOST_BYTES
