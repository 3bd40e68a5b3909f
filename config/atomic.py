"""Replacing a file's content in one step: whoever reads it sees the old or the new, never a part."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def replace_content(path: Path, content: bytes) -> None:
    """Put ``content`` in place of what the file holds, which exists.

    Permissions, and the owner where the system allows it, stay; where ``path`` is a symbolic link, the
    file that it leads to is replaced. The content is on the disk before the name is moved to it. Raises
    ``OSError`` where that cannot be done; the file is then as it was, and nothing is left beside it.
    """
    target = path.resolve(strict=True)
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied", str(path))
    before = target.stat()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError, AttributeError):  # another's file, or a system without owners
            os.chown(temporary, before.st_uid, before.st_gid)
        temporary.chmod(stat.S_IMODE(before.st_mode))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _to_disk(target.parent)


def _to_disk(folder: Path) -> None:
    """Make a folder's change of names outlast a power failure, where the system can (fsync(2))."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
