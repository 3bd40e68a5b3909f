"""The site's search box understands what ``presswatch search`` does.

Datasette's own search hands what is typed to FTS5, which knows neither publishers nor programs, and fails on
much that people type; so it is switched off, and this stands in its place.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from datasette.database import Database
from datasette.filters import FilterArguments
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError
from sqlite_utils import Database as Archive

from storage.browsing.release import Piece
from storage.looking import known
from storage.looking.choosing import Chooser, Conditions
from storage.looking.query import QueryError, fts_expression, oddities, parse, wanted_words
from storage.looking.search import MARK_END, MARK_START

_MATCHING = """
SELECT f.rowid FROM releases_fts f CROSS JOIN releases r ON r.id = f.rowid WHERE releases_fts MATCH ?"""
_PASSING = "SELECT r.id FROM releases r"
_PASSAGES = """
SELECT f.rowid, snippet(releases_fts, 1, char(2), char(3), ' … ', 40)
FROM json_each(:ids) one CROSS JOIN releases_fts f ON f.rowid = one.value WHERE releases_fts MATCH :words"""
_MARKED = re.compile(f"{MARK_START}(.*?){MARK_END}", re.DOTALL)


async def search_filter(database: Database, request: Request) -> FilterArguments:
    """What ``?_search=`` asks of the releases, as Datasette takes it.

    A page says what is wrong with a search that can't be understood, and lists nothing; data that is asked
    for so is refused, with status 400.
    """
    text = request.args.get("_search") or ""
    context = {"supports_search": True, "search": text}
    said = [f'search matches "{text}"'] if text.strip() else []
    try:
        clauses, values = await database.execute_fn(lambda connection: _condition(connection, text))
    except QueryError as error:
        if request.url_vars.get("format"):
            raise DatasetteError(str(error), status=400) from error
        return FilterArguments(["0"], {}, said, {**context, "search_mistake": str(error)})
    return FilterArguments(clauses, values, said, context)


def _condition(connection: sqlite3.Connection, text: str) -> tuple[list[str], dict[str, Any]]:
    """Conditions on ``releases``, with their values by name."""
    node = parse(text)
    if node is None:
        return [], {}
    made = Conditions()
    expression = Chooser(Archive(connection)).asked(node, made)
    if expression:
        where, values = made.where_indexed(expression)
        sql, values = f"{_MATCHING} AND {where}", [expression, *values]
    else:
        where, values = made.where()
        sql = f"{_PASSING} WHERE {where}"
    numbers = count()
    named = re.sub(r"\?", lambda _: f":search_{next(numbers)}", sql)
    return [f"id IN ({named})"], {f"search_{number}": value for number, value in enumerate(values)}


async def passages(
    database: Database, rows: Iterable[Mapping[str, Any]], text: str
) -> dict[int, list[Piece]]:
    """By the id of the releases: where their texts hold words that were searched for, with these marked."""
    try:
        node = parse(text)
    except QueryError:
        return {}
    words = wanted_words(node) if node else ()
    if not words:
        return {}
    asked = {
        "ids": json.dumps([int(row["id"]) for row in rows]),
        "words": " OR ".join(map(fts_expression, words)),
    }
    return {number: marked(passage) for number, passage in await database.execute(_PASSAGES, asked)}


async def hints(database: Database, text: str, found: bool) -> list[str]:
    """What is not read as it may be meant, or, where nothing was found, may be mistyped; in words."""
    try:
        said = oddities(text)
        if not found:
            said += await database.execute_fn(lambda connection: known.hints(Archive(connection), text))
    except QueryError:
        return []
    return said


def marked(passage: str) -> list[Piece]:
    """The pieces of a snippet whose found words stand between the two marks of a search."""
    pieces = [Piece(part, marked=bool(place % 2)) for place, part in enumerate(_MARKED.split(passage))]
    return [piece for piece in pieces if piece.text]
