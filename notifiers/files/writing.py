"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from presswatch.private import make_private_file, make_private_folder


def make_folder(path: Path, *, shared: bool) -> None:
    """Make the folder, and those above it, where they are missing: for its owner alone, or, if ``shared``,
    for others to read. Raises ``OSError``.
    """
    missing = [each for each in (path, *path.parents) if not each.exists()]
    make_private_folder(path)
    for each in missing if shared else ():
        each.chmod(0o755)


def write_whole(path: Path, content: bytes, *, shared: bool = False) -> None:
    """Write all of it, down to the disk, before the name is there: the archive will call it sent. It is for
    its owner alone, or, if ``shared``, for others to read; a file that is replaced keeps its permissions.

    Raises ``OSError`` if that cannot be done; what the file held before is then still there.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        make_private_file(unfinished)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644 if shared else 0o600)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
