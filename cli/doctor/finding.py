"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["well", "look", "broken"]
"""All right; not in the way of anything yet; or so that something doesn't work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``what`` was found by the check of that name, and what to ``do`` about it (empty if nothing)."""

    check: str
    level: Level
    what: str
    do: str = ""
