"""The machine's clock, judged by what it has shown before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from presswatch.clock import Clock, read_clock

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def shown(*days: float) -> Clock:
    """What is known after runs at these days from the start."""
    clock: Clock | None = None
    for day in days:
        clock = read_clock(clock, START + day * DAY)
    assert clock is not None
    return clock


@dataclass(frozen=True)
class Case:
    """Runs at these days; what is believed then, and whether the last run puts something right."""

    runs: tuple[float, ...]
    steady: float
    put_right: bool = False


CASES = {
    "the first run": Case((0,), 0),
    "time goes on": Case((0, 0.1, 0.5, 1.4), 1.4),
    "ahead for one run": Case((0, 30), 0),
    "ahead for one run, and back": Case((0, 30, 0.1), 0, put_right=True),
    "ahead for some runs, and back": Case((0, 30, 30.1, 30.2, 0.5), 0, put_right=True),
    "ahead, and back, and on": Case((0, 30, 0.1, 0.2), 0.2),
    "a machine that slept": Case((0, 30, 30.5), 0),
    "a machine that slept, a day later": Case((0, 30, 30.5, 31), 31),
    "a run a week": Case((0, 7, 14, 21), 14),
    "a run a day, by a clock that wanders": Case((0, 1.001, 2, 3.001), 2),
    "ahead for long, and back": Case((0, 30, 30.5, 31, 2), 31),
    "ahead for long, and back for a day": Case((0, 30, 30.5, 31, 2, 2.5, 3), 3, put_right=True),
    "ahead from the first run on": Case((30, 0, 0.5), 30),
    "ahead from the first run on, and back for a day": Case((30, 0, 0.5, 1), 1, put_right=True),
    "behind for one run": Case((0, 0.1, -3000), 0.1),
    "behind for one run, and back": Case((0, 0.1, -3000, 0.2), 0.2),
    "adjusted by a second": Case((0, 0.1, 0.1 - 1 / 86_400), 0.1),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_believed(case: Case) -> None:
    """A jump that is undone is plain at once; whatever stays is believed after a day; one run is nothing."""
    clock = shown(*case.runs)
    assert (clock.steady - START) / DAY == pytest.approx(case.steady)
    last = START + case.runs[-1] * DAY
    assert (clock.set_back == last) is case.put_right


def test_what_it_had_shown_is_kept() -> None:
    """So that a person can be told until when the clock was ahead, and the run before is known."""
    clock = shown(0, 30, 0.1)
    assert clock.ahead == START + 30 * DAY
    assert not clock.is_ahead_of(START + 0.1 * DAY)
    later = read_clock(clock, START + 0.2 * DAY)
    assert (later.ahead, later.previous) == (clock.ahead, START + 0.1 * DAY)
    assert shown(0, 30).is_ahead_of(START + HOUR)
