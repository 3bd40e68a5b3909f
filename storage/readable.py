"""Values that can't be read: texts that are no UTF-8, times that are none, JSON that is broken.

A disk, another program or an older Presswatch may leave one. One bad row must stop nothing: every connection
reads bytes that are no UTF-8 as replacement characters (:class:`Decoding`), and what makes a call fail is
found by :func:`find_unreadable`, which names table, row and column.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

TIMES = frozenset(
    "added adopted ahead announce_from at begun behind created failing_since finished first_at first_read"
    " first_seen forgotten found gone_since health_since joined jumped last_at last_attempt last_seen"
    " last_success last_whole latest moved_since next_attempt next_due oldest_shown planned previous"
    " published read_at replaced revised seen_before set_back silent_from since steady texts_asked"
    " unknowable until".split()
)
"""The columns that hold times (:func:`presswatch.times.to_text`), in whatever table."""

_JSON = {
    "feeds": ("tags", "selectors", "skip_hours", "skip_days"),
    "rules": ("definition",),
    "subscriptions": ("recipients", "programs", "leave_out", "publishers", "tags", "languages"),
    "digests": ("content",),
    "variants": ("dates",),
}
"""The columns that hold JSON, by table; an empty one holds nothing."""

_INTERNAL = ("sqlite_", "_sqlite_", "releases_fts", "set_aside", "seals", "sealed")
_NO_UTF8, _NUL, _NO_TIME, _NO_JSON = (
    "is not UTF-8 text",
    "holds a NUL character",
    "is not a time with a zone (ISO 8601)",
    "is not JSON",
)


class Decoding:
    """Decodes the texts that a connection reads (its ``text_factory``), and remembers in ``replaced`` whether
    one of them held bytes that are no UTF-8.
    """

    def __init__(self) -> None:
        self.replaced = False

    def __call__(self, raw: bytes) -> str:
        """The text; what is no UTF-8 becomes U+FFFD."""
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.replaced = True
            return raw.decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that can't be read: where it stands, what is wrong with it, and its bytes.

    ``key`` is the row's primary key; columns of ``WITHOUT ROWID`` tables have several parts.
    """

    table: str
    key: tuple[tuple[str, object], ...]
    column: str
    what: str
    value: bytes

    @property
    def row(self) -> str:
        """The row, for people: ``id 3``; ``release_id 3, revision 1``."""
        return ", ".join(f"{name} {value}" for name, value in self.key)


def is_time(text: str) -> bool:
    """Whether :func:`presswatch.times.from_text` reads it as what it says."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def find_unreadable(connection: sqlite3.Connection) -> Iterator[Unreadable]:
    """Every value of the archive's tables that can't be read; each text is looked at."""
    if not connection.execute("SELECT 1 FROM pragma_function_list WHERE name = 'unreadable'").fetchone():
        connection.create_function("unreadable", 2, _what_is_wrong, deterministic=True)
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    ).fetchall()
    for (table,) in tables:
        if table.startswith(_INTERNAL):
            continue
        columns = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", [table]).fetchall()
        texts = [name for name, kind, _ in columns if kind == "TEXT"]
        if texts:
            keys = [name for name, _, pk in sorted(columns, key=lambda column: column[2]) if pk]
            yield from _of_table(connection, table, keys, texts)


def _of_table(
    connection: sqlite3.Connection, table: str, keys: list[str], texts: list[str]
) -> Iterator[Unreadable]:
    wrong = [f"unreadable({_kind(table, column)}, CAST({column} AS BLOB))" for column in texts]
    query = (
        f"SELECT {', '.join([*keys, *wrong])} FROM {table}"
        f" WHERE coalesce({', '.join([*wrong, 'NULL'])}, NULL) IS NOT NULL"
    )
    for row in connection.execute(query).fetchall():
        key = tuple(zip(keys, row, strict=False))
        for column, what in zip(texts, row[len(keys) :], strict=True):
            if what is not None:
                yield Unreadable(table, key, column, what, _bytes(connection, table, key, column))


def _bytes(
    connection: sqlite3.Connection, table: str, key: tuple[tuple[str, object], ...], column: str
) -> bytes:
    where = " AND ".join(f"{name} IS ?" for name, _ in key)
    query = f"SELECT CAST({column} AS BLOB) FROM {table} WHERE {where}"
    found = connection.execute(query, [value for _, value in key]).fetchone()
    return bytes(found[0]) if found else b""  # its key itself can't be read


def _kind(table: str, column: str) -> int:
    if column in _JSON.get(table, ()):
        return 2
    return 1 if column in TIMES else 0


def _what_is_wrong(kind: int, value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return _NO_UTF8
    if b"\0" in value:
        return _NUL
    if kind == 1 and not is_time(text):
        return _NO_TIME
    if kind == 2 and text:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return _NO_JSON
    return None
