"""Releases and deliveries owed to subscriptions that left the configuration, and that no other replaces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from presswatch.clock import SKEW
from presswatch.digests.succession import Unclaimed, takes_place_of
from presswatch.errors import ArchiveError
from presswatch.times import from_text, to_text
from presswatch.watch import Watch
from storage.clock import known_clock
from storage.connection import errors_in_words, open_for_reading
from storage.taking.succession import left_lately, subscription_of
from storage.telling import news


def unclaimed_of(watch: Watch) -> list[Unclaimed]:
    """The same of the watch's archive; nothing where there is none that can be read."""
    try:
        return unclaimed_in(watch.archive, watch)
    except ArchiveError:
        return []


def unclaimed_in(path: Path, watch: Watch) -> list[Unclaimed]:
    """The same of the archive at ``path``, which is only read.

    Raises :class:`presswatch.errors.ArchiveError` where there is none, or it cannot be read.
    """
    database = open_for_reading(path)
    try:
        with errors_in_words(path):
            return unclaimed(database, watch)
    finally:
        database.close()


def unclaimed(database: Database, watch: Watch) -> list[Unclaimed]:
    """What is owed to each subscription that left lately, or will with the next run; those that are owed
    nothing are left out.
    """
    clock = known_clock(database)
    if clock is None:
        return []
    rows = left_lately(database, [one.id for one in watch.subscriptions], clock.steady)
    if not rows:
        return []
    added = dict(database.execute("SELECT id, added FROM subscriptions").fetchall())
    come = [one for one in watch.subscriptions if one.formerly or one.id not in added]
    taken = takes_place_of([subscription_of(row) for row in rows], come)
    found = []
    for row in rows:
        if row["id"] in taken.values():
            continue
        since: str | None = row["gone_since"]
        bound = to_text(from_text(since) - SKEW) if since else "~"
        later = [one.id for one in watch.subscriptions if one.id not in added or added[one.id] >= bound]
        releases, deliveries = _owed(database, row)
        if releases or deliveries:
            moment: datetime | None = from_text(since) if since else None
            perhaps = tuple(name for name in later if name not in taken)
            found.append(Unclaimed(row["id"], releases, deliveries, moment, perhaps))
    return found


def _owed(database: Database, row: Mapping[str, Any]) -> tuple[int, int]:
    """How many releases, and how many deliveries, as of when it left: what came later is others'."""
    upto = database.execute(
        "SELECT id FROM mentions WHERE found <= ? ORDER BY id DESC LIMIT 1", [row["gone_since"] or "~"]
    ).fetchone()
    planned = from_text(row["planned"])
    owed = news.owed(database, subscription_of(row), row["last_mention"], upto[0] if upto else 0, planned)
    deliveries = database.execute(
        "SELECT count(*) FROM deliveries d JOIN digests g ON g.id = d.digest_id WHERE g.subscription_id = ?"
        " AND (d.status = 'pending' OR (d.withdrawn AND d.finished >= ?))",
        [row["id"], row["gone_since"] or "~"],
    ).fetchone()[0]
    return len({one.release_id for one in owed}), deliveries
