"""Storing what a shard read, in one transaction: releases, mentions and, last, validators.

Whether an entry is new is decided in here, inside the transaction that stores it. A crash before the
commit leaves the feed as it was, so that it is read again rather than skipped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.cycle import Recorded
from presswatch.feeds.identity import Candidate, same_release
from presswatch.feeds.values import Entry, MatchedEntry, Read, Unchanged
from presswatch.feeds.values import Reading as FeedReading
from presswatch.times import from_text, to_text
from storage import fetches, pages
from storage.rewriting import Reading, known_programs, mention_rows, part_rows, present, rewrite


@dataclass
class _Batch:
    """What a feed's reading adds, gathered to be written table by table."""

    releases: dict[int, dict[str, Any]] = field(default_factory=dict)
    sightings: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    pages: list[tuple[int, str]] = field(default_factory=list)
    revised: int = 0
    revised_mentions: int = 0


def record(
    database: Database, readings: Sequence[FeedReading], now: datetime, *, announce_all: bool
) -> Recorded:
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
    source = {"feed_id": feed["id"], "publisher": feed["publisher"], "fetch_id": fetch_id}
    candidates = _candidates(database, reading.entries)
    first_id = next_id = _next_release_id(database)
    for matched in reading.entries:
        entry = matched.entry
        announce = oldest is None or (entry.published is not None and entry.published >= oldest)
        known_as = same_release(entry, [c for key in entry.keys for c in candidates.get(key, ())])
        if known_as is None:
            known_as, next_id = next_id, next_id + 1
            _add(batch, known_as, source, matched, now=now, announce=announce)
        elif known_as not in batch.releases:  # twice in one document: what came first in the feed stands
            _revise(database, batch, known_as, source, matched, now=now, announce=announce)
        for key in entry.keys:
            batch.sightings.append(
                {"key": key, "release_id": known_as, "feed_id": feed["id"], "first_seen": to_text(now)}
            )
            candidates.setdefault(key, []).append(_candidate(known_as, key, entry))
    _write(database, batch, first_id, now)
    if batch.releases:
        database.execute("UPDATE fetches SET new = ? WHERE id = ?", [len(batch.releases), fetch_id])
    fetches.keep_validators(database, reading)
    return Recorded(len(batch.releases), batch.revised, len(batch.mentions) + batch.revised_mentions)


def _write(database: Database, batch: _Batch, first_id: int, now: datetime) -> None:
    database.table("releases").insert_all(batch.releases.values())
    # Indexed at once: a later feed of the same shard may show, and edit, one of them.
    database.execute(
        "INSERT INTO releases_fts(rowid, title, text) SELECT id, title, text FROM releases WHERE id >= ?",
        [first_id],
    )
    database.table("sightings").insert_all(batch.sightings, ignore=True)
    database.table("mentions").insert_all(batch.mentions)
    database.table("parts").insert_all(batch.parts)
    pages.ask_for(database, batch.pages, now)


def _add(
    batch: _Batch,
    release_id: int,
    source: Mapping[str, Any],
    matched: MatchedEntry,
    *,
    now: datetime,
    announce: bool,
) -> None:
    entry = matched.entry
    batch.releases[release_id] = {
        "id": release_id,
        **source,
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
        "announce": int(announce),
    }
    batch.mentions += mention_rows(
        release_id, 1, matched.mentions, now, cause="new", announce=lambda _: announce
    )
    batch.parts += part_rows(release_id, 1, matched.parts)
    if matched.needs_page:
        batch.pages.append((release_id, entry.link))


def _revise(
    database: Database,
    batch: _Batch,
    release_id: int,
    source: Mapping[str, Any],
    matched: MatchedEntry,
    *,
    now: datetime,
    announce: bool,
) -> None:
    """Keep what the release said, and what it says now, if that is an edit.

    It is none if another feed shows the same release in fewer words: its teaser is not news of it, unless
    it names a program that the release never did; then both texts are kept.
    """
    entry = matched.entry
    old = database.table("releases").get(release_id)
    if old["content_hash"] == entry.content_hash:
        return
    reading = Reading(entry.text, matched.mentions, matched.parts)
    changes: dict[str, Any] = {}
    if source["feed_id"] != _feed_of(database, old) and len(entry.text) <= len(old["text"]):
        if reading.programs() <= known_programs(database, release_id):
            return
        reading = reading.followed_by(present(database, old))
    else:
        changes = {
            "title": entry.title,
            "content": _content(entry),
            "content_hash": entry.content_hash,
            "published": to_text(entry.published) if entry.published else old["published"],
            "fetch_id": source["fetch_id"],
        }
        if old["text_from"] == "page":
            reading = _beside_page(database, old, reading)
        if old["text_from"] == "page" or matched.needs_page:
            batch.pages.append((release_id, entry.link))
    batch.revised += 1
    batch.revised_mentions += rewrite(
        database, old, reading, replaced_by="edit", now=now, may_announce=announce, **changes
    )


def _feed_of(database: Database, release: Mapping[str, Any]) -> int:
    """The feed from which the release's present text came."""
    return int(database.table("fetches").get(release["fetch_id"])["feed_id"])


def _beside_page(database: Database, old: Mapping[str, Any], teaser: Reading) -> Reading:
    """What a release says whose feed was edited, until its page is read again: what the page said, and
    before it what the feed says now, if that names another program.
    """
    page = present(database, old)
    if not teaser.programs("text") <= page.programs():
        return teaser.followed_by(page)
    title = tuple(mention for mention in teaser.mentions if mention.field == "title")
    text = tuple(mention for mention in page.mentions if mention.field == "text")
    return Reading(page.text, title + text, page.parts)


def _oldest_announced(feed: Mapping[str, Any], now: datetime) -> datetime | None:
    """Until a feed has shown an item, how old one may be and still be announced; ``None``: any age.

    Counted from when the feed was added: what comes while it can't be read is news all the same.
    """
    if feed["first_read"] is not None or feed["announce_seconds"] is None:
        return None
    return min(now, from_text(feed["added"])) - timedelta(seconds=feed["announce_seconds"])


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


def _content(entry: Entry) -> str | None:
    return entry.content if entry.content != entry.text else None


def _next_release_id(database: Database) -> int:
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'releases'").fetchone()
    return (row[0] if row else 0) + 1
