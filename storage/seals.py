"""Seals: by which an archive proves that what it holds is what Presswatch stored.

A seal is the sum of the SHA-256 hashes of rows that belong together in a table: a release, its revisions, the
sightings of it, a digest, the attempts to deliver it. While an archive is open for writing, triggers of that
connection alone bring the seals up to date with each row that is added, changed or removed, whichever
statement does it. So nobody has to think of them, and what is written without Presswatch, or lost by a disk,
no longer agrees with its seal.

A sum, since a row can be taken out of it and another put in without reading the rest. A row that was altered
is taken out as it is, which is not as it was put in: the sum stays wrong, and no later change hides that.

Seals are no signature: they show damage, mistakes and what other programs write, not the work of somebody who
computes them anew. For that, keep copies elsewhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlite_utils import Database

Value = bytes | int | float | None

OWNERS: Mapping[str, str] = {
    "feeds": "id",
    "fetches": "feed_id",
    "releases": "id",
    "revisions": "release_id",
    "sightings": "release_id",
    "variants": "release_id",
    "pages": "release_id",
    "parts": "release_id",
    "programs": "id",
    "rules": "program_id",
    "mentions": "release_id",
    "mention_changes": "release_id",
    "stories": "id",
    "story_members": "release_id",
    "gaps": "feed_id",
    "health_changes": "feed_id",
    "digests": "id",
    "digest_items": "digest_id",
    "deliveries": "digest_id",
    "attempts": "delivery_id",
}
"""The tables under seal, each with the column by which its rows belong together."""

_ONLY: Mapping[str, tuple[str, ...]] = {"feeds": ("id", "url", "publisher", "added")}
"""Of these tables only some columns are evidence; the others say how the feed is to be read next."""

UNSEALED: Mapping[str, str] = {
    "subscriptions": "what is configured, and up to where it was looked at",
    "story_shingles": "made of the texts",
    "settled": "up to where stories were looked for",
    "clock": "what the clock has shown, for the next run",
    "listings": "what a sitemap showed last, for the next reading",
    "sealed": "how the seals are made",
    "seals": "the seals themselves",
    "set_aside": "notes about rows of other tables",
}
"""The tables that hold no evidence, each with what it holds."""

_BYTES = 32
_MODULUS = 1 << 8 * _BYTES
_BROKEN = b""
"""The seal of what was found altered when seals were made anew: it agrees with nothing."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table under seal: its columns in the order in which they are hashed, and which of them hold texts."""

    table: str
    owner: str
    columns: tuple[str, ...]
    texts: frozenset[str]

    def values(self, row: str = "") -> str:
        """The columns as SQL, of ``NEW``, of ``OLD`` or of the table's own row. A text goes as the bytes that
        are stored, for they may be none of UTF-8.
        """
        of = f"{row}." if row else ""
        return ", ".join(
            f"CAST({of}{column} AS BLOB)" if column in self.texts else f"{of}{column}"
            for column in self.columns
        )


def hash_row(table: str, *values: Value) -> bytes:
    """SHA-256 of a row of the table; no two rows run together."""
    sha = hashlib.sha256(table.encode())
    for value in values:
        if value is None:
            sha.update(b"-")
        elif isinstance(value, bytes):
            sha.update(b"%d:" % len(value))
            sha.update(value)
        else:
            sha.update(f"={value!r};".encode())
    return sha.digest()


def _plus(seal: bytes, row: bytes) -> bytes:
    if seal == _BROKEN:
        return _BROKEN
    return ((int.from_bytes(seal, "big") + int.from_bytes(row, "big")) % _MODULUS).to_bytes(_BYTES, "big")


def _minus(seal: bytes, row: bytes) -> bytes:
    if seal == _BROKEN:
        return _BROKEN
    return ((int.from_bytes(seal, "big") - int.from_bytes(row, "big")) % _MODULUS).to_bytes(_BYTES, "big")


class _Sum:
    """The seal of the rows of a group."""

    def __init__(self) -> None:
        self._seal = bytes(_BYTES)

    def step(self, *row: Any) -> None:
        """Put a row in: the table's name and its values."""
        self._seal = _plus(self._seal, hash_row(*row))

    def finalize(self) -> bytes:
        """The seal."""
        return self._seal


def watch_over(connection: sqlite3.Connection) -> None:
    """Have what this connection writes sealed from now on. Its schema must be up to date."""
    _add_functions(connection)
    connection.execute("PRAGMA recursive_triggers = on")  # so that REPLACE removes under seal, too
    for sealed in _noted(connection):
        connection.executescript(_triggers(sealed))


def renew(database: Database, altered: Sequence[tuple[str, object]]) -> None:
    """Seal every table as its schema is now, within the transaction that is open. What is ``altered``
    (:func:`find_altered`, asked before) stays so.
    """
    _add_functions(database.conn)
    database.execute("DELETE FROM seals")
    database.execute("DELETE FROM sealed")
    for table, owner in OWNERS.items():
        columns = _ONLY.get(table) or tuple(column.name for column in database.table(table).columns)
        sealed = Sealed(table, owner, columns, _texts(database.conn, table))
        database.execute("INSERT INTO sealed VALUES (?, ?, ?)", [table, owner, json.dumps(columns)])
        database.execute(f"INSERT INTO seals {_present(sealed)}")
    database.conn.executemany(
        "INSERT OR REPLACE INTO seals VALUES (?, ?, 0, x'')", [(table, owner) for table, owner in altered]
    )


def unsealed(connection: sqlite3.Connection) -> list[str]:
    """The tables that should be under seal, and aren't: somebody broke them off. None in an archive of an
    older version, which has no seals.
    """
    if not _has_seals(connection):
        return []
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return sorted(there & set(OWNERS) - {sealed.table for sealed in _noted(connection)})


def find_altered(connection: sqlite3.Connection) -> Iterator[tuple[str, object]]:
    """The table and the owner of all rows that aren't as they were stored: altered, removed or added by
    another program. Nothing of an archive of an older version, which has no seals.
    """
    _add_functions(connection)
    for sealed in _noted(connection):
        query = f"""
            WITH present(name, owner, number, seal) AS MATERIALIZED ({_present(sealed)})
            SELECT owner FROM present p WHERE NOT EXISTS (
                SELECT 1 FROM seals s WHERE s.table_name = p.name AND s.owner = p.owner
                    AND s.number = p.number AND s.seal = p.seal)
            UNION ALL SELECT owner FROM seals s WHERE s.table_name = ? AND (s.number != 0 OR s.seal = x'')
                AND NOT EXISTS (SELECT 1 FROM present p WHERE p.owner = s.owner)
        """
        for (owner,) in connection.execute(query, [sealed.table]):
            yield sealed.table, owner


def _present(sealed: Sealed) -> str:
    """SQL for the seals of a table as its rows are now."""
    return (
        f"SELECT '{sealed.table}', {sealed.owner}, count(*), seal_of('{sealed.table}', {sealed.values()})"
        f" FROM {sealed.table} GROUP BY {sealed.owner}"
    )


def _triggers(sealed: Sealed) -> str:
    """The triggers of a connection. A row that was never put in is taken out all the same: its group then has
    a row less than there are.
    """
    table, owner = sealed.table, sealed.owner

    def change(row: str, number: int, function: str) -> str:
        return f"""
            INSERT INTO seals VALUES ('{table}', {row}.{owner}, {number},
                seal_row('{table}', {sealed.values(row)}))
            ON CONFLICT (table_name, owner) DO UPDATE
                SET number = number + {number}, seal = {function}(seal, excluded.seal);"""

    put_in, take_out = change("NEW", 1, "seal_plus"), change("OLD", -1, "seal_minus")
    name = f"TEMP TRIGGER seal_{table}"
    return f"""
        CREATE {name}_insert AFTER INSERT ON main.{table} BEGIN {put_in} END;
        CREATE {name}_update AFTER UPDATE OF {", ".join(sealed.columns)} ON main.{table}
            BEGIN {take_out} {put_in} END;
        CREATE {name}_delete AFTER DELETE ON main.{table} BEGIN {take_out} END;
    """


def _noted(connection: sqlite3.Connection) -> list[Sealed]:
    """The tables under seal, as the archive has it; none in one of an older version."""
    if not _has_seals(connection):
        return []
    noted = []
    for table, owner, columns in connection.execute(
        "SELECT table_name, owner, columns FROM sealed"
    ).fetchall():
        there = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", [table])}
        hashed = _listed(columns)
        if (
            table in OWNERS and hashed and {owner, *hashed} <= there
        ):  # these names become SQL: a file may say anything
            noted.append(Sealed(table, owner, hashed, _texts(connection, table)))
    return noted


def _listed(columns: str) -> tuple[str, ...]:
    """The columns of a JSON list; none if it is broken, with which no seal agrees."""
    with contextlib.suppress(ValueError, TypeError):
        return tuple(str(name) for name in json.loads(columns))
    return ()


def _texts(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    query = "SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'"
    return frozenset(name for (name,) in connection.execute(query, [table]))


def _has_seals(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sealed'").fetchone())


def _add_functions(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT 1 FROM pragma_function_list WHERE name = 'seal_row'").fetchone():
        return  # SQLite refuses to replace one that a statement uses
    connection.create_function("seal_row", -1, hash_row, deterministic=True)
    connection.create_function("seal_plus", 2, _plus, deterministic=True)
    connection.create_function("seal_minus", 2, _minus, deterministic=True)
    connection.create_aggregate("seal_of", -1, cast(Any, _Sum))
