"""Whether an archive is damaged, as far as a short look tells: for what is asked every minute."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from time import monotonic

from storage.keeping.files import plain_connection

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
