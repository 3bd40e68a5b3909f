"""Writing down each fetch and how a feed fares."""

from __future__ import annotations

import json
from typing import Any, cast

from sqlite_utils import Database

from presswatch.feeds.values import Failed, Fetched, Read, Unchanged
from presswatch.times import to_text


def note_read(database: Database, reading: Read) -> int:
    """Write down an answer that was read, in a row of its own; return that row's id."""
    return _insert(
        database,
        reading.fetched,
        "read",
        size=reading.size,
        body_hash=reading.body_hash,
        items=len(reading.fingerprints),
        new=0,
    )


def keep_validators(database: Database, reading: Read) -> None:
    """Store what makes the next request conditional. The last thing that a reading writes."""
    changes = {"title": reading.title} if reading.title else {}
    if reading.fingerprints:
        database.execute(
            "UPDATE feeds SET first_read = ? WHERE id = ? AND first_read IS NULL",
            [to_text(reading.fetched.started), reading.fetched.feed_id],
        )
    _succeeded(
        database,
        reading.fetched,
        etag=reading.validators.etag,
        last_modified=reading.validators.last_modified,
        body_hash=reading.body_hash,
        known=json.dumps(sorted(reading.fingerprints)),
        last_whole=to_text(reading.fetched.started),
        **changes,
    )


def note_unchanged(database: Database, reading: Unchanged) -> None:
    """The feed showed what it showed last time: the server said so (304), or sent the same again."""
    _insert_or_count(database, reading.fetched, "unchanged")
    whole = {} if reading.fetched.status == 304 else {"last_whole": to_text(reading.fetched.started)}
    _succeeded(
        database,
        reading.fetched,
        etag=reading.validators.etag,
        last_modified=reading.validators.last_modified,
        **whole,
    )


def note_failed(database: Database, reading: Failed) -> None:
    """The feed could not be read. After a failure its validators are not trusted."""
    _insert_or_count(database, reading.fetched, "failed", reason=reading.reason)
    database.execute(
        "UPDATE feeds SET last_attempt = ?, failures = failures + 1, last_error = ?, last_whole = NULL"
        " WHERE id = ?",
        [to_text(reading.fetched.started), reading.reason, reading.fetched.feed_id],
    )


def _succeeded(database: Database, fetched: Fetched, **changes: Any) -> None:
    at = to_text(fetched.started)
    database.table("feeds").update(
        fetched.feed_id,
        {"last_attempt": at, "last_success": at, "failures": 0, "last_error": "", **changes},
    )


def _insert_or_count(database: Database, fetched: Fetched, outcome: str, *, reason: str = "") -> None:
    """Count one more in the feed's last row if this fetch was like it; else write a new row."""
    like = database.execute(
        "UPDATE fetches SET last_at = ?, times = times + 1, seconds = ?"
        " WHERE id = (SELECT last_fetch FROM feeds WHERE id = ?)"
        " AND outcome = ? AND reason = ? AND status IS ?",
        [to_text(fetched.started), fetched.seconds, fetched.feed_id, outcome, reason, fetched.status],
    )
    if not like.rowcount:
        _insert(database, fetched, outcome, reason=reason)


def _insert(database: Database, fetched: Fetched, outcome: str, **more: Any) -> int:
    at = to_text(fetched.started)
    row = {
        "feed_id": fetched.feed_id,
        "outcome": outcome,
        "status": fetched.status,
        "first_at": at,
        "last_at": at,
        "seconds": fetched.seconds,
        **more,
    }
    fetch_id = cast(int, database.table("fetches").insert(row).last_pk)
    database.execute("UPDATE feeds SET last_fetch = ? WHERE id = ?", [fetch_id, fetched.feed_id])
    return fetch_id
