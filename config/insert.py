"""Putting [[feeds]] tables into the text of a TOML file, and touching nothing else in it.

Where a table may go is found by trying: a place is right if the text with the table in it, read as TOML,
is what it was with just that table added. So no comment, order or layout is lost, and no form of TOML
that somebody may have used can lead to a wrong result.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from config.mistake import Mistake

_HEADER = re.compile(r"""[ \t]*\[\[?[ \t]*["']?feeds["']?[ \t]*[].]""")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def feeds_as_text(tables: Sequence[Mapping[str, Any]]) -> str:
    """The tables in TOML, each under ``[[feeds]]``, with a blank line between them."""
    return "\n".join(f"[[feeds]]\n{_filled(tomlkit.table(), table).as_string()}" for table in tables)


def insert_feeds(text: str, tables: Sequence[Mapping[str, Any]]) -> str:
    """The text of a TOML file with ``tables`` added to its feeds, after the last one that is there.

    Line ends stay as they are; those of the new lines are as in the file. Raises
    :class:`config.mistake.Mistake` where the feeds are written in a way that cannot be added to, and
    ``ValueError`` where ``text`` is no TOML.
    """
    before = tomllib.loads(text)
    wanted = {**before, "feeds": [*before.get("feeds", []), *tables]}
    lines = _LINE.findall(text)
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    if headers or "feeds" not in before:
        new = feeds_as_text(tables)
        for place in range(headers[-1] + 1 if headers else len(lines), len(lines) + 1):
            if _reads_as(_with(lines, place, new), wanted):
                return _with(lines, _past_comments(lines, place), new)
    else:
        candidate = _into_array(text, tables)
        if _reads_as(candidate, wanted) and _holds_all_of(candidate, text):
            return candidate
    raise Mistake(
        "is written in a way that cannot be added to without disturbing it.",
        f"Add this by hand:\n{feeds_as_text(tables)}",
    )


def _with(lines: Sequence[str], place: int, new: str) -> str:
    """The lines with ``new`` before the line of that number, and blank lines around it."""
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    above, below = "".join(lines[:place]), "".join(lines[place:])
    if above and not above.endswith("\n"):
        above += newline
    if above and lines[place - 1].strip():
        new = f"\n{new}"
    if below and lines[place].strip():
        new = f"{new}\n"
    return above + new.replace("\n", newline) + below


def _past_comments(lines: Sequence[str], place: int) -> int:
    """``place``, or the end of the comment that goes on right under the table and belongs to it."""
    end = place
    while end < len(lines) and lines[end].lstrip().startswith("#"):
        end += 1
    return end if end == len(lines) or not lines[end].strip() else place


def _into_array(text: str, tables: Sequence[Mapping[str, Any]]) -> str:
    """As :func:`insert_feeds`, for ``feeds = [{ … }, …]``; the text as it was if that is not the form."""
    try:
        document = tomlkit.parse(text)
        feeds = document.get("feeds")
        if isinstance(feeds, Array):
            for table in tables:
                feeds.append(_filled(tomlkit.inline_table(), table))
        return tomlkit.dumps(document)
    except TOMLKitError:
        return text


def _filled(target: Any, values: Mapping[str, Any]) -> Any:
    for key, value in values.items():
        target[key] = _filled(tomlkit.inline_table(), value) if isinstance(value, Mapping) else value
    return target


def _reads_as(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except ValueError:
        return False


def _holds_all_of(text: str, old: str) -> bool:
    """Whether each character of ``old`` is still there, in its order."""
    rest = iter(text)
    return all(char in rest for char in old)
