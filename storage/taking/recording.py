"""Storing what a shard read, in one transaction: releases, mentions and, last, validators.

Whether an entry is new is decided in here, inside the transaction that stores it. A crash before the
commit leaves the feed as it was, so that it is read again rather than skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.cycle import Recorded
from presswatch.feeds import sights
from presswatch.feeds.identity import Candidate, Verdict, identify
from presswatch.feeds.keys import host_of_feed
from presswatch.feeds.moved import Showing
from presswatch.feeds.sights import Sight
from presswatch.feeds.values import Entry, Failed, MatchedEntry, Postponed, Read, Unchanged
from presswatch.feeds.values import Reading as FeedReading
from presswatch.recovery.values import Recovered
from presswatch.times import to_text
from storage.taking import fetches, gaps, health, variants, wholeness
from storage.taking.batch import Batch
from storage.taking.novelty import source_of
from storage.taking.pool import Pool
from storage.taking.revising import Source, announce_late, published_columns, published_content, revise
from storage.taking.rewriting import mention_rows, part_rows
from storage.taking.rolling import look_for_gap

_TELLING = (
    "number",
    "guid",
    "weak guid",
    "page",
    "section",
    "text: same whole",
    "text: same",
    "text: nearly",
    "moment",
)
"""Signs, one of which must be there for a release to be known without its page being read."""


@dataclass(frozen=True, slots=True)
class _Traces:
    """What a document shows and what it showed the time before (:mod:`presswatch.feeds.sights`); ``whole``:
    all that it shows was parsed.
    """

    now: Sequence[Sight] = ()
    before: Sequence[Sight] = ()
    whole: bool = False


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
    traces = _Traces(
        now=list(sights.from_text(reading.known).values()) if reading.entries else [],
        before=list(sights.from_text(feed["known"]).values()) if reading.entries else [],
        whole=not reading.kept,
    )
    next_id = batch.next_id
    recorded, release_ids = _store(database, batch, source, reading.entries, traces)
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
        feed = database.table("feeds").get(one.feed_id)
        batch = Batch(_next_release_id(database))
        source = Source(
            one.feed_id, feed["publisher"], gap["fetch_id"], None, now, host=host_of_feed(feed["url"])
        )
        recorded, _ = _store(database, batch, source, one.entries)
        batch.write(database, now)
        gaps.settle(database, one, recorded.new, now)
        total += recorded
    return total


def _store(
    database: Database,
    batch: Batch,
    source: Source,
    entries: Sequence[MatchedEntry],
    traces: _Traces | None = None,
) -> tuple[Recorded, list[int]]:
    """Store entries of one document: as new releases, or as what releases say now. Beside what that
    added, give the id of each entry's release.
    """
    shown = [matched.entry for matched in entries]
    traces = traces or _Traces()
    pool = Pool(database, batch, source, shown)
    if traces.whole:
        pool.add_last_shown(database, shown, len(traces.before))
    showing = Showing(
        source.publisher, shown, pool.known_by, now=traces.now, before=traces.before, whole=traces.whole
    )
    total = Recorded()
    here: set[int] = set()
    release_ids: list[int] = []
    first_seen = to_text(source.now)
    for matched in entries:
        entry = matched.entry
        known = pool.known_by(entry)
        verdict = identify(entry, known, showing.around)
        if verdict is None:
            release_id, batch.next_id = batch.next_id, batch.next_id + 1
            total += _add(batch, release_id, source, matched)
        else:
            release_id = verdict.release_id
            known_as = pool.releases[release_id]
            again = release_id in here
            total += _take(
                database, batch, source, matched, known_as=known_as, verdict=verdict, listed_again=again
            )
        release_ids.append(release_id)
        here.add(release_id)
        showing.take(release_id, entry)
        for key in _worth_noting(entry, [c for c in known if c.release_id == release_id]):
            sighting = {"key": key, "release_id": release_id, "feed_id": source.feed_id}
            batch.sightings.append({**sighting, "first_seen": first_seen})
        pool.add(release_id, entry)
    return total, release_ids


def _take(
    database: Database,
    batch: Batch,
    source: Source,
    matched: MatchedEntry,
    *,
    known_as: Candidate,
    verdict: Verdict,
    listed_again: bool,
) -> Recorded:
    """Take an entry for a release that is known: keep what it says, and why it is that release. Where the
    document itself has shown the release already, it is ``listed_again``: what came first in the feed stands.
    """
    entry, release_id = matched.entry, verdict.release_id
    if not listed_again:
        announce_late(database, batch, release_id, source, entry)
    if listed_again and entry.content_hash == known_as.content_hash:
        recorded, has_text = Recorded(), True
    else:
        recorded, has_text = revise(database, batch, release_id, source, matched, listed_again=listed_again)
    if not variants.is_as_stored(entry, known_as):
        batch.forms.append(
            variants.row_of(
                entry,
                verdict,
                feed_id=source.feed_id,
                fetch_id=source.fetch_id,
                now=source.now,
                has_text=has_text,
            )
        )
    if matched.needs_page and not verdict.has(*_TELLING):
        batch.pages.append((release_id, entry.link))  # it tells whether that was right
    return recorded


def _worth_noting(entry: Entry, known: Sequence[Candidate]) -> Sequence[str]:
    """The entry's keys, given those by which its release was known; that of text and date together only where
    it tells something new. It does not where nothing has changed but the time of day: some
    newsrooms date all that they show anew at each reading, and keys without end would gather.
    """
    keys = {key for c in known for key in c.keys}
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


def _next_release_id(database: Database) -> int:
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'releases'").fetchone()
    return (row[0] if row else 0) + 1
