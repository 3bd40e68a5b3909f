"""Putting a copy in the archive's place. What was there is moved aside, never removed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import copyfile

from presswatch.errors import ArchiveBusy
from presswatch.private import make_private_file, make_private_folder
from storage.connection import is_busy
from storage.keeping.backup import look_over
from storage.keeping.files import (
    SIDE_FILES,
    copy_archive,
    folder_errors,
    free_name,
    must_be_file,
    plain_connection,
    remove,
    row_counts,
    sync,
)
from storage.keeping.foreign import must_have_no_triggers
from storage.keeping.verify import Finding
from storage.unusable import UnusableArchive


@dataclass(frozen=True, slots=True)
class Restored:
    """The archive that is in place now: how many releases it holds, and where what was there before lies
    (``None`` if there was none). ``findings`` are what is wrong with single rows of it.
    """

    releases: int
    aside: Path | None
    findings: tuple[Finding, ...] = ()


def restore(backup: Path, archive: Path, now: datetime) -> Restored:
    """Put a copy of the backup in the archive's place. Call it under :func:`storage.lock.cycle_lock`.

    A kill at any instant leaves one of the two archives, whole, in its place. The backup itself is only read.

    Raises :class:`presswatch.errors.ArchiveError` where the backup is no archive or is damaged as a file, and
    :class:`presswatch.errors.ArchiveBusy` where another program has the archive open; nothing is changed.
    """
    must_be_file(backup, "a backup, such as the newest in your folder of backups")
    if archive.exists() and backup.samefile(archive):
        raise UnusableArchive(f"{backup}: this is the archive itself; name a backup of it")
    copy = archive.with_name(f".{archive.name}.restoring")
    with folder_errors(archive.parent):
        make_private_folder(archive.parent)
        remove(copy)  # what a kill left
        try:
            copy_archive(backup, copy)
            with plain_connection(copy, "ro") as copied:
                must_have_no_triggers(copied, backup)
            findings = look_over(copy, f"the backup {backup.name}")
            with plain_connection(copy, "ro") as copied:
                releases = row_counts(copied)["releases"]
            aside = _set_aside(archive, now) if archive.exists() else None
            copy.replace(archive)
            sync(archive.parent)
        finally:
            remove(copy)
    return Restored(releases, aside, findings)


def _set_aside(archive: Path, now: datetime) -> Path:
    """Give the archive a second name, under which it stays when its own is taken."""
    aside = free_name(archive, f"{archive.stem}-replaced", now)
    beside, kept = archive.with_name(f"{archive.name}-wal"), aside.with_name(f"{aside.name}-wal")
    if beside.exists():  # of a file that is damaged, SQLite may remove it
        make_private_file(kept)
        copyfile(beside, kept)
    try:
        if _settle(archive):
            kept.unlink(missing_ok=True)
    except ArchiveBusy:
        kept.unlink(missing_ok=True)
        raise
    try:
        os.link(archive, aside)
    except OSError:  # a file system without links
        archive.rename(aside)
    for ending in SIDE_FILES:  # SQLite would apply them to the new archive
        archive.with_name(archive.name + ending).unlink(missing_ok=True)
    return aside


def _settle(archive: Path) -> bool:
    """Bring what was committed into the one file; whether that could be done, for the file may be damaged.
    It can be only while nobody else has it open, which is needed besides: https://sqlite.org/howtocorrupt.html,
    section 2.4.
    """
    with closing(sqlite3.connect(archive, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = delete")
        except sqlite3.DatabaseError as error:
            if is_busy(error):
                raise ArchiveBusy(
                    f"{archive}: another program has the archive open (a search, Datasette, sqlite3 …);"
                    " close it, then restore. Nothing was changed"
                ) from error
            return False
    return True
