"""When subscribers are told: not at night, not too often, and of a quiet week if they want to know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.cycle import load_ready
from tests.pipeline.test_cycle import ALIAS, cycle
from tests.support.feeds import item, rss
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

EVENING = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Desk = Callable[..., Callable[..., int]]


@pytest.fixture
def desk(site: Site, hook: Receiver, tmp_path: Path) -> Desk:
    """Makes a subscription, and gives a cycle: so many hours later, so many releases are out; what it says
    is how many digests went.
    """

    def subscribe(**options: Any) -> Callable[..., int]:
        feed = site.publish("/feed", rss([]))
        config = write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook", **options}],
            fetch='announce_since = "all"',
        )
        watch = load_ready(config)

        def at(hours: float, releases: int) -> int:
            site.publish("/feed", rss([item(number, ALIAS) for number in range(releases, 0, -1)]))
            return cycle(watch, EVENING + hours * HOUR).deliveries.sent

        return at

    return subscribe


def test_what_comes_at_night_is_told_in_the_morning(desk: Desk, hook: Receiver) -> None:
    """In one digest, which says since when."""
    at = desk(quiet_hours="22:00-07:00", timezone="UTC")
    assert [at(0, 1), at(2, 2), at(5, 3), at(10, 4)] == [1, 0, 0, 0]
    assert at(11, 4) == 1
    assert [title for _, title in hook.told()] == ["Release 1", "Release 4", "Release 3", "Release 2"]
    assert hook.received[1][1]["since"] == "2026-11-25T20:00:00Z"
    assert at(12, 4) == 0


def test_a_burst_becomes_one_message(desk: Desk, hook: Receiver) -> None:
    """The first goes out at once; what follows it soon waits and goes together."""
    at = desk(at_most_every="2h")
    assert [at(0, 1), at(0.5, 2), at(1, 3), at(1.5, 4)] == [1, 0, 0, 0]
    assert at(2, 4) == 1
    assert len(hook.told()) == 4
    assert at(2.5, 5) == 0
    assert at(4, 5) == 1


def test_a_quiet_week_can_be_told(desk: Desk, hook: Receiver) -> None:
    """With its coverage; only at its time."""
    at = desk(schedule="0 21 * * *", timezone="UTC", empty="send")
    assert [at(0, 0), at(1, 0), at(2, 0)] == [0, 1, 0]
    ((_, told),) = hook.received
    assert (told["subject"], told["releases"]) == ("No new mentions", 0)
    assert (told["coverage"]["feeds"], told["coverage"]["read"]) == (1, 1)
    assert at(25, 1) == 1


def test_else_a_quiet_week_is_quiet(desk: Desk, hook: Receiver) -> None:
    """Nothing is sent."""
    at = desk(schedule="0 21 * * *", timezone="UTC")
    assert [at(0, 0), at(1, 0), at(25, 0)] == [0, 0, 0]
    assert hook.received == []


def test_a_digest_says_for_how_many_it_stands(desk: Desk, hook: Receiver) -> None:
    """After three days without a cycle one digest comes, for three."""
    at = desk(schedule="0 21 * * *", timezone="UTC")
    assert [at(0, 0), at(1, 1)] == [0, 1]
    assert at(73.5, 2) == 1
    assert [told["moments"] for _, told in hook.received] == [1, 3]
