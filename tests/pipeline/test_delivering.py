"""What becomes of deliveries: when they are tried again, who sends them, and who is told if they fail."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.parts.faults.arrivals import Desk
from benchmarks.parts.faults.faults import PEOPLE, at
from benchmarks.parts.faults.hook_server import serve_hooks
from benchmarks.parts.faults.kills import configure, start
from benchmarks.parts.faults.mail_server import serve_mail
from benchmarks.parts.faults.releases import publish
from flows.cycle import load_ready
from presswatch.cycle import Sent
from presswatch.digests.delivery import Delivery, HasSession, Notifier, session_of
from presswatch.digests.retry import GIVE_UP_AFTER, LEAST_ATTEMPTS, LONGEST_WAIT, next_attempt
from presswatch.watch import Watch
from storage.archive import Archive
from tests.pipeline.test_cycle import cycle
from tests.support.ports import free_port
from tests.support.setup import NOW, write_config
from tests.support.site import serve_site

HOUR = timedelta(hours=1)


def hook_watch(folder: Path, feed: str, port: int, subscriptions: int = 1) -> Watch:
    """A watch whose subscriptions all go to one hook."""
    return load_ready(
        write_config(
            folder,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": f"http://127.0.0.1:{port}/hook"}],
            subscriptions=[{"id": f"desk-{n}", "channel": "hook"} for n in range(subscriptions)],
            fetch='announce_since = "all"',
        )
    )


def in_two_hours() -> str:
    """As a date of HTTP's."""
    return format_datetime(datetime.now(UTC) + 2 * HOUR, usegmt=True)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        (lambda: "429 Retry-After: 7200", 2 * HOUR, 2 * HOUR),
        (lambda: "503 Retry-After: 7200", 2 * HOUR, 2 * HOUR),
        (lambda: f"429 Retry-After: {in_two_hours()}", 1.9 * HOUR, 2.1 * HOUR),
        (lambda: "429 Retry-After: 7200.9", 2 * HOUR, 2.01 * HOUR),
        (lambda: "429 Retry-After: 1", HOUR / 60, HOUR / 60),
        (lambda: "429 Retry-After: soon", HOUR / 60, HOUR / 60),
        (lambda: "429", HOUR / 60, HOUR / 60),
        (lambda: "500 Retry-After: 7200", HOUR / 60, HOUR / 60),
        (lambda: "429 Retry-After: 31536000", 24 * HOUR, 24 * HOUR),
    ],
)
def test_a_receiver_can_ask_to_be_left_alone(
    tmp_path: Path, header: Callable[[], str], least: timedelta, most: timedelta
) -> None:
    """For seconds, or until a date; for no less than the usual pause and no more than a day."""
    desk = Desk(orders=at("post", header(), times=1))
    with serve_mail(desk), serve_hooks(desk) as hook, serve_site() as site:
        publish(site, 1)
        watch = hook_watch(tmp_path, site.base + "/feed", hook.port)
        assert cycle(watch, NOW).deliveries.pending == 1
        with Archive(watch.archive, read_only=True) as archive:
            (state,) = archive.deliveries()
        assert least <= state.next_attempt - NOW <= most
        early, due = state.next_attempt - timedelta(seconds=1), state.next_attempt
        assert [cycle(watch, moment).deliveries.sent for moment in (early, due)] == [0, 1]


@pytest.mark.parametrize("status", [400, 404, 405, 413, 415, 422])
def test_a_proxy_that_answers_in_place_of_a_receiver_loses_nothing(tmp_path: Path, status: int) -> None:
    """What it says ends no delivery: that goes out once the receiver is back; meanwhile, the run says so."""
    desk = Desk(orders=at("post", str(status), cycles=1))
    with serve_hooks(desk) as hook, serve_site() as site:
        publish(site, 1)
        watch = hook_watch(tmp_path, site.base + "/feed", hook.port)
        during = cycle(watch, NOW).deliveries
        assert (during.pending, during.failed) == (1, 0)
        assert f"will be tried again: HTTP {status} " in str(during.troubles[0])
        desk.cycle = 1
        assert cycle(watch, NOW + HOUR).deliveries.sent == 1
        assert len(desk.arrivals) == 1


def test_who_asks_to_be_left_alone_is_not_asked_by_the_next_delivery(tmp_path: Path) -> None:
    """The rest of what a channel is owed waits as long, and then comes."""
    desk = Desk(orders=at("post", "429 Retry-After: 7200", times=1))
    with serve_hooks(desk) as hook, serve_site() as site:
        publish(site, 1)
        watch = hook_watch(tmp_path, site.base + "/feed", hook.port, subscriptions=3)
        report = cycle(watch, NOW)
        assert (report.deliveries.sent, report.deliveries.pending) == (0, 3)
        assert cycle(watch, NOW + 1.9 * HOUR).deliveries.sent == 0
        assert desk.connections == 1
        assert cycle(watch, NOW + 2 * HOUR).deliveries.sent == 3


@given(st.integers(1, 100), st.floats(0, 1e7))
def test_what_is_asked_only_lengthens_a_pause(attempts: int, asked: float) -> None:
    """Up to a day, and not beyond the last attempt."""
    usual, longer = next_attempt(NOW, attempts, NOW), next_attempt(NOW, attempts, NOW, asked)
    assert usual is not None
    assert longer is not None
    assert usual <= longer <= max(usual, NOW + LONGEST_WAIT)
    assert next_attempt(NOW - GIVE_UP_AFTER, LEAST_ATTEMPTS, NOW, asked) is None


def run(config: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The command, to its end."""
    command = [sys.executable, "-m", "cli.main", "run", "-c", str(config), *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_two_processes_never_send_the_same(tmp_path: Path) -> None:
    """While one is at work, another waits or leaves; after it, there is nothing left to send."""
    desk = Desk(orders=at("content", "wait", only=PEOPLE[0]))
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site:
        config = configure(tmp_path, site.base + "/feed", mail.port, hook.port)
        publish(site, 1)
        first = start(config)
        assert desk.held.wait(60)
        turned_away = run(config, "--wait", "0")
        waiting = start(config)
        desk.released.set()
        assert (first.wait(), waiting.wait()) == (0, 0)
    assert turned_away.returncode != 0
    assert "another Presswatch is at work" in turned_away.stderr
    assert "Traceback" not in turned_away.stderr
    assert sorted(arrival.recipient for arrival in desk.arrivals) == sorted([*PEOPLE, "hook"])


def test_whoever_runs_it_is_told_of_a_refusal_for_good(tmp_path: Path) -> None:
    """Once, with the recipient and the server's words, and by the exit code; the others get theirs."""
    desk = Desk(orders=at("rcpt", "550 No such user", only="bo@example.org"))
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site:
        config = configure(tmp_path, site.base + "/feed", mail.port, hook.port)
        publish(site, 1)
        first, second = run(config), run(config)
    assert first.returncode == 1
    assert "Deliveries: 3 sent, 0 pending, 1 failed for good" in first.stdout
    assert "letters to bo@example.org: given up: 550 No such user" in first.stdout
    assert second.returncode == 0
    assert "550" not in second.stdout
    assert "bo@example.org" not in {arrival.recipient for arrival in desk.arrivals}


def test_a_closed_port_is_told_in_words(tmp_path: Path) -> None:
    """Without the number that the operating system gives it, for mail and for hooks."""
    with serve_site() as site:
        publish(site, 1)
        config = configure(tmp_path, site.base + "/feed", free_port(), free_port())
        report = cycle(load_ready(config), NOW).deliveries
    assert report == Sent(0, 4, 0, report.troubles)
    assert [trouble.said.endswith(": Connection refused") for trouble in report.troubles] == [True, True]
    assert "Errno" not in "".join(map(str, report.troubles))


class Plain:
    """A notifier without sessions."""

    def send(self, delivery: Delivery) -> str:
        """Take everything."""
        return "taken"


def test_a_notifier_needs_no_session() -> None:
    """Its ``send`` serves in place of one."""
    notifier: Notifier = Plain()
    assert not isinstance(notifier, HasSession)
    with session_of(notifier) as send:
        assert send == notifier.send
