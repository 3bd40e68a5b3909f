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
from presswatch.feeds.values import Entry, Failed, MatchedEntry, Postponed, Read, Unchanged
from presswatch.feeds.values import Reading as FeedReading
from presswatch.recovery.values import Recovered
from presswatch.times import from_text, to_text
from storage import fetches, gaps, health, pages, rows
from storage.rewriting import Reading, known_programs, mention_rows, part_rows, present, rewrite
from storage.rolling import look_for_gap

_FORESEEN = timedelta(minutes=5)  # by which clocks may differ
_EDITED_FOR = timedelta(days=30)
"""How long after a release came its sitemap's dates are looked at for edits."""


@dataclass
class _Batch:
    """What readings add, gathered to be written table by table.

    ``candidates`` are its releases by their keys: a later entry of the batch may be one of them.
    """

    next_id: int
    releases: dict[int, dict[str, Any]] = field(default_factory=dict)
    candidates: dict[str, list[Candidate]] = field(default_factory=dict)
    sightings: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    pages: list[tuple[int, str]] = field(default_factory=list)

    def write(self, database: Database, now: datetime) -> None:
        """Write all of it, and begin anew."""
        rows.insert(database, "releases", list(self.releases.values()))
        if self.releases:
            database.execute(
                "INSERT INTO releases_fts(rowid, title, text)"
                " SELECT id, title, text FROM releases WHERE id >= ?",
                [min(self.releases)],
            )
        rows.insert(database, "sightings", self.sightings, ignore=True)
        rows.insert(database, "mentions", self.mentions)
        rows.insert(database, "parts", self.parts)
        pages.ask_for(database, self.pages, now)
        for written in (
            self.releases,
            self.candidates,
            self.sightings,
            self.mentions,
            self.parts,
            self.pages,
        ):
            written.clear()


@dataclass(frozen=True, slots=True)
class _Source:
    """Whence entries come, and from which date on they are announced (``None``: whatever their date)."""

    feed_id: int
    publisher: str
    fetch_id: int
    oldest: datetime | None
    now: datetime
    is_sitemap: bool = False

    def announces(self, entry: Entry) -> bool:
        """Whether the entry is to be told of, if it is new."""
        return self.oldest is None or (entry.published is not None and entry.published >= self.oldest)


def record(
    database: Database, readings: Sequence[FeedReading], now: datetime, *, announce_all: bool
) -> Recorded:
    """Store readings and say what they added. Call it within :func:`storage.connection.writing`."""
    feed_ids = [r.feed_id if isinstance(r, Postponed) else r.fetched.feed_id for r in readings]
    feeds = fetches.feed_rows(database, feed_ids)
    total = Recorded()
    batch = _Batch(_next_release_id(database))
    for reading in readings:
        if isinstance(reading, Read):
            feed = feeds[reading.fetched.feed_id]
            total += _record_read(database, batch, feed, reading, now, announce_all=announce_all)
    batch.write(database, now)
    health.learn_habits(database, [r.fetched.feed_id for r in readings if isinstance(r, Read) and r.entries])
    fetches.note_unchanged(database, [r for r in readings if isinstance(r, Unchanged)], feeds)
    fetches.note_failed(database, [r for r in readings if isinstance(r, Failed)], feeds)
    fetches.note_postponed(database, [r for r in readings if isinstance(r, Postponed)])
    return total


def _record_read(
    database: Database,
    batch: _Batch,
    feed: Mapping[str, Any],
    reading: Read,
    now: datetime,
    *,
    announce_all: bool,
) -> Recorded:
    fetch_id = fetches.note_read(database, feed, reading)
    oldest = None if announce_all else _oldest_announced(feed, now)
    source = _Source(
        feed["id"], feed["publisher"], fetch_id, oldest, now, is_sitemap=feed["kind"] == "sitemap"
    )
    recorded, were_known = _store(database, batch, source, reading.entries)
    if recorded.new:
        database.execute("UPDATE fetches SET new = ? WHERE id = ?", [recorded.new, fetch_id])
    if look_for_gap(database, feed, reading, were_known, fetch_id=fetch_id, now=now):
        recorded += Recorded(gaps=1)
    fetches.keep_validators(database, feed, reading, fetch_id, new=recorded.new)
    return recorded


def record_recovered(database: Database, found: Sequence[Recovered], now: datetime) -> Recorded:
    """Store what was found of gaps; it is announced as any new release. Call it within
    :func:`storage.connection.writing`.
    """
    total = Recorded()
    for one in found:
        gap = database.table("gaps").get(one.gap_id)
        publisher = database.table("feeds").get(one.feed_id)["publisher"]
        batch = _Batch(_next_release_id(database))
        source = _Source(one.feed_id, publisher, gap["fetch_id"], None, now)
        recorded, _ = _store(database, batch, source, one.entries)
        batch.write(database, now)
        gaps.settle(database, one, recorded.new, now)
        total += recorded
    return total


def _store(
    database: Database, batch: _Batch, source: _Source, entries: Sequence[MatchedEntry]
) -> tuple[Recorded, list[bool]]:
    """Store entries of one document: as new releases, or as what releases say now. Beside what that
    added, say of each entry whether the archive had its release before.
    """
    candidates = _candidates(database, batch, entries)
    total = Recorded()
    added: set[int] = set()
    were_known: list[bool] = []
    first_seen = to_text(source.now)
    for matched in entries:
        entry = matched.entry
        known_as = same_release(entry, [c for key in entry.keys for c in candidates.get(key, ())])
        if known_as is None:
            known_as, batch.next_id = batch.next_id, batch.next_id + 1
            added.add(known_as)
            total += _add(batch, known_as, source, matched)
        elif known_as not in added:  # twice in one document: what came first in the feed stands
            _announce_late(database, batch, known_as, source, entry)
            total += _revise(database, batch, known_as, source, matched)
        were_known.append(known_as not in added)
        for key in entry.keys:
            sighting = {"key": key, "release_id": known_as, "feed_id": source.feed_id}
            batch.sightings.append({**sighting, "first_seen": first_seen})
            candidate = _candidate(known_as, key, entry)
            batch.candidates.setdefault(key, []).append(candidate)
            candidates.setdefault(key, []).append(candidate)
    return total, were_known


def _add(batch: _Batch, release_id: int, source: _Source, matched: MatchedEntry) -> Recorded:
    entry, now = matched.entry, source.now
    announce = source.announces(entry)
    batch.releases[release_id] = {
        "id": release_id,
        "feed_id": source.feed_id,
        "publisher": source.publisher,
        "fetch_id": source.fetch_id,
        "guid": entry.guid,
        "url": entry.link,
        "title": entry.title,
        "text": entry.text,
        "content": _content(entry),
        "language": entry.language,
        **_published(entry, now),
        "first_seen": to_text(now),
        "content_hash": entry.content_hash,
        "announce": int(announce),
    }
    mentions = mention_rows(release_id, 1, matched.mentions, now, cause="new", announce=lambda _: announce)
    batch.mentions += mentions
    batch.parts += part_rows(release_id, 1, matched.parts)
    if matched.needs_page:
        batch.pages.append((release_id, entry.link))
    return Recorded(new=1, mentions=len(mentions))


def _published(entry: Entry, now: datetime) -> dict[str, Any]:
    """The publisher's date. One in the future can't be true of what is there already: it counts as now,
    and what was written stays beside it.
    """
    if entry.published is None:
        note = "unreadable" if entry.published_raw else "missing"
        return {"published": None, "published_raw": entry.published_raw, "published_note": note}
    ahead = entry.published > now + _FORESEEN
    moment = now if ahead else entry.published
    note = "future" if ahead else ""
    return {"published": to_text(moment), "published_raw": entry.published_raw, "published_note": note}


def _announce_late(database: Database, batch: _Batch, release_id: int, source: _Source, entry: Entry) -> None:
    """Owe a release that another feed archived on its first read without telling anyone, if this feed, which
    shows it for the first time, announces it. Its mentions get new ids, beyond all subscriptions' positions.
    What was imported from a file (:mod:`storage.keeping.importing`) is nobody's news.
    """
    if not source.announces(entry):
        return
    if release_id in batch.releases:
        batch.write(database, source.now)
    silent = database.execute(
        "SELECT 1 FROM releases r WHERE id = ? AND NOT announce AND NOT EXISTS"
        " (SELECT 1 FROM sightings WHERE release_id = r.id AND feed_id = ?)"
        " AND feed_id NOT IN (SELECT id FROM feeds WHERE url GLOB 'import:*')",
        [release_id, source.feed_id],
    ).fetchone()
    if silent is None:
        return
    database.table("releases").update(release_id, {"announce": 1})
    found = list(database.query("SELECT * FROM mentions WHERE release_id = ? ORDER BY id", [release_id]))
    database.table("mentions").delete_where("release_id = ?", [release_id])
    again = [{name: value for name, value in row.items() if name != "id"} | {"announce": 1} for row in found]
    rows.insert(database, "mentions", again)


def _revise(
    database: Database,
    batch: _Batch,
    release_id: int,
    source: _Source,
    matched: MatchedEntry,
) -> Recorded:
    """Keep what the release said, and what it says now, if that is an edit.

    It is none if another feed shows the same release in fewer words: its teaser is not news of it, unless
    it names a program that the release never did; then both texts are kept.
    """
    entry, now = matched.entry, source.now
    if release_id in batch.releases:
        batch.write(database, now)
    old = database.table("releases").get(release_id)
    if old["content_hash"] == entry.content_hash:
        if source.is_sitemap and matched.needs_page:
            _read_page_again(database, batch, old, entry, now)
        return Recorded()
    reading = Reading(entry.text, matched.mentions, matched.parts)
    changes: dict[str, Any] = {}
    if _speaks_elsewhere(database, old, source.feed_id) and len(entry.text) <= len(old["text"]):
        if reading.programs() <= known_programs(database, release_id):
            return Recorded()
        reading = reading.followed_by(present(database, old))
    else:
        changes = {
            "title": entry.title,
            "content": _content(entry),
            "content_hash": entry.content_hash,
            "fetch_id": source.fetch_id,
        }
        if entry.published is not None:
            changes |= _published(entry, now)
        if old["text_from"] == "page":
            reading = _beside_page(database, old, reading)
        if old["text_from"] == "page" or matched.needs_page:
            batch.pages.append((release_id, entry.link))
    may_announce = source.announces(entry)
    mentions = rewrite(
        database, old, reading, replaced_by="edit", now=now, may_announce=may_announce, **changes
    )
    return Recorded(revised=1, mentions=mentions)


def _read_page_again(
    database: Database, batch: _Batch, old: Mapping[str, Any], entry: Entry, now: datetime
) -> None:
    """Ask for the page of a release whose sitemap gives another date: nothing else there tells of an edit.

    Not of old releases: a site that is built anew may give all of its pages another date.
    """
    if not entry.published_raw or entry.published_raw == old["published_raw"]:
        return
    database.table("releases").update(old["id"], {"published_raw": entry.published_raw})
    if now - from_text(old["first_seen"]) <= _EDITED_FOR:
        batch.pages.append((old["id"], entry.link))


def _speaks_elsewhere(database: Database, release: Mapping[str, Any], feed_id: int) -> bool:
    """Whether the release's present text came from another feed, which is still read."""
    row = database.execute(
        "SELECT 1 FROM fetches x JOIN feeds f ON f.id = x.feed_id WHERE x.id = ? AND f.id != ? AND f.active",
        [release["fetch_id"], feed_id],
    ).fetchone()
    return row is not None


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


def _candidates(
    database: Database, batch: _Batch, entries: Sequence[MatchedEntry]
) -> dict[str, list[Candidate]]:
    """The releases, stored or about to be, that were ever seen under one of the entries' keys."""
    keys = {key for matched in entries for key in matched.entry.keys}
    found = {key: list(batch.candidates[key]) for key in keys if key in batch.candidates}
    known = database.query(
        "SELECT DISTINCT s.key, r.id, r.title, r.url, r.published, r.content_hash,"
        " CASE WHEN s.key GLOB 'title:*' OR s.key GLOB 'link:*' THEN r.text ELSE '' END AS text"
        " FROM sightings s JOIN releases r ON r.id = s.release_id"
        " WHERE s.key IN (SELECT value FROM json_each(?))",
        [json.dumps(list(keys))],
    )
    for row in known:
        published = from_text(row["published"]) if row["published"] else None
        found.setdefault(row["key"], []).append(
            Candidate(
                row["id"], row["key"], row["title"], row["url"], published, row["content_hash"], row["text"]
            )
        )
    return found


def _candidate(release_id: int, key: str, entry: Entry) -> Candidate:
    return Candidate(
        release_id, key, entry.title, entry.link, entry.published, entry.content_hash, entry.text
    )


def _content(entry: Entry) -> str | None:
    return entry.content if entry.content != entry.text else None


def _next_release_id(database: Database) -> int:
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'releases'").fetchone()
    return (row[0] if row else 0) + 1
