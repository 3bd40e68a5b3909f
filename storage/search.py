"""Searching the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlite_utils import Database

from storage.query import fts_expression

MARK_START, MARK_END = "\x02", "\x03"
"""What surrounds a found word in a snippet; no text can contain them, for they are taken out."""

_FILTERED = """
    (:program = '' OR EXISTS (SELECT 1 FROM mentions m WHERE m.release_id = r.id
                              AND m.revision = r.revision AND m.program_id = :program))
    AND (:publisher = '' OR instr(lower(r.publisher), lower(:publisher)))
    AND substr(coalesce(r.published, r.first_seen), 1, 10) BETWEEN :since AND :until
"""

_COLUMNS = """
    r.id, r.title, r.publisher, r.url, r.published, r.first_seen,
    (SELECT group_concat(DISTINCT m.program_id) FROM mentions m
     WHERE m.release_id = r.id AND m.revision = r.revision) AS programs
"""

_FOUND = f"""
    SELECT {_COLUMNS}, snippet(releases_fts, -1, char(2), char(3), ' … ', 32) AS snippet
    FROM releases_fts JOIN releases r ON r.id = releases_fts.rowid
    WHERE releases_fts MATCH :expression AND {_FILTERED} ORDER BY releases_fts.rowid DESC LIMIT :limit
"""

_ALL = f"""
    SELECT {_COLUMNS}, substr(r.text, 1, 240) AS snippet
    FROM releases r WHERE {_FILTERED} ORDER BY r.id DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A release that was found. ``snippet`` has the found words between the two marks."""

    id: int
    title: str
    publisher: str
    url: str
    published: str | None
    first_seen: str
    programs: tuple[str, ...]
    snippet: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a release must be besides. Dates are inclusive, in UTC, and compare with the publisher's
    date, or the time first seen where there is none. ``publisher`` may be a part of the name.
    """

    program: str = ""
    publisher: str = ""
    since: date | None = None
    until: date | None = None


def search(database: Database, text: str, filters: Filters, *, limit: int) -> list[Hit]:
    """The releases that hold the words and pass the filters, those seen last first.

    A text without a word finds everything that passes the filters. Raises
    :class:`storage.query.QueryError` for a query of nothing but exclusions.
    """
    expression = fts_expression(text)
    rows = database.query(
        _FOUND if expression else _ALL,
        {
            "expression": expression,
            "program": filters.program,
            "publisher": filters.publisher,
            "since": filters.since.isoformat() if filters.since else "",
            "until": filters.until.isoformat() if filters.until else "9999",
            "limit": limit,
        },
    )
    return [_hit(row) for row in rows]


def _hit(row: dict[str, Any]) -> Hit:
    programs = tuple(sorted(row.pop("programs").split(","))) if row["programs"] else ()
    row.pop("programs", None)
    return Hit(**row, programs=programs)
