"""Feeds that turn bad and mend: what is told, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from presswatch.digests.health import FeedTurn, HealthChange, needs_a_digest, turns
from presswatch.watch import AT_ONCE, Subscription

START = datetime(2026, 11, 25, 12, tzinfo=UTC)


def changes(*healths: str, feed: int = 1) -> list[HealthChange]:
    """A feed's changes, an hour apart, from the first of these."""
    return [
        HealthChange(
            feed, f"Clinic {feed}", f"https://{feed}.example/", START + timedelta(hours=n), now, was, now
        )
        for n, (was, now) in enumerate(pairwise(healths))
    ]


@pytest.mark.parametrize(
    ("healths", "told"),
    [
        (("well", "failing"), ("failing", 0)),
        (("failing", "well"), ("well", 0)),
        (("well", "failing", "gone"), ("gone", 0)),
        (("well", "failing", "well"), None),
        (("failing", "well", "failing"), None),
        (("well", "failing", "well", "silent"), ("silent", 2)),
        (("well", "silent", "failing", "silent"), ("silent", 0)),
    ],
)
def test_what_changes_come_to(healths: tuple[str, ...], told: tuple[str, int] | None) -> None:
    """A feed is told as it is now, if that differs from what was told last, and since when it does."""
    found = [(turn.health, (turn.since - START) // timedelta(hours=1)) for turn in turns(changes(*healths))]
    assert found == ([told] if told else [])


def test_feeds_in_trouble_come_first() -> None:
    """Each feed is judged by itself, the bad before the mended."""
    mixed = [*changes("failing", "well", feed=1), *changes("well", "failing", feed=3)]
    mixed += changes("well", "gone", feed=2)
    assert [(turn.publisher, turn.is_bad) for turn in turns(mixed)] == [
        ("Clinic 2", True),
        ("Clinic 3", True),
        ("Clinic 1", False),
    ]


@pytest.mark.parametrize(
    ("options", "hours", "needed"),
    [
        ({"schedule": AT_ONCE}, 1, False),
        ({"schedule": AT_ONCE}, 24, True),
        ({"schedule": "0 8 * * *"}, 0, True),
        ({"schedule": "0 8 * * *", "health": False}, 48, False),
        ({"schedule": AT_ONCE, "health": False}, 48, False),
    ],
)
def test_when_trouble_is_told_by_itself(options: dict[str, Any], hours: int, needed: bool) -> None:
    """With a schedule's next time; at once after a day; never to who doesn't want it."""
    subscription = Subscription(id="s", channel="c", **options)
    turn = FeedTurn("Clinic", "https://c.example/", START, "failing", "HTTP 503")
    assert needs_a_digest(subscription, [turn], START + timedelta(hours=hours)) is needed
    assert not needs_a_digest(subscription, [], START)
