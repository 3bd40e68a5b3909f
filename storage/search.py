"""Searching the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlite_utils import Database

from storage.query import fts_expression

MARK_START, MARK_END = "\x02", "\x03"
"""What surrounds a found word in a snippet; no text can contain them, for they are taken out."""

_SNIPPET_WORDS = 32


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
    conditions, values = _conditions(filters)
    if expression:
        conditions.insert(0, "releases_fts MATCH :expression")
        values["expression"] = expression
        source = "releases_fts JOIN releases r ON r.id = releases_fts.rowid"
        order = "releases_fts.rowid"
        snippet = f"snippet(releases_fts, -1, char(2), char(3), ' … ', {_SNIPPET_WORDS})"
    else:
        source, order, snippet = "releases r", "r.id", "substr(r.text, 1, 240)"
    where = " AND ".join(conditions) or "1"
    rows = database.query(
        f"""
        SELECT r.id, r.title, r.publisher, r.url, r.published, r.first_seen, {snippet} AS snippet,
               (SELECT group_concat(DISTINCT m.program_id) FROM mentions m
                WHERE m.release_id = r.id AND m.revision = r.revision) AS programs
        FROM {source} WHERE {where} ORDER BY {order} DESC LIMIT :limit
        """,
        {**values, "limit": limit},
    )
    return [_hit(row) for row in rows]


def _conditions(filters: Filters) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if filters.program:
        conditions.append(
            "EXISTS (SELECT 1 FROM mentions m WHERE m.release_id = r.id"
            " AND m.revision = r.revision AND m.program_id = :program)"
        )
        values["program"] = filters.program
    if filters.publisher:
        conditions.append("instr(lower(r.publisher), lower(:publisher))")
        values["publisher"] = filters.publisher
    if filters.since:
        conditions.append("substr(coalesce(r.published, r.first_seen), 1, 10) >= :since")
        values["since"] = filters.since.isoformat()
    if filters.until:
        conditions.append("substr(coalesce(r.published, r.first_seen), 1, 10) <= :until")
        values["until"] = filters.until.isoformat()
    return conditions, values


def _hit(row: dict[str, Any]) -> Hit:
    programs = tuple(sorted(row.pop("programs").split(","))) if row["programs"] else ()
    row.pop("programs", None)
    return Hit(**row, programs=programs)
