"""Cycles over a feed while a receiver misbehaves, with a clock that is moved on, until all is settled."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.parts.faults.accounts import Account, reckon, reported
from benchmarks.parts.faults.arrivals import Desk
from benchmarks.parts.faults.certificates import certificate
from benchmarks.parts.faults.faults import Fault, Tls
from benchmarks.parts.faults.hook_server import serve_hooks
from benchmarks.parts.faults.mail_server import serve_mail
from benchmarks.parts.faults.releases import publish
from flows.cycle import in_threads, load_ready, open_notifiers
from presswatch import pipeline
from presswatch.times import from_text
from presswatch.watch import Watch
from storage.archive import Archive
from tests.support.setup import NOW, write_config
from tests.support.site import serve_site

MOST_CYCLES = 150
_TIMEOUT = 3.0
_LOGIN = {"username_env": "FAULTS_USER", "password_env": "FAULTS_PASSWORD"}


def live_through(fault: Fault, folder: Path) -> Account:
    """Publish a release a cycle, go on until nothing is pending, and count."""
    desk = Desk(orders=fault.orders, offers=fault.offers)
    with serve_mail(desk) as mail, serve_hooks(desk) as hook, serve_site() as site, _trusted(folder) as tls:
        watch, now = load_ready(_configure(fault, folder, site.base + "/feed", mail.port, hook.port)), NOW
        while desk.cycle < MOST_CYCLES:
            in_use = tls[fault.tls.get(desk.cycle, "good")] if fault.security != "none" else None
            mail.tls = hook.tls = in_use
            publish(site, min(desk.cycle + 1, fault.releases))
            _run_at(watch, now)
            desk.wait_until_idle()
            now += timedelta(minutes=1)
            desk.cycle += 1
            if desk.cycle < fault.releases:
                continue
            due = _next_due(watch)
            if due is None:
                break
            now = max(now, due)
    return _account(fault, desk, watch)


def _configure(fault: Fault, folder: Path, feed: str, mail_port: int, hook_port: int) -> Path:
    if fault.channel == "mail":
        channel: dict[str, object] = {
            "type": "smtp",
            "host": "127.0.0.1",
            "port": mail_port,
            "security": fault.security,
            "sender": "Presswatch <watch@example.org>",
            **(_LOGIN if fault.login else {}),
        }
    else:
        scheme = "https" if fault.security == "https" else "http"
        channel = {"type": "webhook", "url": f"{scheme}://127.0.0.1:{hook_port}/hook"}
    subscription: dict[str, object] = {"id": "desk", "channel": fault.channel}
    if fault.channel == "mail":
        subscription["recipients"] = list(fault.people)
    return write_config(
        folder,
        [feed],
        channels=[{"id": fault.channel, "timeout": _TIMEOUT, **channel}],
        subscriptions=[subscription],
        fetch='announce_since = "all"',
    )


def _run_at(watch: Watch, now: datetime) -> None:
    with Archive(watch.archive) as archive:
        pipeline.run_cycle(watch, archive, open_notifiers(watch), in_threads, clock=lambda: now)


def _next_due(watch: Watch) -> datetime | None:
    """When the next delivery is due that is pending; ``None`` if none is."""
    with Archive(watch.archive, read_only=True) as archive:
        row = archive.database.execute(
            "SELECT min(next_attempt) FROM deliveries WHERE status = 'pending'"
        ).fetchone()
    return from_text(row[0]) if row[0] else None


def _account(fault: Fault, desk: Desk, watch: Watch) -> Account:
    people = fault.people if fault.channel == "mail" else ("hook",)
    owed = {(whom, f"Release {n}") for whom in people for n in range(1, fault.releases + 1)}
    with Archive(watch.archive, read_only=True) as archive:
        failed = reported(archive)
        attempts = list(archive.database.query("SELECT * FROM attempts ORDER BY delivery_id, id"))
    account = reckon(desk.arrivals, owed, failed, lambda arrival: not arrival.answered)
    account.cycles, account.attempts, account.connections = desk.cycle, len(attempts), desk.connections
    if failed != {pair for pair in owed if pair[0] in fault.refused}:
        account.wrong.append("others failed for good than were refused")
    for before, after in pairwise(attempts):
        if before["delivery_id"] == after["delivery_id"]:
            pause = from_text(after["at"]) - from_text(before["at"])
            if pause.total_seconds() < fault.least_pause:
                account.wrong.append(f"tried again after {pause}, too early")
    return account


@contextmanager
def _trusted(folder: Path) -> Iterator[dict[Tls, ssl.SSLContext | None]]:
    """The TLS of a server that we trust, and of one that we don't; and an environment with a login."""
    public, good = certificate(folder, "good")
    _, bad = certificate(folder, "bad")
    given = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), str(public))
    given |= dict.fromkeys(_LOGIN.values(), "watch")
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield {"good": good, "bad": bad, "none": None}
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
