"""Storing what a shard read, in one transaction: releases, mentions and, last, validators.

Whether an entry is new is decided in here, inside the transaction that stores it. A crash before the
commit leaves the feed as it was, so that it is read again rather than skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.cycle import Recorded
from presswatch.feeds.identity import Candidate, same_release
from presswatch.feeds.values import Entry, MatchedEntry, Read, Reading, Unchanged
from presswatch.matching.mention import Mention
from presswatch.times import from_text, to_text
from storage import fetches


@dataclass
class _Batch:
    """What a feed's reading adds, gathered to be written table by table."""

    releases: dict[int, dict[str, Any]] = field(default_factory=dict)
    sightings: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    revised: int = 0


def record(database: Database, readings: Sequence[Reading], now: datetime, *, announce_all: bool) -> Recorded:
    """Store readings and say what they added. Call it within :func:`storage.connection.writing`."""
    total = Recorded()
    for reading in readings:
        if isinstance(reading, Read):
            total += _record_read(database, reading, now, announce_all=announce_all)
        elif isinstance(reading, Unchanged):
            fetches.note_unchanged(database, reading)
        else:
            fetches.note_failed(database, reading)
    return total


def _record_read(database: Database, reading: Read, now: datetime, *, announce_all: bool) -> Recorded:
    feed = database.table("feeds").get(reading.fetched.feed_id)
    fetch_id = fetches.note_read(database, reading)
    oldest = None if announce_all else _oldest_announced(feed, now)
    batch = _Batch()
    candidates = _candidates(database, reading.entries)
    first_id = next_id = _next_release_id(database)
    for matched in reading.entries:
        entry = matched.entry
        known_as = same_release(entry, [c for key in entry.keys for c in candidates.get(key, ())])
        if known_as is None:
            announce = oldest is None or (entry.published is not None and entry.published >= oldest)
            release = _release_row(next_id, feed, fetch_id, entry, now)
            batch.releases[next_id] = release
            batch.mentions += _mention_rows(next_id, 1, matched.mentions, now, lambda _, a=announce: a)
            known_as = next_id
            next_id += 1
        else:
            batch.revised += _revise(database, batch, known_as, matched, fetch_id=fetch_id, now=now)
        for key in entry.keys:
            batch.sightings.append(
                {"key": key, "release_id": known_as, "feed_id": feed["id"], "first_seen": to_text(now)}
            )
            candidates.setdefault(key, []).append(_candidate(known_as, key, entry))
    database.table("releases").insert_all(batch.releases.values())
    # Indexed at once: a later feed of the same shard may show, and edit, one of them.
    database.execute(
        "INSERT INTO releases_fts(rowid, title, text) SELECT id, title, text FROM releases WHERE id >= ?",
        [first_id],
    )
    database.table("sightings").insert_all(batch.sightings, ignore=True)
    database.table("mentions").insert_all(batch.mentions)
    if batch.releases:
        database.execute("UPDATE fetches SET new = ? WHERE id = ?", [len(batch.releases), fetch_id])
    fetches.keep_validators(database, reading)
    return Recorded(len(batch.releases), batch.revised, len(batch.mentions))


def _revise(
    database: Database, batch: _Batch, release_id: int, matched: MatchedEntry, *, fetch_id: int, now: datetime
) -> int:
    """Keep what the release said, and what it says now. 1 where title or text changed, else 0.

    A program that the release never mentioned before is news; what else it mentions is not.
    """
    entry = matched.entry
    if release_id in batch.releases:
        return 0  # twice in one document: what came first in the feed stands
    old = database.table("releases").get(release_id)
    if old["content_hash"] == entry.content_hash:
        return 0
    kept = {name: old[name] for name in ("revision", "title", "text", "content", "published", "content_hash")}
    database.table("revisions").insert(
        {**kept, "release_id": release_id, "fetch_id": old["fetch_id"], "replaced": to_text(now)}
    )
    database.execute(
        "INSERT INTO releases_fts(releases_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        [release_id, old["title"], old["text"]],
    )
    revision = old["revision"] + 1
    database.table("releases").update(
        release_id,
        {
            "title": entry.title,
            "text": entry.text,
            "content": _content(entry),
            "content_hash": entry.content_hash,
            "published": to_text(entry.published) if entry.published else old["published"],
            "fetch_id": fetch_id,
            "revision": revision,
            "revised": to_text(now),
        },
    )
    database.execute(
        "INSERT INTO releases_fts(rowid, title, text) VALUES (?, ?, ?)",
        [release_id, entry.title, entry.text],
    )
    known = database.execute("SELECT DISTINCT program_id FROM mentions WHERE release_id = ?", [release_id])
    mentioned = {row[0] for row in known}
    batch.mentions += _mention_rows(
        release_id, revision, matched.mentions, now, lambda program: program not in mentioned
    )
    return 1


def _oldest_announced(feed: Mapping[str, Any], now: datetime) -> datetime | None:
    """On a feed's first read, how old an item may be and still be announced; ``None``: any age."""
    if feed["last_success"] is not None or feed["announce_seconds"] is None:
        return None
    return now - timedelta(seconds=feed["announce_seconds"])


def _candidates(database: Database, entries: Sequence[MatchedEntry]) -> dict[str, list[Candidate]]:
    """The releases in the archive that were ever seen under one of the entries' keys."""
    keys = {key for matched in entries for key in matched.entry.keys}
    rows = database.query(
        "SELECT DISTINCT s.key, r.id, r.title, r.url, r.published, r.content_hash"
        " FROM sightings s JOIN releases r ON r.id = s.release_id"
        " WHERE s.key IN (SELECT value FROM json_each(?))",
        [json.dumps(list(keys))],
    )
    found: dict[str, list[Candidate]] = {}
    for row in rows:
        published = from_text(row["published"]) if row["published"] else None
        found.setdefault(row["key"], []).append(
            Candidate(row["id"], row["key"], row["title"], row["url"], published, row["content_hash"])
        )
    return found


def _candidate(release_id: int, key: str, entry: Entry) -> Candidate:
    return Candidate(release_id, key, entry.title, entry.link, entry.published, entry.content_hash)


def _release_row(
    release_id: int, feed: Mapping[str, Any], fetch_id: int, entry: Entry, now: datetime
) -> dict[str, Any]:
    return {
        "id": release_id,
        "feed_id": feed["id"],
        "fetch_id": fetch_id,
        "publisher": feed["publisher"],
        "guid": entry.guid,
        "url": entry.link,
        "title": entry.title,
        "text": entry.text,
        "content": _content(entry),
        "language": entry.language,
        "published": to_text(entry.published) if entry.published else None,
        "published_raw": entry.published_raw,
        "first_seen": to_text(now),
        "content_hash": entry.content_hash,
    }


def _content(entry: Entry) -> str | None:
    return entry.content if entry.content != entry.text else None


def _mention_rows(
    release_id: int, revision: int, mentions: Iterable[Mention], now: datetime, announce: Any
) -> list[dict[str, Any]]:
    return [
        {
            "release_id": release_id,
            "revision": revision,
            "program_id": mention.program,
            "term": mention.term,
            "field": mention.field,
            "start_offset": mention.start,
            "end_offset": mention.end,
            "snippet": mention.snippet,
            "snippet_offset": mention.snippet_start,
            "why": mention.why,
            "rule": mention.rule,
            "found": to_text(now),
            "announce": int(announce(mention.program)),
        }
        for mention in mentions
    ]


def _next_release_id(database: Database) -> int:
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'releases'").fetchone()
    return (row[0] if row else 0) + 1
