"""A release that comes from a file, whatever the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from presswatch.feeds.values import Entry


@dataclass(frozen=True, slots=True)
class Imported:
    """A release from a file. ``origin`` is the address it was read from, as the file says; else empty.

    ``line`` is its number in the file, from 1; 0 where the file has no lines. ``doubt`` says what of its date
    could not be made use of.
    ``first_seen`` is when the other archive saw it (ISO 8601, UTC), empty where nobody says; ``seen`` is
    when under which key. ``columns`` are those of its row in ``releases`` that the entry doesn't give;
    ``revisions``, ``variants`` and ``page`` the rows that go with it, without ids.
    """

    entry: Entry
    publisher: str
    origin: str = ""
    line: int = 0
    doubt: str = ""
    first_seen: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    revisions: tuple[Mapping[str, Any], ...] = ()
    variants: tuple[Mapping[str, Any], ...] = ()
    page: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no release: its number, from 1, and what is wrong with it."""

    number: int
    what: str
