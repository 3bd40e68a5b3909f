"""Receivers that misbehave, and kills of the sender: nothing lost, and twice only what can't be helped."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.parts.faults.accounts import reckon
from benchmarks.parts.faults.arrivals import Arrival, Asked, Desk, told
from benchmarks.parts.faults.cycles import live_through
from benchmarks.parts.faults.faults import FAULTS, PEOPLE, Fault
from benchmarks.parts.faults.hook_server import serve_hooks
from benchmarks.parts.faults.kills import configure, kill_often, start
from benchmarks.parts.faults.mail_server import serve_mail
from benchmarks.parts.faults.releases import publish
from flows.cycle import load_ready
from presswatch.times import utc_now
from storage.archive import Archive
from tests.pipeline.test_cycle import cycle
from tests.support.processes import wait_for
from tests.support.site import serve_site

ROOT = Path(__file__).parents[2]
ONCE_EACH = [fault for fault in FAULTS if "storm" not in fault.name or fault.name == "storm 1"]


@pytest.mark.parametrize("fault", ONCE_EACH, ids=lambda fault: f"{fault.channel}: {fault.name}")
def test_a_fault_costs_nobody_a_digest(fault: Fault, tmp_path: Path) -> None:
    """Who can be reached gets each release; again only what was taken in silence, as the same message; who
    can't is reported.
    """
    account = live_through(fault, tmp_path)
    assert account.wrong == []
    assert account.got + account.refused == account.owed


def is_owed(folder: Path, channel: str) -> bool:
    """Whether a delivery by the channel is pending."""
    with Archive(folder / "archive.db", read_only=True) as archive:
        return any(one.channel == channel for one in archive.deliveries(status="pending"))


@pytest.mark.parametrize(
    ("step", "order", "twice"),
    [
        ("greet", "hang", False),
        ("mail", "hang", False),
        ("data", "hang", False),
        ("content", "hang", False),
        ("content", "keep and hang", True),
        ("post", "hang", False),
        ("post", "keep and hang", True),
    ],
)
def test_the_one_instant_at_which_a_kill_repeats(tmp_path: Path, step: str, order: str, twice: bool) -> None:
    """After the receiver has taken a message, and before that is noted; then it comes as the same message,
    after a pause.
    """

    def orders(asked: Asked) -> str:
        return order if asked.step == step and asked.cycle == 0 else ""

    desk = Desk(orders=orders)
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site:
        config = configure(tmp_path, site.base + "/feed", mail.port, hook.port)
        publish(site, 1)
        process = start(config)
        assert desk.held.wait(60)
        other = "mail" if step == "post" else "hook"  # a channel at work has such an instant of its own
        wait_for(lambda: not is_owed(tmp_path, other), 60, "what the other channel did is noted")
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        desk.wait_until_idle()
        desk.cycle += 1
        assert start(config).wait() == 0
        watch = load_ready(config)
        assert cycle(watch, utc_now() + timedelta(seconds=30)).deliveries.sent == 0, (
            "not before its pause is over"
        )
        cycle(watch, utc_now() + timedelta(minutes=2))
    arrived = told(desk.arrivals)
    assert set(arrived) == {(whom, "Release 1") for whom in (*PEOPLE, "hook")}
    assert sum(len(arrivals) for arrivals in arrived.values()) == 4 + twice
    assert all(len({arrival.identity for arrival in arrivals}) == 1 for arrivals in arrived.values())


def test_kills_at_chance_instants(tmp_path: Path) -> None:
    """Whatever the cycle was at."""
    killed = kill_often(tmp_path, 8, seed=2)
    assert killed.account.wrong == []
    assert killed.account.got == killed.account.owed
    assert killed.running


PAIR = ("ana", "Release 1")


def arrival(identity: str = "a", *, answered: bool = True) -> Arrival:
    """An arrival of the one release."""
    return Arrival("ana", identity, ("Release 1",), 0, answered)


@pytest.mark.parametrize(
    ("arrivals", "failed", "wrong"),
    [
        ([arrival()], [], ""),
        ([], [PAIR], ""),
        ([], [], "lost"),
        ([arrival()], [PAIR], "reported as failed"),
        ([arrival(answered=False), arrival()], [], ""),
        ([arrival(), arrival()], [], "without need"),
        ([arrival(), arrival(answered=False)], [], "without need"),
        ([arrival(answered=False), arrival("b")], [], "several identities"),
        ([arrival(), Arrival("bo", "b", ("Release 1",), 0, True)], [], "nobody is owed it"),
    ],
)
def test_the_account_sees_what_is_wrong(
    arrivals: list[Arrival], failed: list[tuple[str, str]], wrong: str
) -> None:
    """Lost, repeated without need, under another identity, to somebody else."""
    account = reckon(arrivals, [PAIR], failed, lambda arrival: not arrival.answered)
    assert (len(account.wrong), wrong in "".join(account.wrong)) == (bool(wrong), True)


def test_the_benchmark_prints_a_row_for_a_fault() -> None:
    """With what was owed, got and refused."""
    command = [sys.executable, "-m", "benchmarks.delivery_faults", "--kills", "0", "--only", "550 for one"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    (row,) = (line for line in done.stdout.splitlines() if "550 for one of three" in line)
    assert Counter(row.split()[-9:-6]) == Counter(["9", "6", "3"])
    assert "promises broken: 0" in done.stdout
