"""Who stores the releases: the archive, and beside it SQLite alone with the same tables and index."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks.parts.archive_text import Releases
from presswatch.feeds.values import Fetched, Read, Validators
from presswatch.watch import Feed, Watch
from storage.archive import Archive

FEEDS = 50
ITEMS = 20
_TABLES = ("releases", "sightings", "mentions", "parts")
_TRIGGER = """
CREATE TRIGGER releases_ai AFTER INSERT ON releases BEGIN
    INSERT INTO releases_fts(rowid, title, text) VALUES (new.id, new.title, new.text);
END
"""


class Raw:
    """The same rows by ``executemany``, the index filled by a trigger for each row."""

    def __init__(self, path: Path, like: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA page_size = 16384")
        self._connection.execute("PRAGMA journal_mode = wal")
        self._connection.execute("PRAGMA synchronous = full")
        self._connection.execute("PRAGMA cache_size = -32000")
        self._like = sqlite3.connect(like)
        schema = self._like.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
            " AND tbl_name IN ('releases', 'sightings', 'mentions', 'parts', 'releases_fts')"
        )
        for (statement,) in schema.fetchall():
            self._connection.execute(statement)
        self._connection.execute(_TRIGGER)
        self._done = dict.fromkeys(_TABLES, 0)

    def copy(self) -> float:
        """Store what the archive has got since the last time; the seconds it took, reading apart."""
        rows = {table: list(self._new(table)) for table in _TABLES}
        start = time.perf_counter()
        with self._connection:
            for table, values in rows.items():
                if values:
                    places = ", ".join("?" * len(values[0]))
                    self._connection.executemany(f"INSERT INTO {table} VALUES ({places})", values)
        return time.perf_counter() - start

    def _new(self, table: str) -> Iterator[tuple[object, ...]]:
        key = "release_id" if table == "sightings" else "id"
        done = self._done[table]
        (self._done[table],) = self._like.execute(f"SELECT coalesce(max({key}), 0) FROM {table}").fetchone()
        yield from self._like.execute(f"SELECT * FROM {table} WHERE {key} > ?", [done])

    def close(self) -> None:
        """Close both files."""
        self._connection.close()
        self._like.close()


def adopt(archive: Archive, watch: Watch, now: datetime) -> list[int]:
    """Give the archive its feeds and programs; the feeds' ids."""
    archive.adopt(watch, now)
    return [feed.feed_id for feed in archive.due_feeds(now, everything=True)]


def feeds() -> tuple[Feed, ...]:
    """The newsrooms."""
    return tuple(Feed(f"https://newsroom-{n}.example/feed", f"Newsroom {n}") for n in range(FEEDS))


def store(archive: Archive, ids: list[int], releases: Releases, first: int, now: datetime) -> float:
    """Let the archive record a batch, as a shard would hand it over; the seconds it took."""
    readings = [
        Read(
            fetched=Fetched(feed_id, f"https://newsroom-{number}.example/feed", now, 0.1, 200),
            validators=Validators(),
            body_hash=f"{first}-{number}",
            size=40_000,
            title=f"Newsroom {number}",
            entries=tuple(entries),
            items=ITEMS,
            known="",
        )
        for number, (feed_id, entries) in enumerate(
            zip(ids, releases.batch(first, FEEDS, ITEMS, now), strict=True)
        )
    ]
    start = time.perf_counter()
    archive.record(readings, now)
    return time.perf_counter() - start
