"""Opening the archive: the file, its settings, its schema."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from presswatch.errors import ArchiveBusy, ArchiveError
from presswatch.private import make_private_file, make_private_folder
from storage import seals
from storage.migrations import migrations
from storage.ours import must_be_tables
from storage.readable import Decoding
from storage.unusable import UnusableArchive

APPLICATION_ID = int.from_bytes(b"PrsW", "big")
"""Written into the file's header, by which ``file`` and we know it (https://sqlite.org/pragma.html)."""

BUSY_SECONDS = 30


def open_database(path: Path) -> Database:
    """Open the archive for writing; make it, and bring its schema up to date, where need be.

    Raises :class:`ArchiveError` where the file is something else, is newer than this program, or
    cannot be opened.
    """
    try:
        make_private_folder(path.parent)
        make_private_file(path)
        connection = connect(str(path))
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(f"{path}: the archive cannot be opened: {error}") from error
    try:
        with errors_in_words(path):
            database = Database(connection)
            if not _is_new(database):
                check_ours(database, path)
            _configure(database)
            _migrate(database)
            seals.watch_over(connection)
    except BaseException:
        connection.close()
        raise
    return database


def open_for_reading(path: Path) -> Database:
    """Open an archive that exists, read-only; a cycle that writes meanwhile is not disturbed.

    Raises :class:`ArchiveError` where there is none, or it is not ours, or not of this version.
    """
    if not is_begun(path):
        raise ArchiveError(f"{path}: there is no archive yet; `presswatch run` makes it")
    with errors_in_words(path, reading=True):
        connection = connect_for_reading(path)
    try:
        with errors_in_words(path, reading=True):
            database = Database(connection)
            check_ours(database, path)
            if migrations.pending(database):
                raise ArchiveError(f"{path}: the archive is of an older version; `presswatch run` updates it")
    except BaseException:
        connection.close()
        raise
    return database


def connect(address: str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection that reads texts which are no UTF-8, too (:class:`storage.readable.Decoding`)."""
    connection = sqlite3.connect(address, uri=uri, timeout=BUSY_SECONDS)
    connection.text_factory = Decoding()
    return connection


def is_begun(path: Path) -> bool:
    """Whether there is an archive, or something else: a process that is killed while it makes one leaves a
    file that holds nothing.
    """
    if not path.is_file():
        return False
    with errors_in_words(path, reading=True), contextlib.closing(connect_for_reading(path)) as connection:
        return not _is_new(Database(connection))


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads; no transaction is open. Raises ``sqlite3.Error``.

    A reader of a file in WAL mode makes two others beside it. Where it may not, it can read the file as one
    that nobody changes (https://sqlite.org/wal.html, "Read-Only Databases"): so is a copy which this user
    can't write, and of which nothing waits in a ``-wal``.
    """
    address = path.resolve().as_uri()
    connection = connect(f"{address}?mode=ro", uri=True)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if is_busy(error) or may_be_written(path) or _unfinished(path) or not os.access(path, os.R_OK):
            raise
        return connect(f"{address}?mode=ro&immutable=1", uri=True)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def may_be_written(path: Path) -> bool:
    """Whether this user may write the file, and make others beside it, as SQLite does when it writes."""
    return os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK | os.X_OK)


def _unfinished(path: Path) -> bool:
    """Whether something lies beside the file that isn't yet in it."""
    beside = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
    return any(one.exists() and one.stat().st_size for one in beside)


@contextmanager
def writing(database: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once, so that what it reads first is still true
    when it writes.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            database.rollback()
        raise
    database.commit()


def is_busy(error: sqlite3.Error) -> bool:
    """Whether the error is only that another process is at work on the file."""
    return "locked" in str(error) or "busy" in str(error)


@contextmanager
def errors_in_words(path: Path, *, reading: bool = False) -> Iterator[None]:
    """Turn SQLite's errors into ours, with what the user can do; ``reading``: nothing is to be written."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if is_busy(error):
            raise ArchiveBusy(
                f"{path}: another process has been writing for {BUSY_SECONDS} s; try again when it is done"
            ) from error
        if "full" in text:
            raise ArchiveError(
                f"{path}: the disk is full; nothing was lost, make room and run again"
            ) from error
        if "disk I/O" in text:
            raise ArchiveError(
                f"{path}: the disk cannot be read or written ({text}); what was stored stays stored: see"
                " whether it has room and is well, then run again"
            ) from error
        if reading and ("readonly" in text or "unable to open" in text):
            raise ArchiveError(f"{path}: {_why_unreadable(path)}") from error
        if "readonly" in text or "unable to open" in text:
            raise ArchiveError(f"{path}: the archive cannot be written; check its permissions") from error
        raise ArchiveError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise ArchiveError(f"{path}: not an archive, or a damaged one: {error}") from error


def _why_unreadable(path: Path) -> str:
    if os.access(path, os.R_OK) and _unfinished(path):
        return (
            "its newest part lies beside it, and can be read only where files may be made in its folder:"
            f" copy {path.name} and {path.name}-wal to a folder of yours, and name the copy"
        )
    return "the archive cannot be read; check its permissions"


def _is_new(database: Database) -> bool:
    return not database.table_names() and _pragma(database, "application_id") == 0


def check_ours(database: Database, path: Path) -> None:
    """Raise :class:`UnusableArchive` if the file is not an archive, is of a newer version, or has something
    else where a table should be.
    """
    if _pragma(database, "application_id") != APPLICATION_ID:
        raise UnusableArchive(f"{path}: this SQLite file is not a Presswatch archive")
    must_be_tables(database.conn, path)
    with Database(memory=True) as empty:
        known = {migration.name for migration in migrations.pending(empty)}
    unknown = [done.name for done in migrations.applied(database) if done.name not in known]
    if unknown:
        raise UnusableArchive(
            f"{path}: the archive is of a newer Presswatch ({unknown[-1]}); update Presswatch"
        )


def _configure(database: Database) -> None:
    if _is_new(database):
        database.execute("PRAGMA page_size = 16384")
    if _pragma(database, "journal_mode") != "wal":
        database.execute("PRAGMA journal_mode = wal")
    database.execute("PRAGMA synchronous = full")  # what was told to have been sent stays told
    database.execute("PRAGMA foreign_keys = on")
    database.execute("PRAGMA cache_size = -32000")  # KiB: keys are looked for all over a large index


def _migrate(database: Database) -> None:
    if not _is_new(database) and not migrations.pending(database):
        return
    with writing(database):
        if _pragma(database, "application_id") == 0:
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        altered = list(seals.find_altered(database.conn))
        migrations.apply(database)
        seals.renew(database, altered)


def _pragma(database: Database, name: str) -> object:
    return database.execute(f"PRAGMA {name}").fetchone()[0]
