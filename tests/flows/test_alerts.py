"""Who runs Presswatch is told that runs fail and that they work again, once each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.loader import load
from flows.reporting.alerts import note_failure, note_success
from flows.reporting.run_state import run_state, state_file
from presswatch.watch import Watch
from tests.support.feeds import item, rss
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def watch(site: Site, hook: Receiver, tmp_path: Path) -> Watch:
    """A watch with alerts by webhook, and no archive yet."""
    return load(
        write_config(
            tmp_path,
            [site.publish("/feed", rss([item(1)]))],
            channels=[{"id": "ops", "type": "webhook", "url": hook.url}],
            serve='alerts = "ops"',
        )
    )


def told(hook: Receiver) -> list[tuple[str, str, str]]:
    """(who, how it is, why) of each alert."""
    return [
        (turn["publisher"], turn["health"], turn["reason"])
        for _, payload in hook.received
        for turn in payload["coverage"]["turned"]
    ]


def test_once_a_turn(watch: Watch, hook: Receiver) -> None:
    """Ten failed runs are one message, and so are ten that work."""
    for minute in range(10):
        note_failure(watch, "watch", f"the {minute}th time:\nno feed answered", NOW + minute * MINUTE)
    for minute in range(10, 20):
        note_success(watch, "watch", NOW + minute * MINUTE)
    note_failure(watch, "watch", "again", NOW + 20 * MINUTE)
    run = "Presswatch’s run “watch”"
    assert told(hook) == [
        (run, "in trouble", "the 0th time: no feed answered"),
        (run, "well", ""),
        (run, "in trouble", "again"),
    ]
    assert len({identity for identity, _ in hook.received}) == 3


def test_an_idle_run_ends_the_trouble_of_one_that_broke_off(watch: Watch, hook: Receiver) -> None:
    """It shows that runs get to their end; not that feeds answer, or that a delivery is accepted."""
    note_failure(watch, "deliver", "killed", NOW, broke_off=True)
    note_success(watch, "deliver", NOW + MINUTE, idle=True)
    assert [health for _, health, _ in told(hook)] == ["in trouble", "well"]
    note_failure(watch, "deliver", "killed", NOW + 2 * MINUTE, broke_off=True)
    note_failure(watch, "deliver", "refused for good", NOW + 3 * MINUTE)
    note_failure(watch, "deliver", "killed", NOW + 3 * MINUTE, broke_off=True)
    note_success(watch, "deliver", NOW + 4 * MINUTE, idle=True)
    assert [health for _, health, _ in told(hook)] == ["in trouble", "well", "in trouble"]
    note_success(watch, "deliver", NOW + 5 * MINUTE)
    assert [health for _, health, _ in told(hook)][3:] == ["well"]


def test_each_flow_has_its_own_turns(watch: Watch, hook: Receiver) -> None:
    """That one works says nothing of another."""
    note_failure(watch, "watch", "no feed answered", NOW)
    note_success(watch, "deliver", NOW)
    note_failure(watch, "deliver", "given up", NOW)
    assert [who for who, _, _ in told(hook)] == ["Presswatch’s run “watch”", "Presswatch’s run “deliver”"]


def test_an_alert_that_is_not_accepted_is_tried_again(watch: Watch, hook: Receiver) -> None:
    """With the next failure; trouble of which nobody heard ends without a word."""
    hook.answer = 500
    note_failure(watch, "watch", "first", NOW)
    hook.answer = 204
    note_failure(watch, "watch", "second", NOW + MINUTE)
    assert [why for _, _, why in told(hook)] == ["second"]
    assert hook.received[0][1]["since"] == "2026-11-25T12:00:00Z"

    note_success(watch, "watch", NOW + 2 * MINUTE)
    hook.answer = 500
    note_failure(watch, "watch", "third", NOW + 3 * MINUTE)
    hook.answer = 204
    note_success(watch, "watch", NOW + 4 * MINUTE)
    assert [health for _, health, _ in told(hook)] == ["in trouble", "well"]


def test_nobody_to_tell(watch: Watch, tmp_path: Path) -> None:
    """Without alerts nothing is sent, and nothing goes wrong."""
    quiet = load(write_config(tmp_path, [feed.url for feed in watch.feeds]))
    note_failure(quiet, "watch", "no feed answered", NOW)
    note_success(quiet, "watch", NOW)
    with run_state(quiet.archive) as state:
        assert state.troubles == {}


@pytest.mark.parametrize("content", ["", "[]", '{"troubles": {"watch": {"odd": 1}}}', "\xff"])
def test_a_damaged_state_is_none(watch: Watch, hook: Receiver, content: str) -> None:
    """It costs a message more, and no run."""
    state_file(watch.archive).write_bytes(content.encode("latin-1"))
    note_failure(watch, "watch", "no feed answered", NOW)
    assert len(hook.received) == 1
