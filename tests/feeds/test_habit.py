"""From when on a feed's silence is longer than usual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.feeds.habit import silent_from

START = datetime(2026, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def days(*numbers: int) -> list[datetime]:
    """Moments, by the days after the start."""
    return [START + timedelta(days=number) for number in numbers]


CASES = {
    "three times the longest pause": (days(0, 10, 12, 14, 16), 16 + 30),
    "in any order": (days(16, 0, 14, 10, 12), 16 + 30),
    "two weeks at least": (days(0, 1, 2, 3, 4), 4 + 14),
    "all on one day": (days(0, 0, 0, 0, 0), 14),
}


@pytest.mark.parametrize(("dates", "day"), CASES.values(), ids=CASES)
def test_silence_begins_beyond_the_habit(dates: list[datetime], day: int) -> None:
    """Counted from the last release."""
    assert silent_from(dates, LONG_AGO) == START + timedelta(days=day)


def test_of_few_releases_no_habit_is_told() -> None:
    """Four are too few, five enough."""
    assert silent_from(days(0, 1, 2, 3), LONG_AGO) is None
    assert silent_from([], LONG_AGO) is None
    assert silent_from(days(0, 1, 2, 3, 4), LONG_AGO) is not None


def test_a_feed_is_not_silent_on_the_day_that_it_is_added() -> None:
    """One that has said nothing for years has two weeks from its first reading on."""
    added = START + timedelta(days=900)
    assert silent_from(days(0, 1, 2, 3, 4), added) == added + timedelta(days=14)


@given(st.lists(st.integers(0, 2000), min_size=5, max_size=30), st.integers(1, 100))
def test_a_pause_that_the_feed_has_made_before_is_no_silence(numbers: list[int], since: int) -> None:
    """Whatever its habits were."""
    dates = days(*sorted(numbers))
    moment = silent_from(dates, START + timedelta(days=since))
    pauses = [later - earlier for earlier, later in pairwise(dates)]
    assert moment is not None
    assert moment > dates[-1] + max(pauses)
