"""Feeds' health: how long their silence is usual, and the moments at which they turn bad or mend."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlite_utils import Database

from presswatch.digests.health import HealthChange
from presswatch.feeds.habit import silent_from
from presswatch.times import from_text, to_text

FAILING_FOR = timedelta(hours=24)
LEAST_FAILURES = 3
"""A feed is failing once it has failed so often in a row, over so long; until then it may be a hiccup."""
_LATEST = 20  # releases, of which the habit is told


def learn_habits(database: Database, feed_ids: Sequence[int]) -> None:
    """Work out from when on these feeds, which showed something new, would be silent beyond their habit.

    Call it within :func:`storage.connection.writing`.
    """
    rows = database.query(
        """
        SELECT f.id, f.first_read, f.added, min(coalesce(r.published, r.first_seen), r.first_seen) AS date
        FROM json_each(?) given JOIN feeds f ON f.id = given.value JOIN releases r ON r.id IN
            (SELECT id FROM releases WHERE feed_id = f.id ORDER BY id DESC LIMIT ?)
        ORDER BY f.id
        """,
        [json.dumps(list(feed_ids)), _LATEST],
    )
    changes = []
    for feed_id, releases in groupby(rows, key=lambda row: row["id"]):
        latest = list(releases)
        read_since = from_text(latest[0]["first_read"] or latest[0]["added"])
        moment = silent_from([from_text(row["date"]) for row in latest], read_since)
        changes.append((to_text(moment) if moment else None, feed_id))
    database.conn.executemany("UPDATE feeds SET silent_from = ? WHERE id = ?", changes)


def judge(database: Database, now: datetime) -> int:
    """Write down which feeds have turned bad or have mended; return how many did.

    A feed is ``failing`` after three failures in a row over a day, ``gone`` if the last of them said so
    (410), ``silent`` if it answers and has been silent for longer than its habit, and ``well`` when
    it answers again. Call it within :func:`storage.connection.writing`.
    """
    changed = list(
        database.query(
            """
            WITH judged AS (
                SELECT f.id, f.health AS before, f.last_error, CASE
                    WHEN f.failures >= :least AND f.failing_since <= :since AND x.status = 410 THEN 'gone'
                    WHEN f.failures >= :least AND f.failing_since <= :since THEN 'failing'
                    WHEN f.failures = 0 AND f.last_success >= f.silent_from THEN 'silent'
                    WHEN f.failures = 0 AND f.last_success IS NOT NULL THEN 'well'
                    ELSE f.health END AS health
                FROM feeds f LEFT JOIN fetches x ON x.id = f.last_fetch WHERE f.active
            )
            SELECT * FROM judged WHERE health != before
            """,
            {"least": LEAST_FAILURES, "since": to_text(now - FAILING_FOR)},
        )
    )
    for row in changed:
        reason = "nothing new for longer than usual" if row["health"] == "silent" else row["last_error"]
        database.table("feeds").update(row["id"], {"health": row["health"], "health_since": to_text(now)})
        database.table("health_changes").insert(
            {
                "feed_id": row["id"],
                "at": to_text(now),
                "health": row["health"],
                "before": row["before"],
                "reason": reason,
            }
        )
    return len(changed)


def last_health(database: Database) -> int:
    """The id of the newest change of a feed's health; 0 if there was none."""
    return int(database.execute("SELECT coalesce(max(id), 0) FROM health_changes").fetchone()[0])


def health_changes(database: Database, subscription_id: str) -> list[HealthChange]:
    """The changes of watched feeds' health that the subscription has not been told of, the oldest first."""
    found = database.query(
        "SELECT h.*, f.publisher, f.url FROM health_changes h JOIN feeds f ON f.id = h.feed_id"
        " WHERE f.active AND h.id > ? ORDER BY h.id",
        [told_health(database, subscription_id)],
    )
    return [
        HealthChange(
            feed_id=row["feed_id"],
            publisher=row["publisher"],
            url=row["url"],
            at=from_text(row["at"]),
            health=row["health"],
            before=row["before"],
            reason=row["reason"],
        )
        for row in found
    ]


def told_health(database: Database, subscription_id: str) -> int:
    """Up to which change of a feed's health the subscription was told; a new one starts at the present."""
    told, planned = database.execute(
        "SELECT last_health, planned FROM subscriptions WHERE id = ?", [subscription_id]
    ).fetchone()
    if told is None:
        told = database.execute(
            "SELECT coalesce(max(id), 0) FROM health_changes WHERE at <= ?", [planned]
        ).fetchone()[0]
    return int(told)
