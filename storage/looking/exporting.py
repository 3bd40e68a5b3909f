"""Tables for others: releases, mentions or deliveries, row by row, so that memory stays flat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from sqlite_utils import Database

from storage.looking.choosing import IN_PARTS, IN_PROGRAMS, Chooser, Conditions, Filters
from storage.looking.query import Node, named_programs, parse

Table = Literal["releases", "mentions", "deliveries"]

_PROGRAMS = """
    (SELECT json_group_array(program_id) FROM (SELECT DISTINCT m.program_id FROM mentions m
     WHERE m.release_id = r.id AND m.revision = r.revision ORDER BY 1)) AS programs"""

# Of each table what is selected, from where besides the releases, and in which order.
_RELEASES = f"""
    r.id, r.publisher, r.title, r.url, r.published, r.published_note, r.first_seen, r.language, r.revision,
    r.revised, r.text_from, r.content_hash, {_PROGRAMS}"""
_MENTIONS = """
    m.id, m.release_id, m.revision, m.program_id AS program, m.term, m.field, m.start_offset AS start,
    m.end_offset AS end, m.part, m.snippet, m.why, m.rule, m.cause, m.found, r.publisher, r.title, r.url,
    r.published, r.published_note, r.first_seen"""
_DELIVERIES = """
    d.id, l.subscription_id AS subscription, l.subject, l.created, l.channel, l.recipient, l.status,
    l.attempts, l.finished, l.identity, l.last_said"""
_TOLD = "FROM digest_items i JOIN releases r ON r.id = i.release_id WHERE i.digest_id = d.digest_id"
_OF_RELEASE = "CROSS JOIN mentions m ON m.release_id = r.id AND m.revision = r.revision"

COLUMNS: dict[Table, tuple[str, ...]] = {
    "releases": (
        *("id", "publisher", "title", "url", "published", "published_note", "first_seen", "language"),
        *("revision", "revised", "text_from", "content_hash", "programs"),
    ),
    "mentions": (
        *("id", "release_id", "revision", "program", "term", "field", "start", "end", "part", "snippet"),
        *("why", "rule", "cause", "found", "publisher", "title", "url", "published", "published_note"),
        "first_seen",
    ),
    "deliveries": (
        *("id", "subscription", "subject", "created", "channel", "recipient", "status", "attempts"),
        *("finished", "identity", "last_said"),
    ),
}
"""The columns of each table, in their order. Releases have ``text`` besides, if it is asked for."""


def rows(
    database: Database, table: Table, text: str, filters: Filters, *, with_text: bool = False
) -> Iterator[dict[str, Any]]:
    """The rows about the releases that the words and filters are about, the oldest first.

    Mentions are those of the releases as they stand now; of some programs or parts, if the words or filters
    name these. Deliveries are those of the digests that told such a release; without words and filters, all.
    Raises :class:`storage.looking.query.QueryError` as :func:`storage.looking.search.search` does, before the
    first row.
    All rows are of one moment, however long reading them takes: SQLite sees to that in WAL mode.
    """
    node = parse(text)
    chooser = Chooser(database)
    conditions = chooser.filtered(filters)
    if table == "deliveries":
        return _deliveries(database, chooser, node, conditions, everything=not node and filters == Filters())
    expression = chooser.asked(node, conditions)
    source, key, where, values = "releases r", "r.id", *conditions.where()
    if expression:
        source, key = "releases_fts f CROSS JOIN releases r ON r.id = f.rowid", "f.rowid"
        where, values = conditions.where_indexed(expression)
        where, values = f"releases_fts MATCH ? AND {where}", [expression, *values]
    columns = f"{_RELEASES}, r.text" if with_text else _RELEASES
    if table == "mentions":
        columns, source = _MENTIONS, f"{source} {_OF_RELEASE}"
        programs = (*filters.programs, *(named_programs(node) if node else ()))
        if programs:
            where += IN_PROGRAMS
            values.append(json.dumps(chooser.program_ids(programs)))
        if filters.parts:
            where += IN_PARTS
            values.append(json.dumps(filters.parts))
    statement = ["SELECT", columns, "FROM", source, "WHERE", where, "ORDER BY", key]
    return _streamed(database, " ".join(statement), values)


def _deliveries(
    database: Database, chooser: Chooser, node: Node | None, conditions: Conditions, *, everything: bool
) -> Iterator[dict[str, Any]]:
    source, where = "deliveries d JOIN delivery_log l ON l.id = d.id", "1"
    values: list[Any] = []
    if not everything:
        if node:
            conditions.add(*_flat(chooser.condition(node)))
        where, values = conditions.where()
        where = f"EXISTS (SELECT 1 {_TOLD} AND {where})"
    statement = ["SELECT", _DELIVERIES, "FROM", source, "WHERE", where, "ORDER BY d.id"]
    return _streamed(database, " ".join(statement), values)


def _flat(condition: tuple[str, list[Any]]) -> tuple[Any, ...]:
    return condition[0], *condition[1]


def _streamed(database: Database, sql: str, values: list[Any]) -> Iterator[dict[str, Any]]:
    cursor = database.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return (_row(dict(zip(names, row, strict=True))) for row in cursor)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"programs": json.loads(row["programs"])} if "programs" in row else row
