"""One bad row is one bad row: what makes a call to the archive fail is set aside, and the call made again."""

from __future__ import annotations

import functools
import inspect
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from sqlite_utils import Database

from presswatch.errors import ArchiveError
from presswatch.times import to_text, utc_now
from storage.connection import errors_in_words, writing
from storage.readable import Decoding, find_unreadable
from storage.set_aside import note, set_aside

_LOOK_EVERY = timedelta(days=1)
"""How often an archive that is known to hold texts that can't be read is looked through anew."""
_OF_INDEX = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR)
"""How SQLite calls what comes of a damaged index of FTS5 (https://sqlite.org/rescode.html)."""
_WHERE = "`presswatch verify` names all such rows, and `presswatch run` sets them aside"


class _Archive(Protocol):
    path: Path
    read_only: bool

    @property
    def database(self) -> Database: ...


Opened = TypeVar("Opened", bound=type)


def enduring(archive: Opened) -> Opened:
    """Have each public method of a class, which is a transaction or a reading, made again once what made it
    fail has been set aside (:mod:`storage.set_aside`), or the search index has been rebuilt.

    Where the archive is only read, :class:`ArchiveError` names the row instead.
    """
    for name, method in list(vars(archive).items()):
        is_call = inspect.isfunction(method) and not inspect.isgeneratorfunction(method)
        if is_call and name[0] != "_" and name != "close":
            setattr(archive, name, _enduring(method))
    return archive


def _enduring(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(self: _Archive, *args: Any, **kwargs: Any) -> Any:
        try:
            result = method(self, *args, **kwargs)
        except (ValueError, ArchiveError) as error:
            if not _mended(self, error):
                raise
            result = method(self, *args, **kwargs)
        _note_replaced(self)
        return result

    return call


def _mended(archive: _Archive, error: Exception) -> bool:
    """Whether something was found and set aside that may have made a call fail."""
    database = archive.database
    if isinstance(error, ArchiveError):
        return not archive.read_only and _rebuilt_index(archive, error.__cause__)
    if archive.read_only:
        with errors_in_words(archive.path):
            found = next(find_unreadable(database.conn), None)
        if found is None:
            return False
        raise ArchiveError(
            f"{archive.path}: {found.table}, row {found.row}: {found.column} {found.what}; {_WHERE}"
        ) from error
    with errors_in_words(archive.path), writing(database):
        return set_aside(database, utc_now()) > 0


def _rebuilt_index(archive: _Archive, error: BaseException | None) -> bool:
    """Build the search index anew of the releases if it is damaged, which may be why a call failed."""
    if not isinstance(error, sqlite3.DatabaseError) or error.sqlite_errorcode & 0xFF not in _OF_INDEX:
        return False
    database = archive.database
    try:
        database.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
        return False
    except sqlite3.DatabaseError:
        pass
    finally:
        database.rollback()
    with errors_in_words(archive.path), writing(database):
        database.execute("INSERT INTO releases_fts(releases_fts) VALUES ('rebuild')")
        note(database, "releases_fts", "all", "was damaged, and was rebuilt", utc_now())
    return True


def _note_replaced(archive: _Archive) -> None:
    """Note which texts could not be read as they stand, where the connection met one."""
    database = archive.database
    decoding = cast(Decoding, database.conn.text_factory)
    if archive.read_only or not decoding.replaced:
        return
    decoding.replaced = False
    with errors_in_words(archive.path), writing(database):
        lately = to_text(utc_now() - _LOOK_EVERY)
        if not database.execute("SELECT 1 FROM set_aside WHERE found > ?", [lately]).fetchone():
            set_aside(database, utc_now())
        decoding.replaced = False  # by looking
