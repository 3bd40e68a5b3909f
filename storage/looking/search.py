"""Searching the archive.

The newest come first, by the ids of releases, which rise with the time first seen: the index of words is
read backwards, and only as far as a page needs. By rank, all that matches must be weighed, as in FTS5
itself. Programs and passages are made only for the releases that are given back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from storage.looking.choosing import Chooser, Conditions, Filters
from storage.looking.query import QueryError, fts_expression, parse, wanted_words

MARK_START, MARK_END = "\x02", "\x03"
"""What surrounds a found word in a snippet; no text can contain them, for they are taken out."""

_RANKING = "bm25(5.0, 1.0)"
"""How found words weigh (https://sqlite.org/fts5.html, section 5.1.1): five times as much in a title."""

_COLUMNS = """
    r.id, r.title, r.publisher, r.url, r.published, r.published_note, r.first_seen,
    (SELECT group_concat(DISTINCT m.program_id) FROM mentions m
     WHERE m.release_id = r.id AND m.revision = r.revision) AS programs
"""
_BEGINNING = 240  # characters of a text of which no word was asked for
_SNIPPET = "snippet(releases_fts, -1, char(2), char(3), ' … ', 32) AS snippet"
_INDEXED = "FROM releases_fts f CROSS JOIN releases r ON r.id = f.rowid WHERE releases_fts MATCH ?"

_PASSAGES = f"""
    SELECT f.rowid, {_SNIPPET} FROM json_each(?) one CROSS JOIN releases_fts f ON f.rowid = one.value
    WHERE releases_fts MATCH ?
"""


__all__ = ["MARK_END", "MARK_START", "Filters", "Hit", "search"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A release that was found. ``snippet`` has the found words between the two marks; without such, it is
    the beginning of the text. ``published_note`` says why ``published`` is not the publisher's date, if it
    isn't: missing, unreadable, future.
    """

    id: int
    title: str
    publisher: str
    url: str
    published: str | None
    published_note: str
    first_seen: str
    programs: tuple[str, ...]
    snippet: str


def search(
    database: Database,
    text: str,
    filters: Filters,
    *,
    limit: int,
    before: int | None = None,
    by_rank: bool = False,
    page: int = 1,
) -> list[Hit]:
    """The releases that hold the words and pass the filters: those seen last first, or by rank.

    A text without a word finds everything that passes the filters. The next page of the newest begins
    ``before`` the last id of this one, which costs the same however far it is, and stays right while
    releases come in; by rank, pages are counted from 1.

    Raises :class:`storage.looking.query.QueryError` for what :func:`storage.looking.query.parse` refuses, for
    a program that there is not, and for a rank of no word.
    """
    node = parse(text)
    chooser = Chooser(database)
    conditions = chooser.filtered(filters)
    expression = chooser.asked(node, conditions)
    if by_rank and not expression:
        raise QueryError("there is no rank without words: type what all that is found must hold")
    if expression and by_rank:
        return _ranked(database, expression, conditions, limit, (page - 1) * limit)
    if expression:
        return _newest(database, expression, conditions, limit, before)
    found = _all(database, conditions, limit, before)
    words = wanted_words(node) if node else ()
    return _with_passages(database, found, " OR ".join(map(fts_expression, words))) if words else found


def _newest(
    database: Database, expression: str, conditions: Conditions, limit: int, before: int | None
) -> list[Hit]:
    where, values = conditions.where_indexed(expression)
    if before is not None:
        where, values = f"f.rowid < ? AND {where}", [before, *values]
    sql = f"SELECT {_COLUMNS}, {_SNIPPET} {_INDEXED} AND {where} ORDER BY f.rowid DESC LIMIT ?"
    return _hits(database, sql, [expression, *values, limit])


def _ranked(
    database: Database, expression: str, conditions: Conditions, limit: int, offset: int
) -> list[Hit]:
    where, values = conditions.where_indexed(expression)
    sql = f"SELECT {_COLUMNS}, {_SNIPPET} {_INDEXED} AND f.rank MATCH ? AND {where}"
    sql += " ORDER BY f.rank LIMIT ? OFFSET ?"
    return _hits(database, sql, [expression, _RANKING, *values, limit, offset])


def _all(database: Database, conditions: Conditions, limit: int, before: int | None) -> list[Hit]:
    where, values = conditions.where()
    if before is not None:
        where, values = f"r.id < ? AND {where}", [before, *values]
    sql = f"SELECT {_COLUMNS}, substr(r.text, 1, {_BEGINNING + 1}) AS snippet FROM releases r WHERE {where}"
    found = _hits(database, f"{sql} ORDER BY r.id DESC LIMIT ?", [*values, limit])
    return [replace(hit, snippet=_beginning(hit.snippet)) for hit in found]


def _beginning(text: str) -> str:
    """The text; if it is longer, without the word that would be cut, and with a sign that there is more."""
    if len(text) <= _BEGINNING:
        return text
    whole = text[: _BEGINNING + 1].rsplit(maxsplit=1)[0] if text[_BEGINNING].strip() else text[:_BEGINNING]
    return f"{whole[:_BEGINNING].rstrip()} …"


def _with_passages(database: Database, found: list[Hit], expression: str) -> list[Hit]:
    """The same, each with a passage that holds some of the words, where one does."""
    passages = dict(
        database.execute(_PASSAGES, [json.dumps([hit.id for hit in found]), expression]).fetchall()
    )
    return [replace(hit, snippet=passages.get(hit.id, hit.snippet)) for hit in found]


def _hits(database: Database, sql: str, values: list[Any]) -> list[Hit]:
    return [
        Hit(number, title, publisher, url, published, note, first_seen, _programs(programs), snippet)
        for number, title, publisher, url, published, note, first_seen, programs, snippet in database.execute(
            sql, values
        )
    ]


def _programs(listed: str | None) -> tuple[str, ...]:
    return tuple(sorted(listed.split(","))) if listed else ()
