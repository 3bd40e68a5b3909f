"""A check of a file's tables, made before one of them is read: each is as Presswatch makes it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from storage import seals
from storage.unusable import UnusableArchive

TABLES = frozenset({*seals.OWNERS, *seals.UNSEALED, "_sqlite_migrations"})
"""The names of the archive's tables, of whatever version. What else is in an archive is its user's."""


def must_be_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Raise :class:`UnusableArchive` where one of the archive's tables is something else: a view, which may
    be without end, a virtual table, or one whose columns are computed.
    """
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall():
        if name not in TABLES:
            continue
        plain = kind == "table" and str(sql).upper().startswith("CREATE TABLE")
        if plain:
            hidden = connection.execute("SELECT 1 FROM pragma_table_xinfo(?) WHERE hidden", [name])
            plain = hidden.fetchone() is None
        if not plain:
            raise UnusableArchive(
                f"{path}: {name} is not a table as Presswatch makes it; the file is no archive of"
                " Presswatch's, or another program has changed it"
            )
