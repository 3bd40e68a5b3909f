"""The folder of a demo: a new demo replaces what an earlier one made there, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from storage.keeping.files import SIDE_FILES

MARKER = ".presswatch-demo"
"""Says that there was a demo."""

_MADE = ("watch.toml", "programs.toml", "archive.db", *(f"archive.db{one}" for one in (*SIDE_FILES, ".lock")))
_DIGESTS = "digests"
_DIGEST = re.compile(r"\d{4}-\d\d-\d\d-\d{4}-demo-presswatch-[0-9a-f]+\.(?:eml|html)")


def make(folder: Path) -> None:
    """See to it that the folder is there and holds nothing of an earlier demo.

    Raises :class:`click.BadParameter` where it holds something and never was a demo's.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise click.BadParameter(
            f"{folder} holds something that is not a demo's; name another folder", param_hint="--folder"
        )
    for file in [*(folder / name for name in _MADE), *digests(folder)]:
        file.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()


def digests(folder: Path) -> Iterator[Path]:
    """The files of the demo's digests, by their names."""
    found = sorted((folder / _DIGESTS).iterdir()) if (folder / _DIGESTS).is_dir() else []
    return (file for file in found if _DIGEST.fullmatch(file.name))
