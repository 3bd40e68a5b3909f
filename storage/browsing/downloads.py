"""Answers of queries as CSV, whole: Datasette's own end, without a word, after as many rows as a page holds.

Tables need none of this: there, Datasette streams page after page.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from tempfile import SpooledTemporaryFile
from typing import IO

from datasette.app import Datasette
from datasette.utils import InvalidSql, derive_named_parameters, sqlite_timelimit, validate_sql_select
from datasette.utils.asgi import AsgiStream, AsgiWriter, NotFound, Request
from datasette.views.base import DatasetteError

from storage.browsing.bounds import TooMuch, size_of
from storage.browsing.metadata import DATABASE
from storage.browsing.questions import QUESTIONS

ROUTE = rf"^/{DATABASE}(?:/(?P<question>{'|'.join(QUESTIONS)}))?\.csv$"
SECONDS = 60
"""How long a query may take whose whole answer is wanted."""
MOST_BYTES = 100_000_000
MOST_ROWS = 1_000_000
"""What such an answer may hold."""
AT_ONCE = 2
"""So many are made side by side; others wait. Datasette has three threads for queries, and pages need one."""

_IN_MEMORY = 4_000_000
_PIECE = 65_536


async def download(request: Request, datasette: Datasette) -> AsgiStream:
    """The answer to a saved question, or to ``?sql=``; with ``?_dl=`` as a file to keep.

    Raises Datasette's errors: for what may not be read; for SQL that is no query, fails, or takes or says too
    much.
    """
    name = request.url_vars["question"]
    if name:
        may = [("view-query", (DATABASE, name)), ("view-database", DATABASE), "view-instance"]
        sql = QUESTIONS[name]["sql"]
    else:
        may = [("execute-sql", DATABASE), ("view-database", DATABASE), "view-instance"]
        sql = request.args.get("sql") or ""
    await datasette.ensure_permissions(request.actor, may)
    if not sql:
        raise NotFound("There is no query")
    try:
        validate_sql_select(sql)
    except InvalidSql as error:
        raise DatasetteError(str(error), title="No query", status=400) from error
    database = datasette.get_database(DATABASE)
    names = await derive_named_parameters(database, sql)
    asked = {one: request.args.get(one) or "" for one in names}
    try:
        async with database.downloads:
            file = await database.execute_fn(lambda connection: _answer(connection, sql, asked))
    except sqlite3.Error as error:
        long = f"The query took longer than {SECONDS} seconds" if "interrupted" in str(error) else ""
        raise DatasetteError(long or str(error), title="The query failed", status=400) from error

    async def stream(writer: AsgiWriter) -> None:
        with file:
            while piece := file.read(_PIECE):
                await writer.write(piece)

    kept = {"Content-Disposition": f'attachment; filename="{name or DATABASE}.csv"'}
    return AsgiStream(
        stream,
        headers=kept if request.args.get("_dl") else {},
        content_type="text/csv; charset=utf-8" if request.args.get("_dl") else "text/plain; charset=utf-8",
    )


def _bounded(rows: Iterable[sqlite3.Row]) -> Iterator[sqlite3.Row]:
    """The rows; :class:`TooMuch` where they are more than an answer may hold, before any of it is sent."""
    size = 0
    for number, row in enumerate(rows):
        size += size_of(row)
        if number == MOST_ROWS or size > MOST_BYTES:
            most = f"{MOST_ROWS:,} rows or {MOST_BYTES:,} bytes"
            raise TooMuch(f"The answer is larger than {most}. `presswatch export` has no such limit")
        yield row


def _answer(connection: sqlite3.Connection, sql: str, asked: dict[str, str]) -> IO[str]:
    """A file that holds all rows, at its beginning."""
    with ExitStack() as kept:
        file = kept.enter_context(SpooledTemporaryFile(_IN_MEMORY, mode="w+", encoding="utf-8", newline=""))
        with sqlite_timelimit(connection, SECONDS * 1000), closing(connection.cursor()) as cursor:
            cursor.execute(sql, asked)
            writer = csv.writer(file)
            writer.writerow([column for column, *_ in cursor.description])
            writer.writerows(_bounded(cursor))
        file.seek(0)
        kept.pop_all()
        return file
