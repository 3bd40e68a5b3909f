"""Writing many rows at once, by SQLite's own means: what a cycle does thousands of times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database


def insert(
    database: Database, table: str, rows: Sequence[Mapping[str, Any]], *, ignore: bool = False
) -> None:
    """Insert rows that all have the same columns; with ``ignore``, those whose key is there already not."""
    if not rows:
        return
    columns = list(rows[0])
    names, values = ", ".join(columns), ", ".join(f":{column}" for column in columns)
    verb = "INSERT OR IGNORE" if ignore else "INSERT"
    database.conn.executemany(f"{verb} INTO {table} ({names}) VALUES ({values})", rows)


def update(database: Database, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Update by ``id`` rows that all have the same columns."""
    if not rows:
        return
    changes = ", ".join(f"{column} = :{column}" for column in rows[0] if column != "id")
    database.conn.executemany(f"UPDATE {table} SET {changes} WHERE id = :id", rows)


def change(
    database: Database, table: str, key: Sequence[tuple[str, object]], column: str, value: str | None
) -> None:
    """Update a column of the row with this primary key."""
    where = " AND ".join(f"{name} IS ?" for name, _ in key)
    values = [value, *(part for _, part in key)]
    database.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", values)
