"""Bringing the archive in line with the configuration, and asking it what is due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.values import FeedState, Validators
from presswatch.matching.program import Program
from presswatch.times import to_text
from presswatch.watch import Feed, Subscription, Watch


def adopt(database: Database, watch: Watch, now: datetime) -> None:
    """Store the feeds, programs and subscriptions of the configuration.

    What is no longer configured becomes inactive; nothing is deleted. A new subscription starts at
    the present: it is not told what the archive already held.
    """
    _adopt_feeds(database, watch.feeds, now)
    _adopt_programs(database, watch.programs, now)
    _adopt_subscriptions(database, watch.subscriptions, now)


def _adopt_feeds(database: Database, feeds: Sequence[Feed], now: datetime) -> None:
    rows = [
        {
            "url": feed.url,
            "publisher": feed.publisher,
            "tags": json.dumps(feed.tags, ensure_ascii=False),
            "active": 1,
            "interval_seconds": _seconds(feed.interval),
            "announce_seconds": None
            if feed.announce_since is None
            else int(feed.announce_since.total_seconds()),
        }
        for feed in feeds
    ]
    _merge(database, "feeds", "url", rows, on_arrival={"added": to_text(now)})


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())


def _adopt_programs(database: Database, programs: Sequence[Program], now: datetime) -> None:
    rows = [
        {"id": p.id, "name": p.name, "description": p.description, "rule": p.version, "active": 1}
        for p in programs
    ]
    _merge(database, "programs", "id", rows, on_arrival={"added": to_text(now)})
    rules = [
        {
            "program_id": program.id,
            "version": program.version,
            "definition": json.dumps(asdict(program), ensure_ascii=False),
            "adopted": to_text(now),
        }
        for program in programs
    ]
    database.table("rules").insert_all(rules, ignore=True)


def _adopt_subscriptions(database: Database, subscriptions: Sequence[Subscription], now: datetime) -> None:
    rows = [
        {
            "id": subscription.id,
            "channel": subscription.channel,
            "recipients": json.dumps(subscription.recipients, ensure_ascii=False),
            "programs": json.dumps(subscription.programs),
            "schedule": subscription.schedule,
            "timezone": subscription.timezone.key,
            "active": 1,
        }
        for subscription in subscriptions
    ]
    last = database.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()[0]
    _merge(
        database,
        "subscriptions",
        "id",
        rows,
        on_arrival={"added": to_text(now), "planned": to_text(now), "last_mention": last},
        # Back after an absence, a subscription starts anew rather than with all that it missed.
        on_return={"planned": to_text(now), "last_mention": last},
    )


def _merge(
    database: Database,
    table: str,
    key: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    on_arrival: Mapping[str, Any],
    on_return: Mapping[str, Any] | None = None,
) -> None:
    """Insert what is new, update what differs, make inactive what is gone; touch nothing else."""
    stored = {row[key]: row for row in database.table(table).rows}
    wanted = {row[key]: row for row in rows}
    database.table(table).insert_all(
        {**row, **on_arrival} for name, row in wanted.items() if name not in stored
    )
    pk = database.table(table).pks[0]
    for name, row in stored.items():
        change: dict[str, Any] = {"active": 0}
        if name in wanted:
            change = dict(wanted[name])
            if not row["active"] and on_return:
                change |= on_return
        if any(row[column] != value for column, value in change.items()):
            database.table(table).update(row[pk], change)


def due_feeds(database: Database, now: datetime, *, everything: bool) -> list[FeedState]:
    """The active feeds whose interval has passed, those that waited longest first.

    A last attempt that lies in the future (the clock was set back) counts as passed.
    """
    rows = database.query(
        """
        SELECT * FROM feeds WHERE active AND (
            :everything OR last_attempt IS NULL OR last_attempt > :now
            OR unixepoch(last_attempt) + interval_seconds <= unixepoch(:now))
        ORDER BY last_attempt, id
        """,
        {"now": to_text(now), "everything": everything},
    )
    return [_state(row) for row in rows]


def _state(row: Mapping[str, Any]) -> FeedState:
    known: Iterable[str] = json.loads(row["known"])
    return FeedState(
        feed_id=row["id"],
        url=row["url"],
        publisher=row["publisher"],
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        known=frozenset(known),
    )
