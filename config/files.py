"""Reading the files of a configuration: the main one and those it includes."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.mistake import Mistake
from presswatch.errors import Problem

NAME_ONE = "Name one with -c or PRESSWATCH_CONFIG; `presswatch init` makes one."


@dataclass(frozen=True, slots=True)
class Document:
    """One file's TOML, as read and not yet validated; ``text`` is what it was read from, if that is known."""

    file: Path
    data: dict[str, Any]
    text: str = field(default="", repr=False)

    def tables(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The tables of the list ``name`` with their index; what is no table is passed over."""
        found = self.data.get(name, [])
        for index, table in enumerate(found if isinstance(found, list) else [found]):
            if isinstance(table, dict):
                yield index, table


@dataclass(slots=True)
class Reading:
    """All files, the main one first, each followed by those it includes, and what could not be read."""

    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True


def read(path: Path) -> Reading:
    """Read the main file and all it includes. Raises nothing: what cannot be read is a problem."""
    reading = Reading()
    try:
        _read_into(reading, path, including=[])
    except OSError as error:
        remedy = NAME_ONE if isinstance(error, FileNotFoundError) else ""
        reading.problems.append(Problem(path, "", _why(error), remedy))
    reading.complete = reading.complete and not reading.problems
    return reading


def _read_into(reading: Reading, path: Path, including: list[Path]) -> None:
    """Raises ``OSError`` when ``path`` itself cannot be opened: whoever names it knows what to say."""
    if stat.S_ISDIR(path.stat().st_mode):
        raise IsADirectoryError
    try:
        text = _decoded(path.read_bytes())
        data = _parsed(text)
    except Mistake as mistake:
        reading.problems.append(Problem(path, "", mistake.what, mistake.remedy))
        return
    reading.documents.append(Document(path, data, text))
    names = data.get("include", [])
    if not isinstance(names, list):
        reading.complete = False
        return
    for index, name in enumerate(names):
        if isinstance(name, str):
            _include(reading, name, f"include[{index}]", [*including, path])
        else:
            reading.complete = False


def _include(reading: Reading, name: str, key: str, including: list[Path]) -> None:
    path = including[-1].parent / name
    try:
        for part in _parts(path) if name.endswith("/") else [path]:
            _include_file(reading, part, key, including)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        remedy = "Paths in include are relative to the file that says them."
        if isinstance(error, IsADirectoryError):
            remedy = f'Write "{name}/" for all the .toml files in it.'
        reading.problems.append(Problem(including[-1], key, f'"{name}" {_why(error)}', remedy))


def _include_file(reading: Reading, path: Path, key: str, including: list[Path]) -> None:
    """Raises ``OSError`` when it cannot be opened, and ``ValueError`` for a NUL in its name."""
    if any(path.samefile(outer) for outer in including):
        chain = " → ".join(file.name for file in [*including, path])
        what = f"makes a circle: {chain}."
        reading.problems.append(Problem(including[-1], key, what, "Remove one of these includes."))
    elif not any(path.samefile(document.file) for document in reading.documents):
        _read_into(reading, path, including)


def _parts(folder: Path) -> list[Path]:
    """The TOML files in a folder by their names; those that begin with a dot are an editor's."""
    return sorted(path for path in folder.iterdir() if path.suffix == ".toml" and path.name[0] != ".")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Mistake(f"is not UTF-8 text: line {line} holds other bytes.", "Save it as UTF-8.") from error


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # mostly TOMLDecodeError; int() refuses numbers of thousands of digits
        *before, last = text.split("\n")
        end = f"at the end, line {len(before) + 1}, column {len(last) + 1}"
        raise Mistake(f"is not valid TOML: {str(error).replace('at end of document', end)}.") from error


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist."
    if isinstance(error, IsADirectoryError):
        return "is a folder, not a file."
    return f"cannot be read: {getattr(error, 'strerror', None) or error}."
