"""Files and folders for their owner alone, whatever the umask: archives hold who is told what, and more."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def make_private_folder(path: Path) -> None:
    """Make the folder, and those above it, where they are missing; the owner alone may look into new ones.

    Raises ``OSError``.
    """
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
    path.mkdir(exist_ok=True)  # which fails where the name is a file's


def make_private_file(path: Path) -> None:
    """Make an empty file that its owner alone may read and write; one that is there stays as it is, also in
    who may read it. Raises ``OSError``.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
