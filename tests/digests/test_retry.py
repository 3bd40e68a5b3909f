"""When a delivery is tried again, and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.digests.retry import GIVE_UP_AFTER, LEAST_ATTEMPTS, next_attempt

CREATED = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 20), (4, 60), (5, 180), (6, 360), (7, 360), (100, 360)]
)
def test_the_pause_grows_up_to_a_limit(attempts: int, minutes: int) -> None:
    """The first failure is followed up in a minute, the later ones ever more slowly."""
    assert next_attempt(CREATED, attempts, CREATED) == CREATED + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("age", "given_up"),
    [
        (timedelta(0), False),
        (timedelta(days=4), False),
        (GIVE_UP_AFTER - timedelta(seconds=1), False),
        (GIVE_UP_AFTER, True),
        (timedelta(days=30), True),
    ],
)
def test_a_delivery_is_given_up_after_days(age: timedelta, given_up: bool) -> None:
    """Its age ends a delivery that was tried often enough."""
    for attempts in (LEAST_ATTEMPTS, 50):
        assert (next_attempt(CREATED, attempts, CREATED + age) is None) is given_up


def test_a_machine_that_slept_still_tries() -> None:
    """A week of sleep after the first failure gives nothing up."""
    assert next_attempt(CREATED, 2, CREATED + timedelta(days=7)) is not None


def test_a_server_that_is_down_for_four_days_gets_its_mail() -> None:
    """From first failure to giving up lie at least as many days as mail servers keep trying."""
    now, attempts = CREATED, 0
    while True:
        attempts += 1
        following = next_attempt(CREATED, attempts, now)
        if following is None:
            break
        now = following
    assert now - CREATED >= timedelta(days=4)
    assert attempts < 40


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(days=10)))
def test_the_next_attempt_lies_ahead(attempts: int, age: timedelta) -> None:
    """Nothing is tried again at once, and nothing later than in six hours."""
    now = CREATED + age
    following = next_attempt(CREATED, attempts, now)
    if following is not None:
        assert timedelta(minutes=1) <= following - now <= timedelta(hours=6)
