"""Seals of all that is evidence (:mod:`storage.seals`), and rows that were set aside."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

_SCRIPT = """
CREATE TABLE sealed (
    table_name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,                      -- the column by which its rows belong together
    columns TEXT NOT NULL                     -- in the order in which they are hashed, a JSON list
) STRICT;
CREATE TABLE seals (
    table_name TEXT NOT NULL,
    owner ANY NOT NULL,
    number INTEGER NOT NULL,                  -- of rows
    seal BLOB NOT NULL,
    PRIMARY KEY (table_name, owner)
) STRICT, WITHOUT ROWID;
CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY,
    table_name TEXT NOT NULL,
    row TEXT NOT NULL,
    column_name TEXT NOT NULL,
    what TEXT NOT NULL,
    value BLOB NOT NULL,                      -- as it stood there
    found TEXT NOT NULL,
    accepted TEXT,                            -- when a person took it for what it is; NULL: not yet
    UNIQUE (table_name, row, column_name, what)
) STRICT;
"""


@migrations()
def m014_seals(database: Database) -> None:
    """The tables. Whoever applies migrations then makes the seals of what is there."""
    run_script(database, _SCRIPT)
