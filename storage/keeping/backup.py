"""Copies of the archive, made while it is in use, and verified before they count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from presswatch.errors import ArchiveBusy, ArchiveError
from presswatch.private import make_private_folder
from storage.keeping.files import (
    copy_archive,
    folder_errors,
    free_name,
    must_be_file,
    plain_connection,
    remove,
    row_counts,
    sync,
)
from storage.keeping.verify import Finding, verify

_NAMED = r"-\d{8}T\d{6}Z(-\d+)?"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was made: its file, its size in bytes, how many releases it holds, and which older copies
    were removed since enough newer ones are there. ``findings`` are what is wrong with single rows; then
    none was removed.
    """

    path: Path
    size: int
    releases: int
    removed: tuple[Path, ...]
    findings: tuple[Finding, ...] = ()


def back_up(archive: Path, folder: Path, now: datetime, *, keep: int | None = None) -> Backup:
    """Copy the archive as it stands into the folder, verify the copy, and give it its name only then.

    Cycles may write meanwhile. The name is that of the archive with the time. Of the copies so named
    the newest ``keep`` stay (``None``: all); other files in the folder are left alone. A copy with rows that
    aren't as they should be is better than none: it is kept, and so are all older ones.

    Raises :class:`presswatch.errors.ArchiveError` where the copy cannot be made or is damaged as a file, and
    :class:`presswatch.errors.ArchiveBusy` where another process makes one; older copies are then as before.
    """
    must_be_file(archive, "the archive in the configuration; `presswatch run` makes it")
    with folder_errors(folder):
        make_private_folder(folder)
    lock = FileLock(folder / f".{archive.name}.backup.lock", mode=0o600)
    try:
        with lock.acquire(timeout=0), folder_errors(folder):
            return _back_up(archive, folder, now, keep)
    except Timeout as error:
        raise ArchiveBusy(f"{folder}: another backup is being made there") from error


def _back_up(archive: Path, folder: Path, now: datetime, keep: int | None) -> Backup:
    unfinished = folder / f".{archive.name}.unfinished"
    remove(unfinished)  # what a kill left
    try:
        counts = copy_archive(archive, unfinished)
        findings = look_over(unfinished, "the copy")
        with plain_connection(unfinished, "ro") as copied:
            if row_counts(copied) != counts:
                raise ArchiveError(f"{archive}: the copy has not as many rows as the archive; it was removed")
        size = unfinished.stat().st_size
        path = free_name(folder / archive.name, archive.stem, now)
        unfinished.rename(path)
        sync(folder)
    finally:
        remove(unfinished)
    removed = [] if keep is None or findings else copies(archive, folder)[: -max(keep, 1)]
    for old in removed:
        old.unlink(missing_ok=True)
    return Backup(path, size, counts["releases"], tuple(removed), findings)


def look_over(path: Path, what: str) -> tuple[Finding, ...]:
    """What is wrong with single rows of an archive. Raises :class:`presswatch.errors.ArchiveError`, with the
    first finding, if it is damaged as a file.
    """
    found = verify(path)
    if not found.can_be_used:
        first = found.findings[0]
        raise ArchiveError(
            f"{path}: {what} is not whole ({first.check}: {first.what}); nothing was replaced or"
            " removed, `presswatch verify` says more"
        )
    return found.findings


def copies(archive: Path, folder: Path) -> list[Path]:
    """The archive's copies in the folder, by their names, the oldest first."""
    named = re.compile(re.escape(archive.stem) + _NAMED + re.escape(archive.suffix))
    found = [path for path in folder.iterdir() if named.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.stem[len(archive.stem) :][:17], len(path.name), path.name))
