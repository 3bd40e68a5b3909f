"""SIGKILL at chance instants of cycles that owe mails and hooks."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from benchmarks.parts.faults.accounts import Account, reckon, reported, unknown
from benchmarks.parts.faults.arrivals import Arrival, Asked, Desk
from benchmarks.parts.faults.faults import PEOPLE
from benchmarks.parts.faults.hook_server import serve_hooks
from benchmarks.parts.faults.mail_server import serve_mail
from benchmarks.parts.faults.releases import publish
from flows.cycle import in_threads, load_ready, open_notifiers
from presswatch import pipeline
from presswatch.times import utc_now
from storage.archive import Archive
from tests.support.setup import write_config
from tests.support.site import serve_site

_LATENCY = 0.01
"""Seconds between taking a message and saying so, as servers have that are not next door."""


@dataclass
class Killed:
    """``running`` kills hit a process that had not ended, ``delivering`` of them one that had called on a
    receiver.
    """

    running: int = 0
    delivering: int = 0
    account: Account = field(default_factory=Account)


def kill_often(folder: Path, kills: int, seed: int) -> Killed:
    """Publish a release, run a cycle and kill it, as often as asked for; at last let one end, let what was
    begun and broken off be tried once more when its pause is over, and count.

    Half of the instants are drawn from the whole of a cycle, half from its time of delivering.
    """
    chance, killed = random.Random(seed), Killed()
    desk = Desk(orders=_late, slowness=_LATENCY)
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site:
        config = configure(folder, site.base + "/feed", mail.port, hook.port)
        ports = (mail.port, hook.port)

        def one_run(kill_after: float | None, *, of_delivering: bool = False) -> tuple[float, float]:
            """The seconds before a receiver was called on, and those after."""
            desk.cycle += 1
            desk.entered.clear()
            publish(site, desk.cycle)
            begun = time.monotonic()
            process = start(config)
            if of_delivering or kill_after is None:
                while not desk.entered.wait(0.005) and process.poll() is None:
                    pass
            called = time.monotonic()
            if kill_after is not None:
                time.sleep(kill_after)
                process.send_signal(signal.SIGKILL)
            ended_by = process.wait()
            ended = time.monotonic()
            called_on = desk.entered.is_set()
            _let_all_end(desk, ports)
            if ended_by == -signal.SIGKILL:
                hit.add(desk.cycle)
                killed.delivering += called_on
            elif ended_by:
                killed.account.wrong.append(f"a cycle ended with {ended_by}")
            return called - begun, ended - called

        hit: set[int] = set()
        before, delivering = one_run(None)
        for n in range(kills):
            if n % 2:
                one_run(chance.uniform(0, delivering), of_delivering=True)
            else:
                one_run(chance.uniform(0, before + delivering))
        one_run(None)
        _settle(config)
        _let_all_end(desk, ports)
    killed.running = len(hit)
    killed.account = _account(folder, desk, hit, killed.account.wrong)
    return killed


def _account(folder: Path, desk: Desk, hit: set[int], wrong: list[str]) -> Account:
    owed = {(whom, f"Release {n}") for whom in (*PEOPLE, "hook") for n in range(1, desk.cycle + 1)}
    last = {(arrival.cycle, _channel(arrival)): arrival for arrival in desk.arrivals}

    def excused(arrival: Arrival) -> bool:
        """A channel's deliveries go out one by one, so only its last of a run that was killed can be
        unnoted.
        """
        return arrival.cycle in hit and arrival is last[arrival.cycle, _channel(arrival)]

    with Archive(folder / "archive.db", read_only=True) as archive:
        account = reckon(desk.arrivals, owed, reported(archive), excused, perhaps=unknown(archive))
        account.attempts = archive.database.table("attempts").count
        sound = archive.database.execute("PRAGMA integrity_check").fetchone()[0]
        pending = archive.count_pending()
    account.cycles, account.connections = desk.cycle, desk.connections
    account.wrong += wrong
    if sound != "ok" or pending:
        account.wrong.append(f"the archive: integrity {sound}, {pending} deliveries pending")
    return account


def _channel(arrival: Arrival) -> str:
    return "hook" if arrival.recipient == "hook" else "mail"


def _settle(config: Path) -> None:
    """A last cycle, with the clock moved on by more than any pause."""
    watch, now = load_ready(config), utc_now() + timedelta(days=1)
    with Archive(watch.archive) as archive:
        pipeline.run_cycle(watch, archive, open_notifiers(watch), in_threads, clock=lambda: now)


def _late(asked: Asked) -> str:
    return "slow" if asked.step in {"content", "post"} else ""


def configure(folder: Path, feed: str, mail_port: int, hook_port: int) -> Path:
    """A watch whose news are mailed to three people and posted to a hook."""
    mail = {"host": "127.0.0.1", "port": mail_port, "security": "none", "sender": "watch@example.org"}
    return write_config(
        folder,
        [feed],
        channels=[
            {"id": "mail", "type": "smtp", **mail},
            {"id": "hook", "type": "webhook", "url": f"http://127.0.0.1:{hook_port}/hook"},
        ],
        subscriptions=[
            {"id": "letters", "channel": "mail", "recipients": list(PEOPLE)},
            {"id": "wire", "channel": "hook"},
        ],
        fetch='announce_since = "all"',
    )


def start(config: Path) -> subprocess.Popen[bytes]:
    """A cycle in a process of its own."""
    command = [sys.executable, "-m", "cli.main", "run", "--json", "-c", str(config)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _let_all_end(desk: Desk, ports: tuple[int, ...]) -> None:
    """What a killed process had sent may still wait to be read. Servers accept in order, so once they have
    accepted a caller of ours, and all connections have ended, nothing is left.
    """
    for port in ports:
        before = desk.connections
        socket.create_connection(("127.0.0.1", port)).close()
        while desk.connections == before:
            time.sleep(0.001)
    desk.wait_until_idle()
