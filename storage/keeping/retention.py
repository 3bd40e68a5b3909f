"""Letting go of texts that the user doesn't want to keep.

A release that is forgotten loses its words: text, content, revisions' and variants' texts, the page behind
it, its parts, and their place in the search index. It keeps what it is known by (its row, title, address,
dates, hashes, sightings), so that a feed that shows it again shows nothing new, and so that the archive still
says that it was, and of what text: who has that text can prove it by the hash. Mentions, with the passage
that each quotes, stay as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from presswatch.times import to_text
from presswatch.watch import Retention
from storage.connection import writing

_BATCH = 200
"""Releases that are forgotten in one transaction, so that nobody waits long."""

_OLD = """
    SELECT r.id, length(CAST(r.text AS BLOB)) + coalesce(length(CAST(r.content AS BLOB)), 0)
        + (SELECT coalesce(sum(length(CAST(v.text AS BLOB))
            + coalesce(length(CAST(v.content AS BLOB)), 0)), 0) FROM revisions v WHERE v.release_id = r.id)
        + (SELECT coalesce(sum(length(CAST(f.text AS BLOB))), 0) FROM variants f WHERE f.release_id = r.id)
        + (SELECT coalesce(sum(length(CAST(p.text AS BLOB))), 0) FROM pages p WHERE p.release_id = r.id)
        AS size,
        EXISTS (SELECT 1 FROM mentions m WHERE m.release_id = r.id)
        OR EXISTS (SELECT 1 FROM digest_items i WHERE i.release_id = r.id)
        OR EXISTS (SELECT 1 FROM story_members s WHERE s.release_id = r.id) AS in_use,
        EXISTS (SELECT 1 FROM pages p WHERE p.release_id = r.id AND p.status = 'pending')
        OR EXISTS (SELECT 1 FROM mentions m WHERE m.release_id = r.id AND m.announce AND m.id >
            (SELECT min(u.last_mention) FROM subscriptions u WHERE u.active)) AS awaited
    FROM releases r WHERE r.publisher = :publisher AND r.first_seen < :before
        AND (r.forgotten IS NULL OR r.text != ''
            OR EXISTS (SELECT 1 FROM variants f WHERE f.release_id = r.id AND f.text IS NOT NULL))
    ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class Expired:
    """What of a publisher is past its time: releases to forget, with the bytes of their words, and how many
    stay all the same: since they mention a program or were told (``in_use``), or since their page is still to
    be read or a subscription still to be told (``awaited``).
    """

    publisher: str
    release_ids: tuple[int, ...]
    size: int
    in_use: int
    awaited: int


def publishers(database: Database) -> set[str]:
    """Everybody of whom the archive holds a release."""
    return {row[0] for row in database.execute("SELECT DISTINCT publisher FROM releases")}


def expired(
    database: Database, retention: Retention, now: datetime, *, with_mentions: bool = False
) -> list[Expired]:
    """What the retention lets go of now, by publisher; nothing is changed. The age of a release counts from
    when it was first seen: the publisher's date is only a claim.

    ``with_mentions`` also takes those that mention a program, or were told, but none that are awaited.
    """
    limits = dict(retention.publishers)
    found = []
    for publisher in sorted(publishers(database)):
        keep = limits.get(publisher, retention.keep)
        if keep is None:
            continue
        old = list(database.query(_OLD, {"publisher": publisher, "before": to_text(now - keep)}))
        going = [row for row in old if not row["awaited"] and (with_mentions or not row["in_use"])]
        awaited = sum(row["awaited"] for row in old)
        if old:
            found.append(
                Expired(
                    publisher=publisher,
                    release_ids=tuple(row["id"] for row in going),
                    size=sum(row["size"] for row in going),
                    in_use=len(old) - len(going) - awaited,
                    awaited=awaited,
                )
            )
    return found


def forget(database: Database, release_ids: tuple[int, ...], now: datetime) -> Iterator[int]:
    """Forget releases, a batch in each transaction, and yield how many are done. Call it under
    :func:`storage.lock.cycle_lock`, so that nothing changes what :func:`expired` saw.
    """
    done = 0
    for batch in _batches(release_ids):
        with writing(database):
            _forget(database, batch, now)
        done += len(batch)
        yield done


def compact(database: Database) -> None:
    """Give the room that forgotten texts took back to the disk, of which it needs as much meanwhile as the
    archive takes.
    """
    with writing(database):
        database.execute("INSERT INTO releases_fts(releases_fts) VALUES ('optimize')")
    database.execute("VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _batches(release_ids: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(release_ids), _BATCH):
        yield release_ids[start : start + _BATCH]


def _forget(database: Database, release_ids: tuple[int, ...], now: datetime) -> None:
    given = {"ids": json.dumps(release_ids), "now": to_text(now)}
    for statement in (
        "INSERT INTO releases_fts(releases_fts, rowid, title, text) SELECT 'delete', id, title, text"
        " FROM releases WHERE id IN (SELECT value FROM json_each(:ids))",
        "UPDATE releases SET text = '', content = NULL, forgotten = :now"
        " WHERE id IN (SELECT value FROM json_each(:ids))",
        "INSERT INTO releases_fts(rowid, title, text) SELECT id, title, '' FROM releases"
        " WHERE id IN (SELECT value FROM json_each(:ids))",
        "UPDATE revisions SET text = '', content = NULL"
        " WHERE release_id IN (SELECT value FROM json_each(:ids))",
        "UPDATE variants SET text = NULL WHERE release_id IN (SELECT value FROM json_each(:ids))",
        "UPDATE pages SET text = '' WHERE release_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM parts WHERE release_id IN (SELECT value FROM json_each(:ids))",
        "DELETE FROM story_shingles WHERE release_id IN (SELECT value FROM json_each(:ids))",
    ):
        database.execute(statement, given)
