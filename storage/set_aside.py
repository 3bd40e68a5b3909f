"""Rows that can't be read, set aside: noted with the bytes that stood there, so that everything else goes on.

What only says how to go on (when a feed is due, say) gets a value that can be read. What is evidence stays as
it is, and is read with replacement characters. A digest that can't be read any more isn't sent: its
deliveries have failed. All of it is named by ``presswatch verify``, ``status`` and ``doctor`` until a person
has accepted it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlite_utils import Database

from presswatch.digests.model import Digest
from presswatch.times import to_text
from storage import rows
from storage.readable import Unreadable, find_unreadable

_KEEPS = ("digests", "rules")  # a content that is evidence, not a state: nothing could stand for it
_UNREADABLE_DIGEST = "the digest can't be read in the archive; `presswatch verify` names it"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A value, or a row (``column`` is empty), that was set aside: where it stands and what is wrong."""

    table: str
    row: str
    column: str
    what: str
    found: str

    def __str__(self) -> str:
        return f"{self.table}, row {self.row}: {self.column} {self.what}".replace(":  ", ": ")


def set_aside(database: Database, now: datetime) -> int:
    """Look through the archive for what can't be read, set it aside, and say how much is new of it. Call it
    within :func:`storage.connection.writing`.
    """
    before = database.table("set_aside").count
    for one in list(find_unreadable(database.conn)):
        note(database, one.table, one.row, one.what, now, column=one.column, value=one.value)
        _mend(database, one, now)
    _give_up_deliveries(database, now)
    return database.table("set_aside").count - before


def note(
    database: Database,
    table: str,
    row: str,
    what: str,
    now: datetime,
    *,
    column: str = "",
    value: bytes = b"",
) -> None:
    """Note what is wrong with a row, unless that is noted already."""
    database.execute(
        "INSERT OR IGNORE INTO set_aside(table_name, row, column_name, what, value, found)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [table, row, column, what, value, to_text(now)],
    )


def noted(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """The table, row and column of every note, accepted or not; none in an archive of an older version."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'set_aside'").fetchone():
        return set()
    return set(connection.execute("SELECT table_name, row, column_name FROM set_aside"))


def waiting(connection: sqlite3.Connection) -> Iterator[SetAside]:
    """What was set aside and no person has accepted; nothing of an archive of an older version."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'set_aside'").fetchone():
        for row in connection.execute(
            "SELECT table_name, row, column_name, what, found FROM set_aside"
            " WHERE accepted IS NULL ORDER BY id"
        ):
            yield SetAside(*row)


def accept(database: Database, now: datetime) -> int:
    """Note that a person takes everything that was set aside for what it is; how much that was."""
    accepted = database.execute("UPDATE set_aside SET accepted = ? WHERE accepted IS NULL", [to_text(now)])
    return accepted.rowcount


def accepted_releases(connection: sqlite3.Connection) -> frozenset[int]:
    """The releases that a person has taken for what they are, though their hashes or passages disagree."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'set_aside'").fetchone():
        return frozenset()
    found = connection.execute(
        "SELECT row FROM set_aside WHERE table_name = 'releases' AND accepted IS NOT NULL"
    )
    return frozenset(int(row.partition(" ")[2]) for (row,) in found)


def _mend(database: Database, one: Unreadable, now: datetime) -> None:
    """Put a value that can be read where another would stop what goes on."""
    if not one.what.startswith("is not a time") and (one.what != "is not JSON" or one.table in _KEEPS):
        return
    info = """SELECT "notnull" FROM pragma_table_info(?) WHERE name = ?"""
    (required,) = database.execute(info, [one.table, one.column]).fetchone()
    time = to_text(now) if required else None
    value = time if one.what.startswith("is not a time") else "" if one.column == "selectors" else "[]"
    rows.change(database, one.table, one.key, one.column, value)


def _give_up_deliveries(database: Database, now: datetime) -> None:
    digest = TypeAdapter(Digest)
    pending = database.execute(
        "SELECT d.id, g.id, g.content FROM deliveries d JOIN digests g ON g.id = d.digest_id"
        " WHERE d.status = 'pending'"
    ).fetchall()
    for delivery_id, digest_id, content in pending:
        try:
            digest.validate_json(content)
        except ValueError:
            row, value = f"id {digest_id}", content.encode()
            note(database, "digests", row, "is no digest", now, column="content", value=value)
            database.execute(
                "UPDATE deliveries SET status = 'failed', finished = ? WHERE id = ?",
                [to_text(now), delivery_id],
            )
            database.execute(
                "INSERT INTO attempts(delivery_id, at, outcome, said) VALUES (?, ?, 'refused', ?)",
                [delivery_id, to_text(now), _UNREADABLE_DIGEST],
            )
