"""Releases from another archive: with what they said before, and every key that they were seen under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.entry import make_entry
from presswatch.times import from_text
from storage.connection import errors_in_words, open_database
from storage.keeping.files import copy_archive, remove
from storage.keeping.imported import Imported

_KINDS = ("guid", "path", "link", "title", "opening", "text")
_IDS = ("id", "release_id", "feed_id")
_COLUMNS = (
    "published_raw",
    "published_note",
    "text_from",
    "content",
    "content_hash",
    "revision",
    "revised",
    "forgotten",
)


def read_archive(path: Path, workplace: Path) -> Iterator[Imported]:
    """The releases of an archive of this or an older version, the oldest first.

    It may be in use: a copy of it is read, made in the folder ``workplace`` and brought up to date there.
    Raises :class:`presswatch.errors.ArchiveError`.
    """
    copy = workplace / f".{path.name}.importing"
    remove(copy)  # what a kill left
    try:
        copy_archive(path, copy)
        with closing(open_database(copy)) as database, errors_in_words(path):
            yield from _releases(database)
    finally:
        remove(copy)


def _releases(database: Database) -> Iterator[Imported]:
    after = 0
    query = (
        "SELECT r.*, f.url AS feed_url FROM releases r JOIN feeds f ON f.id = r.feed_id"
        " WHERE r.id > ? ORDER BY r.id LIMIT 200"
    )
    while batch := list(database.query(query, [after])):
        for row in batch:
            yield _imported(database, row)
        after = batch[-1]["id"]


def _imported(database: Database, row: Mapping[str, Any]) -> Imported:
    entry = make_entry(
        publisher=row["publisher"],
        guid=row["guid"],
        link=row["url"],
        title=row["title"],
        content=row["text"] if row["content"] is None else row["content"],
        text=row["text"],
        language=row["language"],
        published=from_text(row["published"]) if row["published"] else None,
        published_raw=row["published_raw"],
    )
    sightings = "SELECT key, min(first_seen) FROM sightings WHERE release_id = ? GROUP BY key"
    seen = dict(database.execute(sightings, [row["id"]]).fetchall())
    keys = dict.fromkeys([*entry.keys, *seen])
    ranked = sorted(keys, key=lambda key: _KINDS.index(key.partition(":")[0]))
    return Imported(
        entry=replace(entry, keys=tuple(ranked), content_hash=row["content_hash"]),
        publisher=row["publisher"],
        origin=row["feed_url"],
        first_seen=row["first_seen"],
        seen=seen,
        columns={name: row[name] for name in _COLUMNS},
        revisions=tuple(_rows(database, "revisions", row["id"])),
        variants=tuple(_rows(database, "variants", row["id"])),
        page=next(iter(_rows(database, "pages", row["id"])), None),
    )


def _rows(database: Database, table: str, release_id: int) -> Iterator[dict[str, Any]]:
    for row in database.table(table).rows_where("release_id = ?", [release_id]):
        yield {name: value for name, value in row.items() if name not in _IDS}
