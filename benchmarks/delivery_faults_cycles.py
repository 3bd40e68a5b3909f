"""Cycles over a feed while a receiver misbehaves, with a clock that is moved on, until all is settled."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

from benchmarks.delivery_faults_arrivals import Arrival, Asked, Desk, Orders, certificate
from benchmarks.delivery_faults_http import serve_hooks
from benchmarks.delivery_faults_smtp import serve_mail
from flows.cycle import in_threads, load_ready, open_notifiers
from presswatch import pipeline
from presswatch.times import from_text
from presswatch.watch import Watch
from storage.archive import Archive
from tests.support.feeds import item, rss
from tests.support.setup import NOW, write_config
from tests.support.site import Site, serve_site

PEOPLE = ("ana@example.org", "bo@example.org", "cy@example.org")
RELEASES = 3
TIMEOUT = 0.3
MOST_CYCLES = 150

Tls = Literal["good", "bad", "none"]


def _as_usual(asked: Asked) -> str:
    return ""


def _good(cycle: int) -> Tls:
    return "good"


@dataclass(frozen=True)
class Fault:
    """How a receiver misbehaves: its orders, and for a server with ``security`` its TLS in each cycle.

    ``refused`` are the recipients whom it will never take, so that their deliveries must fail and say so;
    ``least_pause`` is what it asks to be left alone for, in seconds.
    """

    name: str
    channel: Literal["mail", "hook"]
    orders: Orders = _as_usual
    security: Literal["none", "starttls", "https"] = "none"
    tls: Mapping[int, Tls] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    least_pause: float = 0


@dataclass
class Account:
    """What each recipient got of what it was owed, in (recipient, title).

    ``lost`` was neither got nor reported as failed, ``other_identity`` was told under several identities,
    ``unexplained`` came more often than receivers kept silent about what they had taken.
    """

    cycles: int = 0
    attempts: int = 0
    connections: int = 0
    owed: int = 0
    once: int = 0
    repeated: int = 0
    failed: int = 0
    too_early: int = 0
    lost: list[str] = field(default_factory=list)
    other_identity: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        """Whether a promise was broken."""
        return bool(self.lost or self.other_identity or self.unexplained or self.too_early)


def live_through(fault: Fault, folder: Path) -> Account:
    """Publish a release a cycle, go on until nothing is pending, and count."""
    desk = Desk(orders=fault.orders)
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site, _trusted(folder) as tls:
        scheme = "https" if fault.security == "https" else "http"
        channels = {
            "mail": {
                "type": "smtp",
                "host": "127.0.0.1",
                "port": mail.port,
                "security": fault.security,
                "sender": "Presswatch <watch@example.org>",
            },
            "hook": {"type": "webhook", "url": f"{scheme}://127.0.0.1:{hook.port}/hook"},
        }
        subscription = {"id": "desk", "channel": fault.channel}
        if fault.channel == "mail":
            subscription["recipients"] = list(PEOPLE)
        config = write_config(
            folder,
            [site.base + "/feed"],
            channels=[{"id": fault.channel, "timeout": TIMEOUT, **channels[fault.channel]}],
            subscriptions=[subscription],
            fetch='announce_since = "all"',
        )
        watch, now = load_ready(config), NOW
        while desk.cycle < RELEASES or (now := _next_due(watch, now)):
            in_use = tls[fault.tls.get(desk.cycle, "good")] if fault.security != "none" else None
            mail.tls = hook.tls = in_use
            _publish(site, min(desk.cycle + 1, RELEASES))
            run_at(watch, now)
            now += timedelta(minutes=1)
            desk.cycle += 1
            if desk.cycle >= MOST_CYCLES:
                break
    return _reckon(fault, desk, watch)


def run_at(watch: Watch, now: datetime) -> None:
    """One cycle at a time of our choice."""
    with Archive(watch.archive) as archive:
        pipeline.run_cycle(watch, archive, open_notifiers(watch), in_threads, clock=lambda: now)


def told(arrivals: list[Arrival]) -> dict[tuple[str, str], list[Arrival]]:
    """The arrivals that tell a recipient of a release."""
    found: dict[tuple[str, str], list[Arrival]] = {}
    for arrival in arrivals:
        for title in arrival.titles:
            found.setdefault((arrival.recipient, title), []).append(arrival)
    return found


def _publish(site: Site, releases: int) -> None:
    site.publish("/feed", rss([item(n, f"S-Comm, case {n}.") for n in range(releases, 0, -1)]))


def _next_due(watch: Watch, now: datetime) -> datetime | None:
    """When the next delivery is due that is pending; ``None`` if none is."""
    with Archive(watch.archive, read_only=True) as archive:
        row = archive.database.execute(
            "SELECT min(next_attempt) FROM deliveries WHERE status = 'pending'"
        ).fetchone()
    return max(now, from_text(row[0])) if row[0] else None


def _reckon(fault: Fault, desk: Desk, watch: Watch) -> Account:
    account = Account(cycles=desk.cycle, connections=desk.connections)
    people = PEOPLE if fault.channel == "mail" else ("/hook",)
    got = told(desk.arrivals)
    for whom in people:
        for title in (f"Release {n}" for n in range(1, RELEASES + 1)):
            account.owed += 1
            arrivals = got.pop((whom, title), [])
            case = f"{fault.name}: {title} for {whom}"
            if not arrivals and whom not in fault.refused:
                account.lost.append(case)
            account.once += len(arrivals) == 1
            account.repeated += len(arrivals) > 1
            if len({arrival.identity for arrival in arrivals}) > 1:
                account.other_identity.append(case)
            if len(arrivals) > 1 + sum(not arrival.answered for arrival in arrivals):
                account.unexplained.append(case)
    account.unexplained += [f"{fault.name}: {title} for {whom}, who is owed nothing" for whom, title in got]
    with Archive(watch.archive, read_only=True) as archive:
        rows = list(archive.database.query("SELECT * FROM deliveries"))
        attempts = list(archive.database.query("SELECT * FROM attempts ORDER BY delivery_id, id"))
    account.attempts = len(attempts)
    account.failed = sum(row["status"] == "failed" for row in rows)
    refused = len(fault.refused) * RELEASES
    if account.failed != refused or any(row["status"] == "pending" for row in rows):
        account.lost.append(f"{fault.name}: {account.failed} deliveries failed, {refused} should have")
    for before, after in pairwise(attempts):
        if before["delivery_id"] == after["delivery_id"]:
            pause = from_text(after["at"]) - from_text(before["at"])
            account.too_early += pause.total_seconds() < fault.least_pause
    return account


@contextmanager
def _trusted(folder: Path) -> Iterator[dict[Tls, ssl.SSLContext | None]]:
    """The TLS of a server that we trust, and of one that we don't."""
    public, good = certificate(folder, "good")
    _, bad = certificate(folder, "bad")
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, str(public)))
    try:
        yield {"good": good, "bad": bad, "none": None}
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
