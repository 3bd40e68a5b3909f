"""How the watch stands, read from the archive: what ``presswatch status`` shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.health_report import shown_state
from presswatch.status import ArchiveState, Thresholds
from presswatch.times import from_text, to_text
from storage.clock import known_clock
from storage.connection import errors_in_words, open_for_reading

_FEEDS = """
SELECT health, failures, last_attempt, last_success, warning, coalesce(next_due, last_attempt, added) AS due
FROM feeds WHERE active
"""
_DELIVERIES = """
SELECT count(*) FILTER (WHERE status = 'pending') AS pending,
       min(created) FILTER (WHERE status = 'pending'
           AND subscription_id NOT IN (SELECT value FROM json_each(:quiet))) AS pending_since,
       count(*) FILTER (WHERE status = 'failed' AND finished >= :lately) AS failed
FROM delivery_log
"""
_GAPS = """
SELECT count(*) FILTER (WHERE g.status = 'open') AS open,
       count(*) FILTER (WHERE g.status = 'open' AND g.found >= :lately) AS recent,
       count(*) FILTER (WHERE g.status = 'pending') AS pending
FROM gaps g JOIN feeds f ON f.id = g.feed_id WHERE f.active
"""
_LATELY = timedelta(days=30)


def archive_state(
    path: Path, now: datetime, thresholds: Thresholds | None = None, *, quiet: Collection[str] = ()
) -> ArchiveState:
    """The state of the archive at ``path``, which is only read; see :class:`ArchiveState`. Deliveries of the
    subscriptions that are ``quiet`` (by id) are pending, but not since: they wait for the morning.

    Raises :class:`presswatch.errors.ArchiveError` where there is none, or it cannot be read.
    """
    database = open_for_reading(path)
    try:
        with errors_in_words(path):
            return _state(database, now, thresholds or Thresholds(), quiet, disk_usage(path.parent).free)
    finally:
        database.close()


def _state(
    database: Database, now: datetime, thresholds: Thresholds, quiet: Collection[str], free: int
) -> ArchiveState:
    feeds = list(database.query(_FEEDS))
    due = sorted(from_text(feed["due"]) for feed in feeds)
    lately = now - thresholds.failed_lately
    waiting = {"lately": to_text(lately), "quiet": json.dumps(list(quiet))}
    deliveries = next(database.query(_DELIVERIES, waiting))
    clock = known_clock(database)
    gaps = next(database.query(_GAPS, {"lately": to_text(now - _LATELY)}))
    size = database.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return ArchiveState(
        last_cycle=_latest(feed["last_attempt"] for feed in feeds),
        last_success=_latest(feed["last_success"] for feed in feeds),
        next_due=due[0] if due else None,
        due_since=due[0] if due and due[0] <= now else None,
        feeds=dict(Counter(_shown(feed) for feed in feeds)),
        pending=deliveries["pending"],
        pending_since=_moment(deliveries["pending_since"]),
        failed=deliveries["failed"],
        open_gaps=gaps["open"],
        recent_gaps=gaps["recent"],
        pending_gaps=gaps["pending"],
        releases=database.table("releases").count,
        size=size.fetchone()[0],
        free=free,
        written=clock.latest if clock else None,
        set_back=clock.set_back if clock else None,
        ahead=clock.ahead if clock else None,
        partly_read=sum(bool(feed["warning"]) for feed in feeds),
    )


def _shown(feed: dict[str, Any]) -> str:
    return shown_state(feed["health"], _moment(feed["last_success"]), feed["failures"])


def _latest(texts: Iterable[str | None]) -> datetime | None:
    return max((from_text(text) for text in texts if text), default=None)


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None
