"""Where a table or JSON goes: the standard output, or a file that is there whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import click

from cli.looking.safe import cell, json_text
from cli.terminal import Stream


@contextmanager
def written_to(path: Path | None) -> Iterator[TextIO]:
    """A stream of UTF-8 that ends in the file, in place of what it was, once all has been written.

    Until then the file is as it was; after an error nothing is left beside it. ``None`` is the standard
    output. Raises :class:`click.BadParameter` where there is no folder for the file, or it is one.
    """
    if path is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        as_it_is = sys.stdout.trusted() if isinstance(sys.stdout, Stream) else nullcontext()
        with as_it_is:
            yield sys.stdout
            sys.stdout.flush()
        return
    target = path.resolve()
    if target.is_dir() or not target.parent.is_dir():
        what = "is a folder" if target.is_dir() else "lies in a folder that there is not"
        raise click.BadParameter(f"{path} {what}", param_hint="--output")
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".new", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def write_csv(stream: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """CSV (RFC 4180) with a line of names; each cell is safe in a spreadsheet. Returns how many rows."""
    writer = csv.writer(stream)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([cell(_flat(row[column])) for column in columns])
        count += 1
    return count


def write_json_lines(stream: TextIO, rows: Iterable[Mapping[str, Any]]) -> int:
    """One JSON object a line. Returns how many."""
    count = 0
    for row in rows:
        stream.write(json_text(row) + "\n")
        count += 1
    return count


def _flat(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _umask() -> int:
    now = os.umask(0o077)
    os.umask(now)
    return now
