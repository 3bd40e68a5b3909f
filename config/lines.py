"""Where in a file a key stands, so that a mistake can be told with its line.

The readers of TOML keep no positions. But a file cut off after any of its lines is TOML too, unless the cut
goes through a value (https://toml.io/en/v1.0.0#spec): so a key begins on the line with which it appears.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from presswatch.errors import Problem

_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")
_MOST_READINGS = 400
"""A list of thousands of lines is not worth the seconds that it would take to look into it."""

Steps = tuple[int | str, ...]


class _TooLong(Exception):
    pass


def with_lines(problems: Iterable[Problem], texts: Mapping[Path, str]) -> list[Problem]:
    """The problems, each with the line of its key where that can be found in ``texts``, by file."""
    return [
        replace(problem, line=line_of(texts[problem.file], problem.key))
        if problem.line is None and problem.file in texts
        else problem
        for problem in problems
    ]


def line_of(text: str, key: str) -> int | None:
    """The number, from 1, of the line on which the value at ``key`` (``feeds[3].url``) begins.

    Where there is no such value, the line of the table or list that it would be in. ``None`` where that
    isn't there either, ``text`` is no TOML, or it would take too long to find.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    try:
        whole = tomllib.loads(text)
    except ValueError:
        return None
    steps: Steps = tuple(int(index) if index else name for index, name in _STEP.findall(key))
    while steps and not _holds(whole, steps):
        steps = steps[:-1]
    if not steps:
        return None
    parts = _Parts(lines)
    try:
        return bisect_left(range(len(lines) + 1), True, key=lambda number: _holds(parts.after(number), steps))
    except _TooLong:
        return None


class _Parts:
    """A file's beginnings, read as TOML."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._read: dict[int, dict[str, Any]] = {}
        self._readings = 0

    def after(self, number: int) -> dict[str, Any]:
        """What the first ``number`` lines say, with as many more as the value in them takes."""
        end = number
        while end not in self._read:
            self._readings += 1
            if self._readings > _MOST_READINGS:
                raise _TooLong
            try:
                self._read[end] = tomllib.loads("\n".join(self._lines[:end]))
            except ValueError:
                end += 1
        for between in range(number, end):
            self._read[between] = self._read[end]
        return self._read[end]


def _holds(data: Any, steps: Steps) -> bool:
    for step in steps:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
