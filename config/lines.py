"""Where in a file's text a key stands.

No position is kept when TOML is read, so it is found by reading again: a file that is cut off after some
line is TOML as well, unless the cut goes through a value (https://toml.io/en/v1.0.0#spec), and a key is
on the line after the longest such part which does not hold it yet.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from presswatch.errors import Problem

_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")


def line_of(text: str, key: str) -> int | None:
    """The number, from 1, of the line on which the value at ``key`` (``feeds[3].url``) begins.

    If there is no such value, that of the nearest table or list around it; ``None`` if there is none, or
    ``text`` is no TOML.
    """
    lines = text.splitlines(keepends=True) if "\r" not in text else text.replace("\r\n", "\n").splitlines(True)
    steps: list[str | int] = [int(index) if index else name for index, name in _STEP.findall(key)]
    whole = _read(lines, len(lines))
    while steps and not _holds(whole, steps):
        steps.pop()
    if not steps or whole is None:
        return None
    # The number of lines without it, and with it; both can be read as TOML.
    without, with_it = 0, len(lines)
    while without < with_it:
        half = (without + with_it) // 2
        end = half
        while (part := _read(lines, end)) is None:
            end += 1
        if _holds(part, steps):
            with_it = half if end == half else _last_before(lines, half, without)
        else:
            without = end
            if with_it - without <= 1:
                break
    return with_it
