"""Writing down each fetch and how a feed fares, and when it is asked again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.pace import Pace, after_failure, after_success, roll_of
from presswatch.feeds.values import Failed, Fetched, PaceHints, Postponed, Read, Unchanged
from presswatch.times import from_text, to_text
from storage import rows

MOVED_AFTER = timedelta(days=7)
"""How long permanent redirects must lead to the same place before that is asked instead."""
_GONE = 410
_BEGINS = timedelta(days=7)


def feed_rows(database: Database, feed_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The feeds as they stand, by id, each with the last row of its fetches (``fetch_…``)."""
    found = database.query(
        """
        SELECT f.*, x.outcome AS fetch_outcome, x.reason AS fetch_reason, x.status AS fetch_status,
            x.items AS fetch_items, x.new AS fetch_new
        FROM feeds f LEFT JOIN fetches x ON x.id = f.last_fetch
        WHERE f.id IN (SELECT value FROM json_each(?))
        """,
        [json.dumps(list(feed_ids))],
    )
    return {feed["id"]: feed for feed in found}


def note_read(database: Database, feed: Mapping[str, Any], reading: Read) -> int:
    """Write down an answer that was read, and return its row's id. It is the row of the one before if
    both showed as many items and nothing new (a feed that carries the time of day in it).
    """
    row = _fetch_row(reading.fetched, "read", "")
    row |= {"size": reading.size, "body_hash": reading.body_hash, "items": reading.items, "new": 0}
    like = ("read", reading.fetched.status, reading.items, 0)
    if not reading.entries and like == tuple(
        feed[f"fetch_{n}"] for n in ("outcome", "status", "items", "new")
    ):
        database.execute(
            "UPDATE fetches SET last_at = ?, times = times + 1, seconds = ?, size = ?, body_hash = ?"
            " WHERE id = ?",
            [row["last_at"], row["seconds"], row["size"], row["body_hash"], feed["last_fetch"]],
        )
        return int(feed["last_fetch"])
    return _insert(database, row)


def keep_validators(
    database: Database, feed: Mapping[str, Any], reading: Read, fetch_id: int, *, new: int
) -> None:
    """Store what makes the next request conditional, and when that is. The last thing that a reading
    writes; ``new`` releases were seen first in it.
    """
    fetched = reading.fetched
    roll = feed["roll_seconds"]
    if feed["first_read"] is not None and feed["last_success"] is not None:
        elapsed = (fetched.started - from_text(feed["last_success"])).total_seconds()
        roll = roll_of(roll, shown=reading.items, new=new, elapsed=elapsed)
    at = to_text(fetched.started)
    change = _well(feed, fetched, reading.hints, roll)
    change |= {
        "last_fetch": fetch_id,
        "title": reading.title or feed["title"],
        "first_read": feed["first_read"] or (at if reading.items else None),
        "etag": reading.validators.etag,
        "last_modified": reading.validators.last_modified,
        "body_hash": reading.body_hash,
        "known": reading.known,
        "last_whole": at,
        "read_otherwise": 0 if reading.items else feed["read_otherwise"],
        "warning": reading.warning,
        "began_cut": int(bool(reading.items) and reading.cut and begins(feed, fetched.started)),
    }
    rows.update(database, "feeds", [change])
    if reading.listed is not None:
        database.execute(
            "INSERT INTO listings(feed_id, addresses) VALUES (?, ?) ON CONFLICT (feed_id)"
            " DO UPDATE SET addresses = excluded.addresses WHERE addresses != excluded.addresses",
            [feed["id"], reading.listed.listing],
        )


def begins(feed: Mapping[str, Any], now: datetime) -> bool:
    """Whether this is a feed's first reading, or all of them broke off so far. Some never have an end: after
    a week that's how it is.
    """
    if feed["first_read"] is None:
        return True
    return bool(feed["began_cut"]) and now - from_text(feed["first_read"]) < _BEGINS


def note_unchanged(
    database: Database, readings: Sequence[Unchanged], feeds: Mapping[int, Mapping[str, Any]]
) -> None:
    """The feeds showed what they showed last time: the server said so (304), or sent the same again."""
    changes = []
    for reading in readings:
        fetched, feed = reading.fetched, feeds[reading.fetched.feed_id]
        roll = roll_of(feed["roll_seconds"], shown=1, new=0, elapsed=1)
        change = _well(feed, fetched, None, roll)
        change |= {"etag": reading.validators.etag, "last_modified": reading.validators.last_modified}
        change["last_whole"] = feed["last_whole"] if fetched.status == 304 else to_text(fetched.started)
        changes.append(change)
    rows.update(database, "feeds", changes)
    _count(database, [(reading.fetched, "unchanged", "") for reading in readings], feeds)


def note_failed(
    database: Database, readings: Sequence[Failed], feeds: Mapping[int, Mapping[str, Any]]
) -> None:
    """The feeds could not be read. After a failure validators, and where redirects led, are not trusted."""
    changes = []
    for reading in readings:
        fetched, feed = reading.fetched, feeds[reading.fetched.feed_id]
        failures = feed["failures"] + 1
        gone = fetched.status == _GONE and feed["fetch_status"] in (None, _GONE)
        due = after_failure(
            Pace(feed["interval_seconds"]),
            failures,
            fetched.started,
            seed=feed["url"],
            retry_after=fetched.retry_after,
            gone=gone,
        )
        at = to_text(fetched.started)
        changes.append(
            {
                "id": feed["id"],
                "last_attempt": at,
                "failures": failures,
                "failing_since": feed["failing_since"] or at,
                "last_error": reading.reason,
                "last_whole": None,
                "moved_to": "",
                "moved_since": None,
                "next_due": to_text(due),
            }
        )
    rows.update(database, "feeds", changes)
    _count(database, [(reading.fetched, "failed", reading.reason) for reading in readings], feeds)


def note_postponed(database: Database, readings: Sequence[Postponed]) -> None:
    """The feeds were not asked. That is no failure of theirs."""
    put_off = [{"id": r.feed_id, "next_due": to_text(r.until)} for r in readings if r.until is not None]
    rows.update(database, "feeds", put_off)


def _well(
    feed: Mapping[str, Any], fetched: Fetched, hints: PaceHints | None, roll: float | None
) -> dict[str, Any]:
    """What is true of every feed that answered."""
    at = to_text(fetched.started)
    if hints is None:
        hints = PaceHints(
            feed["ttl_seconds"], tuple(json.loads(feed["skip_hours"])), tuple(json.loads(feed["skip_days"]))
        )
    pace = Pace(feed["interval_seconds"], hints, fetched.fresh_for, roll)
    moved_to, moved_since = _moved(feed, fetched, at)
    return {
        "id": feed["id"],
        "last_attempt": at,
        "last_success": at,
        "failures": 0,
        "failing_since": None,
        "last_error": "",
        "next_due": to_text(after_success(pace, fetched.started)),
        "ttl_seconds": hints.ttl,
        "skip_hours": json.dumps(hints.skip_hours),
        "skip_days": json.dumps(hints.skip_days),
        "roll_seconds": None if roll is None else int(roll),
        "moved_to": moved_to,
        "moved_since": moved_since,
    }


def _moved(feed: Mapping[str, Any], fetched: Fetched, at: str) -> tuple[str, str | None]:
    """Where permanent redirects lead, and since when. Asked at the new place, that is where it is."""
    if fetched.url == feed["moved_to"] and not fetched.moved_to:
        return feed["moved_to"], feed["moved_since"]
    if not fetched.moved_to or fetched.moved_to == feed["url"]:
        return "", None
    if fetched.moved_to == feed["moved_to"]:
        return feed["moved_to"], feed["moved_since"]
    return fetched.moved_to, at


def address_of(feed: Mapping[str, Any], now: datetime) -> str:
    """Where a feed is to be asked: at its address, or where it has moved to for good."""
    if feed["moved_to"] and from_text(feed["moved_since"]) <= now - MOVED_AFTER:
        return str(feed["moved_to"])
    return str(feed["url"])


def _count(
    database: Database,
    fetches: Sequence[tuple[Fetched, str, str]],
    feeds: Mapping[int, Mapping[str, Any]],
) -> None:
    """Count one more in a feed's last row if this fetch was like it; else write a new row."""
    again = []
    for fetched, outcome, reason in fetches:
        feed = feeds[fetched.feed_id]
        last = (feed["fetch_outcome"], feed["fetch_reason"], feed["fetch_status"])
        if last == (outcome, reason, fetched.status):
            again.append((to_text(fetched.started), fetched.seconds, feed["last_fetch"]))
            continue
        fetch_id = _insert(database, _fetch_row(fetched, outcome, reason))
        database.execute("UPDATE feeds SET last_fetch = ? WHERE id = ?", [fetch_id, fetched.feed_id])
    database.conn.executemany(
        "UPDATE fetches SET last_at = ?, times = times + 1, seconds = ? WHERE id = ?", again
    )


def _insert(database: Database, row: Mapping[str, Any]) -> int:
    rows.insert(database, "fetches", [row])
    return int(database.execute("SELECT last_insert_rowid()").fetchone()[0])


def _fetch_row(fetched: Fetched, outcome: str, reason: str) -> dict[str, Any]:
    at = to_text(fetched.started)
    return {
        "feed_id": fetched.feed_id,
        "outcome": outcome,
        "status": fetched.status,
        "reason": reason,
        "first_at": at,
        "last_at": at,
        "seconds": fetched.seconds,
    }
