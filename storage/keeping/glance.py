"""Whether an archive is damaged, as far as a short look tells: for what is asked every minute."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from time import monotonic

from storage.keeping.files import plain_connection
from storage.readable import find_unreadable
from storage.set_aside import noted, waiting

_STEPS = 10_000
"""Of SQLite, between two looks at the clock."""


def damage(path: Path, *, seconds: float) -> str | None:
    """What SQLite finds wrong with the pages of an archive (https://sqlite.org/pragma.html#pragma_quick_check);
    empty if nothing, ``None`` if it takes longer than so many seconds to say.

    Raises :class:`presswatch.errors.ArchiveError` where the archive cannot be read.
    """
    until = monotonic() + seconds
    with plain_connection(path, "ro") as connection:
        connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
        try:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return None
    return "" if found == "ok" else " ".join(str(found).split())


def unreadable_rows(path: Path, *, seconds: float = 0) -> list[str]:
    """The rows that were set aside while the archive was in use, and that no person has accepted; and, where
    ``seconds`` are given, those that can't be read of as many rows as that time is enough for.

    Raises :class:`presswatch.errors.ArchiveError` where the archive cannot be read.
    """
    with plain_connection(path, "ro") as connection:
        said = [str(one) for one in waiting(connection)]
        known = noted(connection)
        until = monotonic() + seconds
        connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
        try:
            for one in find_unreadable(connection) if seconds else ():
                if (one.table, one.row, one.column) not in known:
                    said.append(f"{one.table}, row {one.row}: {one.column} {one.what}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
    return said
