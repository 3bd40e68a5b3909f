"""Bringing the archive in line with the configuration, and asking it what is due."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.digests.succession import REMEMBERED
from presswatch.feeds.values import FeedState, Validators
from presswatch.matching.program import Program
from presswatch.times import to_text
from presswatch.watch import Feed, Selectors, Subscription, Watch
from storage.taking.fetches import address_of
from storage.taking.succession import announced_from, rename_programs, rename_subscriptions

_SKEW = timedelta(minutes=1)  # between the clocks of those who read
_WHOLE_EVERY = timedelta(days=1)
_REMEMBERED_FEED = timedelta(days=60)


def adopt(database: Database, watch: Watch, now: datetime, steady: datetime | None = None) -> None:
    """Store the feeds, programs and subscriptions of the configuration.

    What is no longer configured becomes inactive; nothing is deleted. A new subscription starts at
    the present: it is not told what the archive already held. What takes the place of another goes on from
    there (:mod:`storage.taking.succession`). For how long a subscription was gone is told by the ``steady``
    clock (:mod:`presswatch.clock`), which stands still while nothing is at work.
    """
    steady = steady or now
    _adopt_feeds(database, watch.feeds, now)
    _adopt_programs(database, watch.programs, now)
    _adopt_subscriptions(database, watch.subscriptions, now, steady)


def _adopt_feeds(database: Database, feeds: Sequence[Feed], now: datetime) -> None:
    rows = [
        {
            "url": feed.url,
            "publisher": feed.publisher,
            "tags": json.dumps(feed.tags, ensure_ascii=False),
            "active": 1,
            "interval_seconds": _seconds(feed.interval),
            "announce_seconds": _seconds(feed.announce_since),
            "fulltext": feed.fulltext,
            "kind": feed.kind,
            "selectors": json.dumps(asdict(feed.selectors)) if feed.selectors else "",
            "only": feed.only,
        }
        for feed in feeds
    ]
    _hide_secrets(database, feeds)
    _keep_known(database, feeds)
    since = announced_from(database, feeds, now)
    forgotten = to_text(now - _REMEMBERED_FEED)
    anew = {"added": to_text(now), "first_read": None, "announce_from": None}
    _merge(
        database,
        "feeds",
        "url",
        rows,
        on_arrival=lambda row: {"added": to_text(now), "announce_from": since.get(row["publisher"])},
        # Back after a long absence, what it shows is as old as on a first read.
        on_return=lambda row: anew if (row["last_attempt"] or "") < forgotten else {},
        on_change=_begin_anew,
    )


def _hide_secrets(database: Database, feeds: Sequence[Feed]) -> None:
    """Give a feed that was stored under its address, secrets and all, the name that hides them."""
    for feed in feeds:
        if feed.address:
            database.execute(
                "UPDATE OR IGNORE feeds SET url = ?, moved_to = '', moved_since = NULL WHERE url = ?",
                [feed.url, feed.address],
            )


def _keep_known(database: Database, feeds: Sequence[Feed]) -> None:
    """Have the releases of a feed whose publisher is renamed known under the new name, too."""
    stored = {row["url"]: row for row in database.table("feeds").rows}
    for feed in feeds:
        before = stored.get(feed.url)
        if before is None or before["publisher"] == feed.publisher:
            continue
        for kind in ("guid", "path", "title"):
            old, new = f"{kind}:{before['publisher']}|", f"{kind}:{feed.publisher}|"
            database.execute(
                "INSERT OR IGNORE INTO sightings(key, release_id, feed_id, first_seen)"
                " SELECT ? || substr(key, ?), release_id, feed_id, first_seen FROM sightings"
                " WHERE key >= ? AND key < ? || char(1114111) AND feed_id = ?",
                [new, len(old) + 1, old, old, before["id"]],
            )


def _begin_anew(feed: Mapping[str, Any], change: Mapping[str, Any]) -> Mapping[str, Any]:
    """A feed that is to be read at another pace, or in another way, is due at once. Of the other way is noted
    that what it shows for the first time need not be new.
    """
    if feed["active"] and all(feed[name] == change[name] for name in ("kind", "selectors", "only")):
        return {} if feed["interval_seconds"] == change["interval_seconds"] else {"next_due": None}
    return {"next_due": None, "body_hash": "", "known": "", "last_whole": None, "read_otherwise": 1}


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())


def _adopt_programs(database: Database, programs: Sequence[Program], now: datetime) -> None:
    rows = [
        {"id": p.id, "name": p.name, "description": p.description, "rule": p.version, "active": 1}
        for p in programs
    ]
    rename_programs(database, programs)
    _merge(database, "programs", "id", rows, on_arrival=lambda row: {"added": to_text(now)})
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


def _adopt_subscriptions(
    database: Database, subscriptions: Sequence[Subscription], now: datetime, steady: datetime
) -> None:
    rows = [
        {
            "id": subscription.id,
            "channel": subscription.channel,
            "recipients": json.dumps(subscription.recipients, ensure_ascii=False),
            "programs": json.dumps(subscription.programs),
            "publishers": json.dumps(subscription.publishers, ensure_ascii=False),
            "tags": json.dumps(subscription.tags, ensure_ascii=False),
            "languages": json.dumps(subscription.languages),
            "leave_out": json.dumps(subscription.leave_out),
            "schedule": subscription.schedule,
            "timezone": subscription.timezone.key,
            "active": 1,
            "gone_since": None,
        }
        for subscription in subscriptions
    ]
    rename_subscriptions(database, subscriptions, now, steady)
    last = database.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()[0]
    start = {"planned": to_text(now), "last_mention": last, "last_health": None}
    forgotten = to_text(steady - REMEMBERED)
    _merge(
        database,
        "subscriptions",
        "id",
        rows,
        on_arrival=lambda row: {"added": to_text(now), **start},
        # Back after a long absence, a subscription starts anew rather than with all that it missed.
        on_return=lambda row: start if (row["gone_since"] or "") < forgotten else {},
        on_leaving=lambda row: {"gone_since": to_text(steady)},
    )


def _merge(
    database: Database,
    table: str,
    key: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    on_arrival: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    on_return: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda row: {},
    on_change: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]] = lambda row, change: {},
    on_leaving: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda row: {},
) -> None:
    """Insert what is new, update what differs, make inactive what is gone; touch nothing else."""
    stored = {row[key]: row for row in database.table(table).rows}
    wanted = {row[key]: row for row in rows}
    database.table(table).insert_all(
        {**row, **on_arrival(row)} for name, row in wanted.items() if name not in stored
    )
    pk = database.table(table).pks[0]
    for name, row in stored.items():
        change: dict[str, Any] = {"active": 0}
        if name in wanted:
            change = dict(wanted[name])
            if not row["active"]:
                change |= on_return(row)
        elif row["active"]:
            change |= on_leaving(row)
        if any(row[column] != value for column, value in change.items()):
            if name in wanted:
                change |= on_change(row, change)
            database.table(table).update(row[pk], change)


def due_feeds(database: Database, now: datetime, *, everything: bool) -> list[FeedState]:
    """The active feeds whose time has come, those that waited longest first.

    A last attempt that lies in the future (the clock was set back) counts as none. Once a day a feed is
    asked for the whole, for validators can be wrong.
    """
    rows = database.query(
        """
        SELECT f.*, l.addresses FROM feeds f LEFT JOIN listings l ON l.feed_id = f.id WHERE active AND (
            :everything OR next_due IS NULL OR next_due <= :now OR last_attempt > :ahead)
        ORDER BY last_attempt, id
        """,
        {"now": to_text(now), "ahead": to_text(now + _SKEW), "everything": everything},
    )
    whole_before = to_text(now - _WHOLE_EVERY)
    return [
        _state(row, address_of(row, now), ask_whole=(row["last_whole"] or "") <= whole_before) for row in rows
    ]


def _state(row: Mapping[str, Any], url: str, *, ask_whole: bool) -> FeedState:
    return FeedState(
        feed_id=row["id"],
        url=url,
        publisher=row["publisher"],
        validators=Validators() if ask_whole else Validators(row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        known=row["known"],
        fulltext=row["fulltext"],
        kind=row["kind"],
        selectors=Selectors(**json.loads(row["selectors"])) if row["selectors"] else None,
        only=row["only"],
        listing=row["addresses"] or b"",
    )
