"""A mention: one place in a release where a program is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "text"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a program is named, and why that counts.

    ``start`` and ``end`` are offsets in characters of the original ``field``; ``snippet`` is the
    passage around them, as it stands there, and begins at ``snippet_start``. ``rule`` is the version
    of the program's rule that found it. ``part`` is the part of the release it stands in (``title``,
    ``body``, ``quotation``, ``signatories``, ``boilerplate``, …).
    """

    program: str
    term: str
    field: Field
    start: int
    end: int
    snippet: str
    snippet_start: int
    why: str
    rule: str
    part: str = "body"
