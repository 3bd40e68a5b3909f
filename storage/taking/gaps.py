"""Gaps: the times between two readings of a feed in which releases may have rolled past."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate
from presswatch.recovery.decide import Count, Shown
from presswatch.recovery.values import LOOKED_AT, Gap, GapState, Recovered
from presswatch.times import from_text, to_text
from storage.taking.candidates import with_keys

_DELAYS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long after each attempt that the network prevented the next one comes; after the last, none."""
_KNOWN = 300  # releases
_LOOK_BACK = 20  # readings


@dataclass(frozen=True, slots=True)
class LastShown:
    """What a feed showed when it was last seen with items, and until when; ``steady`` as
    :func:`presswatch.recovery.decide.may_have_missed` wants it.
    """

    items: tuple[Shown, ...]
    seen_before: datetime
    steady: bool


def last_shown(database: Database, feed_id: int, *, fetch_id: int, now: datetime) -> LastShown | None:
    """What the feed showed before the reading that is stored as ``fetch_id`` at ``now``; ``None`` if it
    never showed anything.

    Of the last reading only the number of items is stored, so its items are taken to be those that were
    first seen last. A reading without items doesn't count, nor does what follows it unchanged.
    """
    last = _row(
        database,
        "SELECT id, items, last_at FROM fetches"
        " WHERE feed_id = ? AND id < ? AND outcome = 'read' AND items > 0 ORDER BY id DESC LIMIT 1",
        [feed_id, fetch_id],
    )
    if last is None:
        return None
    same = _row(
        database,
        "SELECT max(last_at) AS last_at FROM fetches WHERE feed_id = ? AND outcome = 'unchanged'"
        " AND id > ? AND id < coalesce((SELECT min(id) FROM fetches WHERE feed_id = ? AND outcome = 'read'"
        " AND id > ?), ?)",
        [feed_id, last["id"], feed_id, last["id"], fetch_id],
    )
    seen = (same or {}).get("last_at") or last["last_at"]
    return LastShown(
        items=tuple(_newest(database, feed_id, now, last["items"])),
        seen_before=from_text(seen),
        steady=_is_steady(database, feed_id, fetch_id),
    )


def _newest(database: Database, feed_id: int, now: datetime, count: int) -> Iterator[Shown]:
    """The releases that the feed showed for the first time last, but for those of ``now``."""
    before = to_text(now)
    for release_id in _last_seen(database, feed_id, before, count):
        row = database.execute(
            "SELECT r.published, json_group_array(s.key) FROM releases r"
            " JOIN sightings s INDEXED BY sightings_release ON s.release_id = r.id"
            " WHERE r.id = ? AND s.feed_id = ? AND s.first_seen != ?",
            [release_id, feed_id, before],
        ).fetchone()
        yield Shown(tuple(json.loads(row[1])), from_text(row[0]) if row[0] else None, known=True)


def _last_seen(database: Database, feed_id: int, before: str, count: int) -> list[int]:
    """Read from the index backwards, and no further than need be: a feed may have shown thousands."""
    rows = database.execute(
        """
        SELECT s.release_id FROM sightings s
        WHERE s.feed_id = ? AND s.first_seen != ? AND NOT EXISTS (
            SELECT 1 FROM sightings e INDEXED BY sightings_release
            WHERE e.release_id = s.release_id AND e.feed_id = s.feed_id AND e.first_seen < s.first_seen)
        ORDER BY s.first_seen DESC, s.release_id
        """,
        [feed_id, before],
    )
    found: dict[int, None] = {}
    for (release_id,) in rows:
        if len(found) == count:
            break
        found[release_id] = None
    return list(found)


def _is_steady(database: Database, feed_id: int, fetch_id: int) -> bool:
    """Whether, the first reading aside, new items came while others stayed as often as they took the place of
    all, or more often. So of a feed that hasn't moved yet: nothing says that it has no order.
    """
    rows = list(
        database.query(
            "SELECT items, new FROM fetches WHERE feed_id = ? AND id < ? AND outcome = 'read' AND items > 0"
            " AND id > (SELECT min(id) FROM fetches WHERE feed_id = ? AND outcome = 'read' AND items > 0)"
            " ORDER BY id DESC LIMIT ?",
            [feed_id, fetch_id, feed_id, _LOOK_BACK],
        )
    )
    moved = [row for row in rows if row["new"]]
    replaced = [row for row in moved if row["new"] == row["items"]]
    return 2 * len(replaced) <= len(moved)


def counts(database: Database, feed_id: int, *, fetch_id: int) -> Iterator[Count]:
    """How much the feed showed at its last readings before the one that is stored as ``fetch_id``, the newest
    first.
    """
    readings = database.query(
        "SELECT id, items, times, last_at FROM fetches"
        " WHERE feed_id = ? AND id < ? AND outcome = 'read' ORDER BY id DESC LIMIT ?",
        [feed_id, fetch_id, _LOOK_BACK],
    )
    known = database.execute(
        "SELECT fetch_id, published FROM releases WHERE feed_id = ? ORDER BY id DESC LIMIT ?",
        [feed_id, _KNOWN],
    ).fetchall()
    for row in list(readings):
        dates = tuple(
            from_text(published) if published else None
            for shown_in, published in known
            if shown_in <= row["id"]
        )
        yield Count(row["items"], row["times"], from_text(row["last_at"]), dates)


def note(
    database: Database,
    feed_id: int,
    *,
    seen_before: datetime,
    fetch_id: int,
    oldest_shown: datetime | None,
    now: datetime,
) -> int:
    """Write down that releases may have rolled past, to be looked into at once; return the gap's id.

    ``now`` must be the moment at which the sightings of the reading ``fetch_id`` are stored, since it
    parts what the archive had before from what came with that reading.
    """
    row = {
        "feed_id": feed_id,
        "seen_before": to_text(seen_before),
        "found": to_text(now),
        "fetch_id": fetch_id,
        "oldest_shown": to_text(oldest_shown) if oldest_shown else None,
        "next_attempt": to_text(now),
    }
    return cast(int, database.table("gaps").insert(row).last_pk)


def note_closed(
    database: Database, feed: Mapping[str, Any], *, fetch_id: int, recovered: int, how: str, now: datetime
) -> None:
    """Write down that a reading itself brought so many releases of before, which nobody is told: ``how``."""
    row = {
        "feed_id": feed["id"],
        "seen_before": feed["last_success"] or feed["added"],
        "found": to_text(now),
        "fetch_id": fetch_id,
        "status": "recovered",
        "next_attempt": to_text(now),
        "recovered": recovered,
        "how": how,
        "finished": to_text(now),
    }
    database.table("gaps").insert(row)


def due(database: Database, now: datetime) -> list[Gap]:
    """The gaps of watched feeds whose time has come, the oldest first. One that waits for longer than any
    pause is due too: the clock was ahead when it was put off.
    """
    rows = database.query(
        """
        SELECT g.id, g.feed_id, f.url, f.publisher, f.fulltext, f.kind, g.seen_before, g.oldest_shown, g.found
        FROM gaps g JOIN feeds f ON f.id = g.feed_id
        WHERE g.status = 'pending' AND (g.next_attempt <= ? OR g.next_attempt > ?) AND f.active ORDER BY g.id
        """,
        [to_text(now), to_text(now + _DELAYS[-1])],
    )
    return [_gap(database, row) for row in list(rows)]


def _gap(database: Database, row: Mapping[str, Any]) -> Gap:
    known = _known(database, row["feed_id"], row["found"])
    return Gap(
        gap_id=row["id"],
        feed_id=row["feed_id"],
        url=row["url"],
        publisher=row["publisher"],
        fulltext=row["fulltext"],
        kind=row["kind"],
        known_keys=frozenset(key for one in known for key in one.keys),
        seen_before=from_text(row["seen_before"]),
        oldest_shown=from_text(row["oldest_shown"]) if row["oldest_shown"] else None,
        shown_keys=_shown_keys(database, row["feed_id"], row["found"]),
        found=from_text(row["found"]),
        newest_known=_newest_known(database, row["feed_id"], row["found"]),
        known=tuple(known),
    )


def _known(database: Database, feed_id: int, found: str) -> list[Candidate]:
    """The releases seen last in the feed before the gap was found, with their keys. A key that several of
    them share (a link to the newsroom, a bulletin's title) is left out, since it tells nothing.
    """
    rows = database.query(
        """
        WITH newest AS (
            SELECT release_id FROM sightings WHERE feed_id = ? AND first_seen < ?
            GROUP BY release_id ORDER BY min(first_seen) DESC, release_id DESC LIMIT ?
        )
        SELECT key, min(release_id) AS release_id FROM sightings
        WHERE release_id IN (SELECT release_id FROM newest) AND first_seen < ?
        GROUP BY key HAVING count(DISTINCT release_id) = 1
        """,
        [feed_id, found, _KNOWN, found],
    )
    keys: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        keys[row["release_id"]].add(row["key"])
    return [replace(one, text=one.text[:LOOKED_AT]) for one in with_keys(database, keys)]


def _newest_known(database: Database, feed_id: int, found: str) -> datetime | None:
    """The publisher's date of the newest release but one that the feed showed before the gap was found."""
    row = _row(
        database,
        """
        SELECT r.published FROM releases r WHERE r.published IS NOT NULL AND r.id IN (
            SELECT release_id FROM sightings WHERE feed_id = ? AND first_seen < ?
            ORDER BY first_seen DESC, release_id DESC LIMIT ?)
        ORDER BY r.published DESC LIMIT 1 OFFSET 1
        """,
        [feed_id, found, _KNOWN],
    )
    return from_text(row["published"]) if row else None


def known_to(database: Database, feed_id: int, release_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Those of the releases that the feed itself showed before this reading, which is stored at ``now``."""
    rows = database.execute(
        "SELECT DISTINCT release_id FROM sightings INDEXED BY sightings_release"
        " WHERE release_id IN (SELECT value FROM json_each(?)) AND feed_id = ? AND first_seen != ?",
        [json.dumps(release_ids), feed_id, to_text(now)],
    )
    return {release_id for (release_id,) in rows}


def _shown_keys(database: Database, feed_id: int, found: str) -> frozenset[str]:
    """The keys that the feed showed first in the reading that found the gap, or since."""
    rows = database.query(
        "SELECT key FROM sightings WHERE feed_id = ? AND first_seen >= ? GROUP BY key"
        " HAVING count(DISTINCT release_id) = 1",
        [feed_id, found],
    )
    return frozenset(row["key"] for row in rows)


def settle(database: Database, recovered: Recovered, new_releases: int, now: datetime) -> None:
    """Note how an attempt ended, and how many releases of what it found were new to the archive.

    One that the network prevented is made again: after 15 minutes, an hour, six hours and a day. A gap
    that isn't closed then, or can't be, stays open. Call it within
    :func:`storage.connection.writing`.
    """
    gap = _row(
        database,
        "SELECT attempts, recovered FROM gaps WHERE id = ? AND status = 'pending'",
        [recovered.gap_id],
    )
    if gap is None:
        return
    attempts = gap["attempts"] + 1
    change: dict[str, Any] = {
        "attempts": attempts,
        "recovered": gap["recovered"] + new_releases,
        "how": recovered.how,
    }
    if not recovered.closed and recovered.retriable and attempts <= len(_DELAYS):
        change["next_attempt"] = to_text(now + _DELAYS[attempts - 1])
    else:
        change["status"] = "recovered" if recovered.closed else "open"
        change["finished"] = to_text(now)
    database.table("gaps").update(recovered.gap_id, change)


def open_gaps(database: Database, *, since: datetime | None = None) -> list[GapState]:
    """The gaps of watched feeds that aren't closed, the oldest first; only those that were found, or given
    up, after ``since``, if that is given.
    """
    return [gap for gap in all_gaps(database, since=since) if gap.status != "recovered"]


def all_gaps(database: Database, *, since: datetime | None = None) -> list[GapState]:
    """As :func:`open_gaps`, with those that are closed; of these the ones closed after ``since``."""
    rows = database.query(
        """
        SELECT g.id, g.feed_id, f.url, f.publisher, g.seen_before, coalesce(g.oldest_shown, g.found) AS until,
            g.found, g.status, g.recovered, g.how
        FROM gaps g JOIN feeds f ON f.id = g.feed_id
        WHERE f.active AND (g.found > :since OR g.finished > :since) ORDER BY g.id
        """,
        {"since": to_text(since) if since else ""},
    )
    return [
        GapState(
            gap_id=row["id"],
            feed_id=row["feed_id"],
            url=row["url"],
            publisher=row["publisher"],
            since=from_text(row["seen_before"]),
            until=_until(row),
            status=row["status"],
            recovered=row["recovered"],
            how=row["how"],
        )
        for row in rows
    ]


def _until(row: Mapping[str, Any]) -> datetime:
    """When the gap ends: with the oldest item that was shown, unless its date is out of place."""
    oldest = from_text(row["until"])
    return oldest if row["seen_before"] < row["until"] < row["found"] else from_text(row["found"])


def _row(database: Database, sql: str, values: list[Any]) -> dict[str, Any] | None:
    return next(iter(database.query(sql, values)), None)
