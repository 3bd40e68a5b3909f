"""When a feed is asked again: its interval, what it and its server want, how fast it rolls, its troubles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.feeds.pace import DAY, Pace, after_failure, after_success, roll_of
from presswatch.feeds.values import PaceHints

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
HALF_HOUR = 1800.0
HOUR = 3600.0

WAITS = {
    "its interval, less a tenth": (Pace(HALF_HOUR), 0.9 * HALF_HOUR),
    "always": (Pace(0), 0),
    "always, whatever it wants": (Pace(0, PaceHints(ttl=3600), fresh_for=7200), 0),
    "a ttl within the interval": (Pace(HALF_HOUR, PaceHints(ttl=60)), 0.9 * HALF_HOUR),
    "a ttl": (Pace(HALF_HOUR, PaceHints(ttl=3600)), 0.9 * HOUR),
    "what the server calls fresh": (Pace(HALF_HOUR, fresh_for=HOUR), 0.9 * HOUR),
    "the longer wish of two": (Pace(HALF_HOUR, PaceHints(ttl=2400), fresh_for=HOUR), 0.9 * HOUR),
    "no more than four intervals": (Pace(HALF_HOUR, PaceHints(ttl=86_400)), 0.9 * 2 * HOUR),
    "no more than six hours": (Pace(4 * HOUR, PaceHints(ttl=86_400)), 0.9 * 6 * HOUR),
    "an interval beyond six hours stays": (Pace(12 * HOUR, PaceHints(ttl=86_400)), 0.9 * 12 * HOUR),
    "half of the time in which it rolls": (Pace(HALF_HOUR, roll=1200), 0.9 * 600),
    "rolling is heard before wishes": (Pace(HALF_HOUR, PaceHints(ttl=3600), roll=1200), 0.9 * 600),
    "rolling slowly changes nothing": (Pace(HALF_HOUR, roll=HOUR), 0.9 * HALF_HOUR),
    "not more than once a minute": (Pace(HALF_HOUR, roll=10), 0.9 * 60),
    "unless the user wants it": (Pace(30, roll=10), 0.9 * 30),
}


@pytest.mark.parametrize(("pace", "seconds"), WAITS.values(), ids=WAITS)
def test_a_feed_that_answered_is_left_alone_for(pace: Pace, seconds: float) -> None:
    """The wait, in seconds, of each case."""
    assert after_success(pace, NOW) - NOW == timedelta(seconds=seconds)


SKIPS = {
    "the hour that it falls into": ({"skip_hours": (12,)}, "2026-11-25 13:00"),
    "hours in a row": ({"skip_hours": (12, 13, 14)}, "2026-11-25 15:00"),
    "other hours": ({"skip_hours": (11, 13)}, "2026-11-25 12:27"),
    "the day": ({"skip_days": (2,)}, "2026-11-26 00:00"),
    "the day, and hours of the next": ({"skip_days": (2,), "skip_hours": (0, 1)}, "2026-11-26 02:00"),
    "two days, but one at most": ({"skip_days": (2, 3)}, "2026-11-26 12:27"),
    "every hour is no wish": ({"skip_hours": tuple(range(24))}, "2026-11-25 12:27"),
    "every day is no wish": ({"skip_days": tuple(range(7))}, "2026-11-25 12:27"),
}


@pytest.mark.parametrize(("hints", "due"), SKIPS.values(), ids=SKIPS)
def test_a_feed_is_not_asked_when_it_wants_to_be_left_alone(
    hints: dict[str, tuple[int, ...]], due: str
) -> None:
    """The first moment after its interval that is not in an hour or day which it names."""
    wanted = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert after_success(Pace(HALF_HOUR, PaceHints(**hints)), NOW) == wanted  # type: ignore[arg-type]


def wait(
    failures: int, *, interval: float = HALF_HOUR, seed: str = "https://h.example/feed", **told: float | bool
) -> float:
    """Seconds until a feed that failed so often is asked again."""
    due = after_failure(Pace(interval), failures, NOW, seed=seed, **told)  # type: ignore[arg-type]
    return (due - NOW).total_seconds()


def test_a_first_failure_costs_no_more_than_the_interval() -> None:
    """One error proves nothing."""
    assert wait(1) == 0.9 * HALF_HOUR


@pytest.mark.parametrize("failures", range(2, 7))
def test_each_further_failure_doubles_the_wait(failures: int) -> None:
    """A fifth more or less, by chance."""
    doubled = HALF_HOUR * 2 ** (failures - 1)
    waits = {wait(failures, seed=f"https://newsroom{number}.example/feed") for number in range(50)}
    assert len(waits) > 40
    assert 0.8 * doubled <= min(waits) < 0.9 * doubled
    assert 1.1 * doubled < max(waits) <= 1.2 * doubled


def test_chance_is_the_same_each_time() -> None:
    """The same feed and number of failures give the same moment, in any process."""
    assert wait(4) == wait(4)
    assert wait(4) != wait(4, seed="https://h.example/other")


@given(st.integers(1, 10**6), st.floats(0, 10 * DAY), st.one_of(st.none(), st.floats(0, 10 * DAY)))
def test_a_feed_that_fails_is_asked_once_a_day_at_least(
    failures: int, interval: float, retry_after: float | None
) -> None:
    """However often it failed, whatever the interval, and whatever its server asks for."""
    seconds = wait(failures, interval=interval, retry_after=retry_after)  # type: ignore[arg-type]
    assert 0 <= seconds <= DAY
    assert retry_after is None or seconds >= min(retry_after, DAY) - 1e-6


def test_a_feed_that_is_gone_is_asked_once_a_week() -> None:
    """From the third time on: a single 410 is like any failure."""
    assert wait(1, gone=True) == wait(1)
    assert wait(2, gone=True) == wait(2)
    assert wait(3, gone=True) == wait(300, gone=True) == 7 * DAY


ROLLS = {
    "half of it within an hour": (None, 10, 5, HOUR, HOUR),
    "all of it within an hour": (None, 10, 10, HOUR, HOUR / 2),
    "one of ten within an hour": (None, 10, 1, HOUR, 5 * HOUR),
    "faster is believed at once": (5 * HOUR, 10, 10, HOUR, HOUR / 2),
    "slower by half": (HOUR, 10, 1, HOUR, 3 * HOUR),
    "nothing new, a tenth slower": (HOUR, 10, 0, HOUR, 1.1 * HOUR),
    "nothing new, nothing known": (None, 10, 0, HOUR, None),
    "an empty feed says nothing": (HOUR, 0, 0, HOUR, HOUR),
    "no time has passed": (HOUR, 10, 5, 0, HOUR),
    "a year is the most": (365 * DAY, 10, 0, HOUR, 365 * DAY),
}


@pytest.mark.parametrize(("previous", "shown", "new", "elapsed", "roll"), ROLLS.values(), ids=ROLLS)
def test_the_time_in_which_half_of_a_feed_is_replaced(
    previous: float | None, shown: int, new: int, elapsed: float, roll: float | None
) -> None:
    """From what was known before, and what this reading showed."""
    assert roll_of(previous, shown=shown, new=new, elapsed=elapsed) == (roll and pytest.approx(roll))
