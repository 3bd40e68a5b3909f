"""A file that comes from elsewhere, made safe to read: nothing in it is taken on trust.

An archive is a program as well as data: a view can be without end (:mod:`storage.ours`), and triggers run
when a migration writes. See https://sqlite.org/security.html for the settings.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from presswatch.times import from_text, to_text
from presswatch.wellformed import well_formed
from storage.ours import TABLES
from storage.readable import TIMES, is_time
from storage.unusable import UnusableArchive

LONGEST_TEXT = 20_000_000
"""Characters of a value: as many as an answer may have bytes, which no newsroom's text comes near."""
LONGEST_LINE = 10_000
"""Characters of a title, an address or a name."""
_LONG = frozenset({"text", "content"})
_HASH = re.compile(r"[0-9a-f]{64}")
_KINDS: Mapping[str, Any] = {"INTEGER": int, "REAL": (int, float), "TEXT": str, "BLOB": bytes}


class BadRow(ValueError):
    """What is wrong with a row."""


def drop_triggers(connection: sqlite3.Connection) -> None:
    """Take out of a copy what would run when a migration writes to it, and trust nothing else that it says.
    Call it before the copy is opened as an archive.
    """
    connection.execute("PRAGMA trusted_schema = off")
    connection.execute("PRAGMA cell_size_check = on")
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        quoted = name.replace('"', '""')
        connection.execute(f'DROP TRIGGER "{quoted}"')
    connection.commit()


def must_have_no_triggers(connection: sqlite3.Connection, path: Path) -> None:
    """Raise :class:`UnusableArchive` where something would run by itself when the archive is written to."""
    for name, table in connection.execute("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger'"):
        if table in TABLES:
            raise UnusableArchive(
                f"{path}: the trigger {well_formed(name)!r} would change what Presswatch stores in {table};"
                " drop it in the backup, or name another one"
            )


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table as Presswatch makes them: type, and whether a value is required, by name."""

    kinds: Mapping[str, tuple[str, bool]]

    @classmethod
    def of(cls, database: Database, table: str) -> Columns:
        """Those of an archive that is up to date."""
        return cls({one.name: (one.type, bool(one.notnull)) for one in database.table(table).columns})

    def sound(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with its texts cleaned as a feed's are (:func:`presswatch.wellformed.well_formed`), its
        times as Presswatch writes them, and lines on one line. Raises :class:`BadRow` for a value of another
        type, a time that is none, or a value beyond all measure.
        """
        return {name: self._value(name, value) for name, value in row.items()}

    def _value(self, name: str, value: Any) -> Any:
        kind, required = self.kinds.get(name, ("TEXT", False))
        if value is None:
            if required:
                raise BadRow(f"{name}: is missing")
            return None
        if not isinstance(value, _KINDS[kind]):
            raise BadRow(f"{name}: is not {'a text' if kind == 'TEXT' else 'a number'}")
        if not isinstance(value, str):
            if isinstance(value, int) and not -(2**31) < value < 2**53:
                raise BadRow(f"{name}: is no number that can be")
            return value
        if name in TIMES:
            if not is_time(value):
                raise BadRow(f"{name}: {well_formed(value[:60])!r} is not a time")
            return to_text(from_text(value))
        if len(value) > (LONGEST_TEXT if name in _LONG else LONGEST_LINE):
            raise BadRow(f"{name}: is longer than any newsroom's")
        return well_formed(value)


def is_hash(text: str) -> bool:
    """Whether it's a SHA-256 as the archive has it."""
    return _HASH.fullmatch(text) is not None
