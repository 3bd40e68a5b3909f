"""Releases from another archive: with what they said before, and every key that they were seen under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.entry import make_entry
from presswatch.feeds.keys import canonical_link, digest
from presswatch.masking import masked
from presswatch.times import from_text, to_text, utc_now
from presswatch.wellformed import well_formed
from storage.connection import errors_in_words, open_database
from storage.keeping.files import copy_archive, plain_connection, remove
from storage.keeping.foreign import LONGEST_LINE, BadRow, Columns, drop_triggers, is_hash
from storage.keeping.imported import BadLine, Imported
from storage.readable import is_time

_KINDS = ("guid", "path", "link", "title", "opening", "text")
_TABLES = ("releases", "revisions", "variants", "pages")
_SEEN = "SELECT key, min(first_seen) FROM sightings WHERE release_id = ? GROUP BY key"
_COLUMNS = (
    "published_raw",
    "text_from",
    "content",
    "revision",
    "revised",
    "forgotten",
)


def read_archive(path: Path, workplace: Path) -> Iterator[Imported | BadLine]:
    """The releases of an archive of this or an older version, the oldest first, and those that can't be taken
    over: another program may have written them, so each is looked over as what a feed shows is.

    It may be in use: a copy of it is read, made in the folder ``workplace`` and brought up to date there.
    Raises :class:`presswatch.errors.ArchiveError`.
    """
    copy = workplace / f".{path.name}.importing"
    remove(copy)  # what a kill left
    try:
        copy_archive(path, copy)
        with plain_connection(copy, "rw") as plain:
            drop_triggers(plain)
        with closing(open_database(copy)) as database, errors_in_words(path):
            yield from _Reading(database).releases()
    finally:
        remove(copy)


class _Reading:
    """The reading of one archive, which is up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._now = utc_now()
        self._columns = {name: Columns.of(database, name) for name in _TABLES}

    def releases(self) -> Iterator[Imported | BadLine]:
        """Each release, or what is wrong with it, by its number."""
        after = 0
        query = (
            "SELECT r.*, f.url AS feed_url FROM releases r JOIN feeds f ON f.id = r.feed_id"
            " WHERE r.id > ? ORDER BY r.id LIMIT 200"
        )
        while batch := list(self._database.query(query, [after])):
            for row in batch:
                try:
                    yield self._imported(row)
                except BadRow as bad:
                    yield BadLine(row["id"], str(bad))
            after = batch[-1]["id"]

    def _imported(self, raw: Mapping[str, Any]) -> Imported:
        row = self._columns["releases"].sound(raw)
        first_seen = min(row["first_seen"], to_text(self._now))
        published = from_text(row["published"]) if row["published"] else None
        note = row["published_note"]
        if published and published > self._now:
            published, note = self._now, "future"
        if not (row["title"] or row["text"] or row["forgotten"]):
            raise BadRow("has neither title nor text")
        revisions = self._revisions(row["id"], row["revision"])
        entry = make_entry(
            publisher=row["publisher"],
            guid=row["guid"],
            link=row["url"] if canonical_link(row["url"]) else "",
            title=row["title"],
            content=row["text"] if row["content"] is None else row["content"],
            text=row["text"],
            language=row["language"],
            published=published,
            published_raw=row["published_raw"],
        )
        known = [(one["content_hash"], one["text"]) for one in revisions]
        content_hash, doubt = _hash_of(row, known)
        seen = {
            well_formed(key): moment if is_time(moment) else first_seen
            for key, moment in self._database.execute(_SEEN, [row["id"]])
            if key.partition(":")[0] in _KINDS and len(key) <= LONGEST_LINE
        }
        keys = dict.fromkeys([*entry.keys, *seen])
        ranked = sorted(keys, key=lambda key: _KINDS.index(key.partition(":")[0]))
        columns = {name: row[name] for name in _COLUMNS}
        return Imported(
            entry=replace(entry, keys=tuple(ranked), content_hash=content_hash),
            publisher=" ".join(row["publisher"].split()),
            origin=masked(row["feed_url"]),
            line=row["id"] if doubt else 0,
            doubt=doubt,
            first_seen=first_seen,
            seen=seen,
            columns=columns | {"content_hash": content_hash, "published_note": note},
            revisions=tuple(revisions),
            variants=tuple(self._variants(row["id"])),
            page=self._page(row["id"]),
        )

    def _revisions(self, release_id: int, newest: int) -> list[dict[str, Any]]:
        """What the release said before, each with its own hash."""
        sound: list[dict[str, Any]] = []
        for raw in self._rows("revisions", release_id):
            row = self._columns["revisions"].sound(raw)
            if not 1 <= row["revision"] < newest or row["replaced_by"] not in ("edit", "page"):
                raise BadRow(f"revision {row['revision']}: is none of its own")
            row["content_hash"], _ = _hash_of(row, [(one["content_hash"], one["text"]) for one in sound])
            sound.append(row)
        return sound

    def _variants(self, release_id: int) -> Iterator[dict[str, Any]]:
        """The other forms in which it was shown."""
        for raw in self._rows("variants", release_id):
            row = self._columns["variants"].sound(raw)
            yield {name: value for name, value in row.items() if name not in ("id", "feed_id")}

    def _page(self, release_id: int) -> dict[str, Any] | None:
        """What is known of the page behind it."""
        for raw in self._rows("pages", release_id):
            row = self._columns["pages"].sound(raw)
            if row["status"] not in ("pending", "read", "failed"):
                raise BadRow("page: its status is none")
            return row
        return None

    def _rows(self, table: str, release_id: int) -> Iterator[dict[str, Any]]:
        order = "revision" if table == "revisions" else None
        for row in self._database.table(table).rows_where("release_id = ?", [release_id], order_by=order):
            del row["release_id"]
            yield row


def _hash_of(row: Mapping[str, Any], before: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The hash of a text, and a doubt where the one that is stored is of another text. That of a page isn't
    of its text; one that two feeds gave ends with the first's, and keeps that one's hash; a text that was
    forgotten has only its hash.
    """
    stored, text = row["content_hash"], row["text"]
    if row["text_from"] not in ("feed", "page"):
        raise BadRow("text_from: is neither feed nor page")
    right = digest(row["title"], text)
    joined = any(stored == hashed and text.endswith(f"\n\n{old}") for hashed, old in before)
    if is_hash(stored) and (stored == right or joined or row["text_from"] == "page" or not text):
        return stored, ""
    return right, "its text is not of its hash; the hash was made anew"
