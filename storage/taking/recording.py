"""Storing what a shard read, in one transaction: releases, mentions and, last, validators.

Whether an entry is new is decided in here, inside the transaction that stores it. A crash before the
commit leaves the feed as it was, so that it is read again rather than skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.cycle import Recorded
from presswatch.feeds.identity import Candidate, known_by, same_release
from presswatch.feeds.likeness import are_words_enough
from presswatch.feeds.moved import all_have_moved, dates_are_of_a_move
from presswatch.feeds.values import Entry, Failed, MatchedEntry, Postponed, Read, Unchanged
from presswatch.feeds.values import Reading as FeedReading
from presswatch.recovery.values import Recovered
from presswatch.times import to_text
from storage.taking import fetches, gaps, health, wholeness
from storage.taking.batch import Batch
from storage.taking.candidates import candidates
from storage.taking.novelty import source_of
from storage.taking.revising import Source, announce_late, published_columns, published_content, revise
from storage.taking.rewriting import mention_rows, part_rows
from storage.taking.rolling import look_for_gap


def record(
    database: Database, readings: Sequence[FeedReading], now: datetime, *, announce_all: bool
) -> Recorded:
    """Store readings and say what they added. Call it within :func:`storage.connection.writing`."""
    feed_ids = [r.feed_id if isinstance(r, Postponed) else r.fetched.feed_id for r in readings]
    feeds = fetches.feed_rows(database, feed_ids)
    total = Recorded()
    batch = Batch(_next_release_id(database))
    for reading in readings:
        if isinstance(reading, Read):
            feed = feeds[reading.fetched.feed_id]
            total += _record_read(database, batch, feed, reading, now, announce_all=announce_all)
    batch.write(database, now)
    shown = [r.fetched.feed_id for r in readings if isinstance(r, Read) and r.entries]
    health.learn_habits(database, shown)
    wholeness.learn_by_looks(database, [feeds[feed_id] for feed_id in shown])
    fetches.note_unchanged(database, [r for r in readings if isinstance(r, Unchanged)], feeds)
    fetches.note_failed(database, [r for r in readings if isinstance(r, Failed)], feeds)
    fetches.note_postponed(database, [r for r in readings if isinstance(r, Postponed)])
    return total


def _record_read(
    database: Database,
    batch: Batch,
    feed: Mapping[str, Any],
    reading: Read,
    now: datetime,
    *,
    announce_all: bool,
) -> Recorded:
    fetch_id = fetches.note_read(database, feed, reading)
    source = source_of(database, feed, reading, fetch_id, now, announce_all=announce_all)
    next_id = batch.next_id
    recorded, release_ids = _store(database, batch, source, reading.entries, whole=not reading.kept)
    look_whole = {
        release_id: matched.entry
        for matched, release_id in zip(reading.entries, release_ids, strict=True)
        if release_id >= next_id and not matched.needs_page
    }
    batch.pages += wholeness.pages_to_compare(database, feed, list(look_whole.items()), now)
    if recorded.new:
        database.execute("UPDATE fetches SET new = ? WHERE id = ?", [recorded.new, fetch_id])
    if look_for_gap(database, feed, reading, release_ids, fetch_id=fetch_id, now=now):
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
        batch = Batch(_next_release_id(database))
        source = Source(one.feed_id, publisher, gap["fetch_id"], None, now)
        recorded, _ = _store(database, batch, source, one.entries, whole=False)
        batch.write(database, now)
        gaps.settle(database, one, recorded.new, now)
        total += recorded
    return total


def _store(
    database: Database, batch: Batch, source: Source, entries: Sequence[MatchedEntry], *, whole: bool
) -> tuple[Recorded, list[int]]:
    """Store entries of one document: as new releases, or as what releases say now. Beside what that
    added, give the id of each entry's release. ``whole``: they are all it shows.
    """
    by_key = _candidates_by_key(database, batch, source.feed_id, entries)
    shown = [matched.entry for matched in entries]
    titles_suffice = all_have_moved(shown, by_key)
    dateless = whole and dates_are_of_a_move(shown, by_key)
    total = Recorded()
    added: set[int] = set()
    release_ids: list[int] = []
    said: dict[tuple[object, ...], int] = {}
    first_seen = to_text(source.now)
    for matched in entries:
        entry = matched.entry
        known = known_by(entry, by_key)
        known_as = same_release(entry, known, titles_suffice=titles_suffice)
        if known_as is None and dateless:
            known_as = same_release(replace(entry, published=None), known, titles_suffice=True)
            if known_as is not None and matched.needs_page:
                batch.pages.append((known_as, entry.link))  # it tells whether that was right
        if known_as is None and entry.published and are_words_enough(entry.text):
            known_as = said.get((entry.title, entry.published, entry.text))  # under another address
        if known_as is None:
            known_as, batch.next_id = batch.next_id, batch.next_id + 1
            added.add(known_as)
            total += _add(batch, known_as, source, matched)
        elif known_as not in added:  # twice in one document: what came first in the feed stands
            announce_late(database, batch, known_as, source, entry)
            total += revise(database, batch, known_as, source, matched)
        release_ids.append(known_as)
        said[entry.title, entry.published, entry.text] = known_as
        for key in _worth_noting(entry, [c for c in known if c.release_id == known_as]):
            sighting = {"key": key, "release_id": known_as, "feed_id": source.feed_id}
            batch.sightings.append({**sighting, "first_seen": first_seen})
            candidate = _candidate(known_as, key, entry)
            batch.candidates.setdefault(key, []).append((source.feed_id, candidate))
            by_key.setdefault(key, []).append(candidate)
    return total, release_ids


def _worth_noting(entry: Entry, known: Sequence[Candidate]) -> Sequence[str]:
    """The entry's keys, given those by which its release was known; that of title, date and text together
    only where it tells something new. It does not where nothing has changed but the time of day: some
    newsrooms date all that they show anew at each reading, and keys without end would gather.
    """
    keys = {c.key for c in known}
    day = entry.published and entry.published.date()
    said_before = any(
        c.content_hash == entry.content_hash and (c.published and c.published.date()) == day for c in known
    )
    if said_before and any(key.startswith("title:") and key in keys for key in entry.keys):
        return [key for key in entry.keys if not key.startswith("text:")]
    return entry.keys


def _add(batch: Batch, release_id: int, source: Source, matched: MatchedEntry) -> Recorded:
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
        "content": published_content(entry),
        "language": entry.language,
        **published_columns(entry, now),
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


def _candidates_by_key(
    database: Database, batch: Batch, feed_id: int, entries: Sequence[MatchedEntry]
) -> dict[str, list[Candidate]]:
    """The releases, stored or about to be, that were ever seen under one of the entries' keys."""
    keys = {key for matched in entries for key in matched.entry.keys}
    found = {
        key: [c if of_feed == feed_id else replace(c, here=False) for of_feed, c in batch.candidates[key]]
        for key in keys
        if key in batch.candidates
    }
    for candidate in candidates(database, keys, feed_id=feed_id):
        found.setdefault(candidate.key, []).append(candidate)
    return found


def _candidate(release_id: int, key: str, entry: Entry) -> Candidate:
    return Candidate(
        release_id,
        key,
        entry.title,
        entry.link,
        entry.published,
        entry.content_hash,
        entry.text,
        entry.language,
    )


def _next_release_id(database: Database) -> int:
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'releases'").fetchone()
    return (row[0] if row else 0) + 1
