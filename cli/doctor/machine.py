"""Checks of what is on this machine: the archive, the disk, environment variables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from cli.doctor.finding import Finding
from cli.feeds.words import count
from config.loader import Origins
from config.secrets import missing_secrets
from presswatch.errors import ArchiveError
from presswatch.watch import Watch
from storage.connection import open_for_reading
from storage.keeping.glance import unreadable_rows
from storage.keeping.verify import verify

_LEAST_FREE = 100_000_000
_ENOUGH_FREE = 1_000_000_000
_LOOKED_FOR_ROWS = 5.0  # seconds at most
_MOST_NAMED = 5
_TIMES_THE_ARCHIVE = 2
"""A backup needs the archive's size once more, and so does putting one back."""


def configuration(watch: Watch, origins: Origins, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Whether what it names is there; that it can be read at all is known by now."""
    problems = missing_secrets(watch, origins, environ)
    for problem in problems:
        yield Finding("configuration", "broken", f"{problem.key}: {problem.what}", problem.remedy)
    if not problems:
        said = f"{count(len(watch.feeds), 'feed')}, {count(len(watch.programs), 'program')}"
        yield Finding("configuration", "well", f"{watch.source}: {said}")
    if not watch.subscriptions:
        yield Finding(
            "configuration", "look", "there is no subscription: nobody is told", "Add [[subscriptions]]."
        )


def archive(watch: Watch) -> Iterator[Finding]:
    """Whether it can be read and is whole, as far as a quick look tells."""
    if not watch.archive.exists():
        yield Finding("archive", "look", f"{watch.archive} is not there yet", "`presswatch run` makes it.")
        return
    try:
        open_for_reading(watch.archive).close()
        found = verify(watch.archive, quick=True)
        unreadable = unreadable_rows(watch.archive, seconds=_LOOKED_FOR_ROWS) if found.can_be_used else []
    except ArchiveError as error:
        yield Finding("archive", "broken", str(error))
        return
    for said in unreadable[:_MOST_NAMED]:
        yield Finding("archive", "broken", said, "`presswatch verify` says more, and how to mend it.")
    for one in found.findings:
        if one.check == "set aside":
            continue
        yield Finding(
            "archive",
            "broken",
            f"{watch.archive}: {one.check}: {one.what}",
            "Keep the file as it is; `presswatch restore` puts a backup in its place.",
        )
    if found.is_whole and not unreadable:
        said = f"{watch.archive}: {count(found.releases, 'release')}; the quick look finds nothing wrong"
        yield Finding("archive", "well", said)


def disk(watch: Watch) -> Iterator[Finding]:
    """Whether the archive's folder can be written, and has room for the archive to grow and be copied."""
    folder = next(each for each in (watch.archive.parent, *watch.archive.parent.parents) if each.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        do = "Let the user that runs Presswatch own it."
        yield Finding("disk", "broken", f"{folder} cannot be written by this user", do)
    free = shutil.disk_usage(folder).free
    size = watch.archive.stat().st_size if watch.archive.exists() else 0
    said = f"{_amount(free)} free at {folder}"
    room = "Make room, or move the archive: [archive] path."
    if free < _LEAST_FREE:
        yield Finding("disk", "broken", said, room)
    elif free < max(_ENOUGH_FREE, _TIMES_THE_ARCHIVE * size):
        yield Finding("disk", "look", f"{said}, for an archive of {_amount(size)}", room)
    else:
        yield Finding("disk", "well", said)


def _amount(size: int) -> str:
    """In GB, or in MB where that says nothing."""
    return f"{size / 1_000_000_000:.1f} GB" if size >= 100_000_000 else f"{size / 1_000_000:.1f} MB"


def backups(watch: Watch) -> Iterator[Finding]:
    """Whether there is a folder for backups that can be written, if one is configured."""
    folder = watch.backups.folder
    if folder is None:
        return
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    if not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
        yield Finding(
            "backups",
            "broken",
            f"{folder} cannot be written",
            "Change [archive.backups] folder, or its owner.",
        )
    else:
        kept = sum(1 for _ in _files(folder))
        yield Finding("backups", "well", f"{folder}: {count(kept, 'file')}")


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in folder.iterdir() if each.is_file()) if folder.is_dir() else iter(())
