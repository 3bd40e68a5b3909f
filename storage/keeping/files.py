"""Archive files as files: whether one is ours, and moving it so that a crash leaves one or the other."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from presswatch.errors import ArchiveError
from presswatch.private import make_private_file
from storage.connection import check_ours, connect, connect_for_reading, errors_in_words
from storage.unusable import UnusableArchive

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; a ``-wal`` holds what was committed and is not yet in the file."""

HEADER = b"SQLite format 3\x00"
"""How each SQLite file begins (https://sqlite.org/fileformat2.html, section 1.3)."""


def is_sqlite(path: Path) -> bool:
    """Whether the file begins as SQLite's do. Raises ``OSError`` where it cannot be read."""
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER


def must_be_file(path: Path, what: str) -> None:
    """Raise :class:`UnusableArchive` where there is no such file; ``what`` says what it should be."""
    if not path.is_file():
        raise UnusableArchive(f"{path}: there is no such file; name {what}")


@contextmanager
def plain_connection(path: Path, mode: Literal["ro", "rw"]) -> Iterator[sqlite3.Connection]:
    """A connection to a Presswatch archive of whatever version, which changes nothing by itself.

    Raises :class:`ArchiveError` where the file cannot be read or is none.
    """
    with errors_in_words(path, reading=mode == "ro"):
        connection = connect_for_reading(path) if mode == "ro" else _connect_for_writing(path)
        with contextlib.closing(connection):
            connection.isolation_level = None
            check_ours(Database(connection), path)
            yield connection


def _connect_for_writing(path: Path) -> sqlite3.Connection:
    return connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)


def copy_archive(source: Path, target: Path) -> dict[str, int]:
    """Copy an archive as it stands at one moment, while others read and write it, and return how many rows
    each table had then. ``target`` becomes one file that needs no other beside it.

    Raises :class:`ArchiveError`; then ``target`` is worth nothing.
    """
    with plain_connection(source, "ro") as reading:
        reading.execute("BEGIN")
        counts = row_counts(reading)  # with this the snapshot is taken, which the copy is then made of
        make_private_file(target)
        with errors_in_words(target), contextlib.closing(connect(str(target))) as writing:
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode = delete")
    sync(target)
    return counts


def row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has, SQLite's and the search index's own aside."""
    return {
        table.name: table.count
        for table in Database(connection).tables
        if not table.name.startswith(("releases_fts", "sqlite_"))
    }


def sync(path: Path) -> None:
    """Have the system write the file, or the names in the folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_name(path: Path, stem: str, moment: datetime) -> Path:
    """A name that no file in the folder has: that of ``path`` with ``stem`` and the time, in UTC."""
    name = f"{stem}-{moment:%Y%m%dT%H%M%SZ}"
    found, number = path.with_name(name + path.suffix), 1
    while found.exists():
        number += 1
        found = path.with_name(f"{name}-{number}{path.suffix}")
    return found


def remove(path: Path) -> None:
    """Remove an archive file of our own making, and what SQLite has beside it."""
    for ending in ("", *SIDE_FILES):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def folder_errors(folder: Path) -> Iterator[None]:
    """Turn the system's errors into ours."""
    try:
        yield
    except OSError as error:
        raise ArchiveError(f"{folder}: {error.strerror or error}; nothing was changed") from error
