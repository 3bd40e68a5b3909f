"""One process at a time is at work on an archive.

The operating system holds the lock and lets go of it when the process ends, however it ends; a
``kill -9`` leaves nothing behind but an empty file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from presswatch.errors import ArchiveBusy, ArchiveError
from presswatch.private import make_private_folder


@contextmanager
def cycle_lock(
    archive: Path, *, wait_seconds: float = 0, on_wait: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold the archive's lock, or raise :class:`ArchiveBusy` if another process does for longer than
    ``wait_seconds``. ``on_wait`` is called once, if there is something to wait for.
    """
    try:
        make_private_folder(archive.parent)
        lock = FileLock(archive.with_name(archive.name + ".lock"), mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if not wait_seconds:
                raise
            on_wait()
            lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise ArchiveBusy(f"{archive}: another Presswatch is at work on this archive") from error
    except OSError as error:
        raise ArchiveError(f"{archive}: the archive's folder cannot be written: {error}") from error
    try:
        yield
    finally:
        lock.release()
