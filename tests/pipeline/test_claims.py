"""An attempt is stored before it is made: what a full disk, a kill or a receiver that hangs can do to
deliveries.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from benchmarks.parts.faults.arrivals import Asked, Desk
from benchmarks.parts.faults.faults import ANA, PEOPLE, at
from benchmarks.parts.faults.hook_server import serve_hooks
from benchmarks.parts.faults.kills import configure, start
from benchmarks.parts.faults.mail_server import serve_mail
from benchmarks.parts.faults.releases import publish
from flows.cycle import load_ready
from presswatch import sending
from presswatch.cycle import Sent
from presswatch.delivering import deliver
from presswatch.digests.delivery import Delivery
from presswatch.errors import ArchiveError
from presswatch.watch import Watch
from storage.archive import Archive
from tests.pipeline.conftest import Mailbox
from tests.pipeline.test_cycle import ALIAS, cycle, mail_channel
from tests.pipeline.test_delivering import run
from tests.support.feeds import item, rss
from tests.support.receiver import Receiver
from tests.support.setup import NOW, write_config
from tests.support.site import Site, serve_site

HOUR = timedelta(hours=1)
KILOBYTE = 1024


# A disk that is nearly full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill(disk: Path, *, but: int) -> Path:
    """Leave so many bytes free."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free - but))
    return ballast


def cycle_or_error(watch: Watch, hours: int) -> str:
    """A cycle, so many hours later; its error, if there is one."""
    try:
        cycle(watch, NOW + hours * HOUR)
    except ArchiveError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kilobytes", [16, 56, 128])
def test_a_disk_that_is_nearly_full_repeats_nothing(
    small_disk: Path, site: Site, mailbox: Mailbox, kilobytes: int
) -> None:
    """Each mail is sent at most once while it is so, and a person is told; with room again, each has come
    once.
    """
    feed = site.publish("/feed", rss([item(n, ALIAS) for n in range(20)]))
    people = list(PEOPLE)
    watch = load_ready(
        write_config(
            small_disk,
            [feed],
            channels=[mail_channel(mailbox)],
            subscriptions=[{"id": "desk", "channel": "mail", "recipients": people}],
            fetch='announce_since = "all"',
        )
    )
    mailbox.refused.update(dict.fromkeys(people, "450 Later"))
    assert cycle(watch, NOW).deliveries.pending == len(people)
    mailbox.refused.clear()
    ballast = fill(small_disk, but=kilobytes * KILOBYTE)
    errors = [cycle_or_error(watch, hours) for hours in range(1, 4)]
    came = Counter(whom for whom, _ in mailbox.messages)
    assert set(came.values()) <= {1}
    assert came.total() == len(people) or all("the disk" in error for error in errors)
    command = [sys.executable, "-m", "cli.main", "status", "-c", str(watch.source)]
    status = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert status.returncode == 1
    assert "the disk" in status.stdout
    assert "Traceback" not in status.stderr
    ballast.unlink()
    assert cycle_or_error(watch, 4) == ""
    assert Counter(whom for whom, _ in mailbox.messages) == Counter(people)


def test_doctor_says_that_the_disk_is_nearly_full(small_disk: Path, site: Site) -> None:
    """With what is free, in a unit that says something."""
    config = write_config(small_disk, [site.publish("/feed", rss([item(1, ALIAS)]))])
    fill(small_disk, but=56 * KILOBYTE)
    command = [sys.executable, "-m", "cli.main", "doctor", "-c", str(config)]
    doctor = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert doctor.returncode == 1
    assert "BROKEN  disk: 0.1 MB free" in doctor.stdout


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """What the archive can't store while it is named here: claims, or outcomes."""
    refused: set[str] = set()
    claim, note = Archive.claim, Archive.note_accepted

    def full(what: str) -> None:
        if what in refused:
            raise ArchiveError("the disk is full")

    def claims(archive: Archive, *args: object) -> None:
        full("claims")
        claim(archive, *args)  # type: ignore[arg-type]

    def notes(archive: Archive, *args: object) -> None:
        full("outcomes")
        note(archive, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "claim", claims)
    monkeypatch.setattr(Archive, "note_accepted", notes)
    yield refused


def hook_watch(site: Site, hook: Receiver, folder: Path) -> Watch:
    """A watch whose only news goes to a hook."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    return load_ready(
        write_config(
            folder,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook"}],
            fetch='announce_since = "all"',
        )
    )


def test_what_cannot_be_claimed_is_not_sent(
    site: Site, hook: Receiver, tmp_path: Path, kept: set[str]
) -> None:
    """It is sent when it can."""
    watch = hook_watch(site, hook, tmp_path)
    kept.add("claims")
    assert [cycle_or_error(watch, hours) for hours in range(3)] == ["the disk is full"] * 3
    assert hook.received == []
    kept.clear()
    assert cycle(watch, NOW + 3 * HOUR).deliveries == Sent(sent=1)


def test_what_cannot_be_noted_is_sent_once_more_at_most(
    site: Site, hook: Receiver, tmp_path: Path, kept: set[str]
) -> None:
    """As the same message, after a pause; then it has failed, and a person is told that it may have
    arrived.
    """
    watch = hook_watch(site, hook, tmp_path)
    kept.add("outcomes")
    assert cycle_or_error(watch, 0) == "the disk is full"
    assert cycle_or_error(watch, 0) == "", "not before its pause is over"
    assert cycle_or_error(watch, 1) == "the disk is full"
    last = cycle(watch, NOW + 2 * HOUR)
    assert (last.deliveries.failed, last.in_vain) == (1, True)
    assert "it may have arrived" in last.deliveries.troubles[0].said
    assert cycle(watch, NOW + 3 * HOUR).deliveries == Sent()
    assert len(hook.received) == 2
    assert len({identity for identity, _ in hook.received}) == 1
    kept.clear()
    with Archive(watch.archive) as archive:
        archive.retry([1], NOW + 3 * HOUR)
    assert cycle(watch, NOW + 3 * HOUR).deliveries == Sent(sent=1)


# A kill


def test_killed_twice_while_it_is_under_way(tmp_path: Path) -> None:
    """It comes twice at most, as the same message; then `run` says that nobody knows, and `deliveries` how
    often it was tried.
    """

    def orders(asked: Asked) -> str:
        return "keep and hang" if asked.step == "post" and asked.cycle < 2 else ""

    desk = Desk(orders=orders)
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site:
        config = configure(tmp_path, site.base + "/feed", mail.port, hook.port)
        publish(site, 1)
        for _ in range(2):
            process = start(config)
            assert desk.held.wait(60)
            desk.held.clear()
            process.send_signal(signal.SIGKILL)
            process.wait()
            desk.wait_until_idle()
            desk.cycle += 1
            with closing(Database(tmp_path / "archive.db")) as database:
                database.execute("UPDATE deliveries SET next_attempt = '2026-01-01T00:00:00Z'")
                database.conn.commit()
        last = run(config)
    assert last.returncode == 1
    assert "wire to hook: given up: begun twice" in last.stdout
    came = [arrival for arrival in desk.arrivals if arrival.recipient == "hook"]
    assert (len(came), len({arrival.identity for arrival in came})) == (2, 1)
    with Archive(tmp_path / "archive.db", read_only=True) as archive:
        (state,) = archive.deliveries(subscription="wire")
        outcomes = [attempt.outcome for attempt in archive.delivery(state.id)[1]]
    assert (state.status, outcomes) == ("failed", ["begun", "begun", "unknown"])


# Channels side by side


def test_a_channel_that_hangs_holds_up_nobody(tmp_path: Path) -> None:
    """While one server says nothing, the other channel's digest arrives."""
    desk = Desk(orders=at("greet", "wait"))
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site:
        config = configure(tmp_path, site.base + "/feed", mail.port, hook.port)
        publish(site, 1)
        process = start(config)
        assert desk.held.wait(60)
        while not desk.arrivals:
            time.sleep(0.01)
        assert process.poll() is None
        assert [arrival.recipient for arrival in desk.arrivals] == ["hook"]
        desk.released.set()
        assert process.wait() == 0
    assert Counter(arrival.recipient for arrival in desk.arrivals) == Counter([*PEOPLE, "hook"])


class Hanging:
    """A notifier that never returns."""

    def __init__(self) -> None:
        self.called = 0

    def send(self, delivery: Delivery) -> str:
        """Wait for ever."""
        self.called += 1
        threading.Event().wait()
        return "never"


def test_a_notifier_that_never_ends_is_left_alone(
    site: Site, hook: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its delivery is delayed, with an attempt; the others of the channel wait, and nothing waits for it."""
    monkeypatch.setattr(sending, "PATIENCE", 0.2)
    watch = hook_watch(site, hook, tmp_path)
    hook.answer = 503
    cycle(watch, NOW)
    site.publish("/feed", rss([item(2, ALIAS), item(1, ALIAS)]))
    cycle(watch, NOW + HOUR)
    hanging = Hanging()
    with Archive(watch.archive) as archive:
        archive.adopt(watch, NOW + 2 * HOUR)
        monkeypatch.setattr(sending, "_WAITS", 0)
        for _ in range(2):
            sent = deliver(watch, archive, {"hook": hanging}, clock=lambda: NOW + 2 * HOUR)
        state, attempts = archive.delivery(1)
    assert (sent.sent, sent.pending, sent.failed) == (0, 2, 0)
    assert hanging.called == 1
    assert state.status == "pending"
    assert attempts[-1].outcome == "delayed"
    assert "no end after" in attempts[-1].said


def test_a_thread_that_hangs_does_not_hold_the_process(tmp_path: Path) -> None:
    """It ends, though a notifier doesn't."""
    script = """
import sys, threading
from collections import deque
from datetime import datetime, UTC
from presswatch import sending
from presswatch.digests.delivery import Delivery, Due

class Ledger:
    def count_pending(self): return 1
    def claim(self, *args): pass
    def note_delayed(self, *args, **kwargs): print("delayed")

class Hanging:
    def send(self, delivery): threading.Event().wait()

sending.PATIENCE = 0.1
now = datetime.now(UTC)
due = Due(Delivery(1, "i", "s", "c", "r", None), now)
sending.send_all(Ledger(), [due], {"c": Hanging()}, clock=lambda: now, waits={}, failures=[])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "delayed\n"


# Twice in a cycle


def test_before_reading_goes_out_what_a_broken_run_left(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """What was due and not made is made; a digest whose time has just come waits for what is read now; and
    after a run that went well there is nothing to do.
    """
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[
                {"id": "desk", "channel": "hook"},
                {"id": "hourly", "channel": "hook", "schedule": "0 * * * *"},
            ],
            fetch='announce_since = "all"',
        )
    )
    hook.answer = 503
    cycle(watch, NOW + 0.5 * HOUR)
    hook.answer = 204
    with Archive(watch.archive) as archive:

        def before(hours: float) -> Sent:
            now = NOW + hours * HOUR
            archive.adopt(watch, now)
            return deliver(watch, archive, {"hook": _Posting(hook)}, clock=lambda: now, before_reading=True)

        assert before(1) == Sent(sent=1), "what was frozen"
        assert before(1.1) == Sent(sent=1), "the run at one o'clock made no hourly digest"
        assert before(1.2) == Sent()
        assert archive.planned(watch.subscription("hourly")) == NOW + 1.1 * HOUR


class _Posting:
    def __init__(self, hook: Receiver) -> None:
        self._hook = hook

    def send(self, delivery: Delivery) -> str:
        self._hook.received.append((delivery.identity, {}))
        return "taken"


def test_json_says_who_failed_and_why(tmp_path: Path) -> None:
    """Feeds, and deliveries: to whom, what the other side said, and when it is tried again."""
    desk = Desk(orders=at("rcpt", "450 Full", only=ANA))
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site:
        config = configure(tmp_path, site.base + "/feed", mail.port, hook.port)
        with config.open("a", encoding="utf-8") as file:
            file.write(f'[[feeds]]\nurl = "{site.base}/no"\npublisher = "No"\n')
        publish(site, 1)
        said = json.loads(run(config, "--json").stdout)
    (trouble,) = said["deliveries"]["troubles"]
    assert (trouble["subscription"], trouble["channel"], trouble["recipient"]) == ("letters", "mail", ANA)
    assert trouble["said"] == "450 Full"
    assert trouble["next_attempt"].endswith("Z")
    assert said["failures"] == [{"publisher": "No", "url": f"{site.base}/no", "reason": "HTTP 404 Not Found"}]
