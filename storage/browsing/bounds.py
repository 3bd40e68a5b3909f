"""Bounds of one request: time, memory, rows; and an end where nobody waits for the answer any more."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

from datasette.database import Database, QueryInterrupted, Results
from datasette.utils import sqlite_timelimit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.browsing.gate import carries_sql

MOST_BYTES = 128_000_000
"""Of an answer that is held in memory: a page of a table, at most."""
MOST_BYTES_BY_SQL = 16_000_000
"""The same where SQL stands in the address."""
LONGEST_VALUE_BY_SQL = 2_000_000
"""Bytes of a text that SQL in the address may read or make. What SQLite does with one value is one step,
which nothing interrupts.
"""
LONGEST_PATTERN_BY_SQL = 1_000
"""Characters after ``LIKE`` and ``GLOB``, which are compared at each place of a text."""
MOST_MEMORY = 512_000_000
"""Bytes that SQLite may take in all."""

_LONGEST_VALUE, _LONGEST_PATTERN = 1_000_000_000, 50_000  # SQLite's own
_by_sql: ContextVar[bool] = ContextVar("by_sql", default=False)

Result = TypeVar("Result")


class TooMuch(sqlite3.OperationalError):
    """An answer or a value is larger than it may be. Datasette says so to whoever asked, with status 400."""


def bound_memory() -> None:
    """From now on SQLite takes no more than :data:`MOST_MEMORY` in this process; a query that wants more
    fails.
    """
    connection = sqlite3.connect(":memory:")
    connection.execute(f"PRAGMA hard_heap_limit = {MOST_MEMORY}")
    connection.close()


def size_of(row: Sequence[Any]) -> int:
    """About how many bytes a row takes: its texts and blobs."""
    return sum(len(value) for value in row if isinstance(value, (str, bytes)))


class BoundedDatabase(Database):  # type: ignore[misc]
    """Datasette's, with bounds. A query ends when the task that asked is cancelled. Its tables are not
    searched by Datasette itself. ``downloads`` lets so many be made side by side.
    """

    def __init__(self, *arguments: Any, downloads: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.downloads = asyncio.Semaphore(downloads)

    async def fts_table(self, table: str) -> str | None:
        """None that Datasette knows: see :mod:`storage.browsing.searching`."""
        return None

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Result]) -> Result:
        """What ``fn`` makes of a connection, in a thread. Raises what it does; :class:`TooMuch` for values
        and memory over the bounds.
        """
        strict = _by_sql.get()
        running = _Running()

        def asked(connection: sqlite3.Connection) -> Result:
            longest = LONGEST_VALUE_BY_SQL if strict else _LONGEST_VALUE
            pattern = LONGEST_PATTERN_BY_SQL if strict else _LONGEST_PATTERN
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, pattern)
            with running.on(connection):
                try:
                    return fn(connection)
                except sqlite3.DataError as error:
                    raise TooMuch(f"{error}: a value is longer than {longest:,} bytes") from error
                except MemoryError as error:
                    raise TooMuch("the query needs too much memory") from error

        try:
            result: Result = await super().execute_fn(asked)
        except asyncio.CancelledError:
            running.end()
            raise
        return result

    async def execute(
        self,
        sql: str,
        params: Mapping[str, Any] | Sequence[Any] | None = None,
        *,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        """The rows of a query, as Datasette asks for them: with ``truncate``, no more than a page may hold.

        Raises ``QueryInterrupted`` after Datasette's limit of time (or ``custom_time_limit``, if that is
        shorter; milliseconds), and :class:`TooMuch` where the rows are more than memory is to hold.
        """
        milliseconds = min(custom_time_limit or self.ds.sql_time_limit_ms, self.ds.sql_time_limit_ms)
        most_rows = self.ds.max_returned_rows
        if most_rows == (page_size or self.ds.page_size):
            most_rows += 1  # by which Datasette sees that there is another page
        most_bytes = MOST_BYTES_BY_SQL if _by_sql.get() else MOST_BYTES

        def ask(connection: sqlite3.Connection) -> Results:
            rows: list[sqlite3.Row] = []
            size = 0
            # A cursor that is left open half-way would keep an interruption alive for the next query.
            with sqlite_timelimit(connection, milliseconds), closing(connection.cursor()) as cursor:
                try:
                    cursor.execute(sql, params if params is not None else {})
                    for row in cursor:
                        if truncate and len(rows) == most_rows:
                            return Results(rows, True, cursor.description)
                        size += size_of(row)
                        if size > most_bytes:
                            raise TooMuch(f"the answer is larger than {most_bytes:,} bytes: ask for less")
                        rows.append(row)
                    return Results(rows, False, cursor.description)
                except sqlite3.OperationalError as error:
                    if error.args == ("interrupted",):
                        raise QueryInterrupted(error, sql, params) from error
                    raise

        return await self.execute_fn(ask)


class _Running:
    """A query that may be ended from another thread, as long as it runs: never the next on its connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._ended = False

    @contextmanager
    def on(self, connection: sqlite3.Connection) -> Iterator[None]:
        """It runs within the block, unless it was ended before."""
        with self._lock:
            if self._ended:
                raise sqlite3.OperationalError("interrupted")
            self._connection = connection
        try:
            yield
        finally:
            with self._lock:
                self._connection = None

    def end(self) -> None:
        """Interrupt it."""
        with self._lock:
            self._ended = True
            if self._connection is not None:
                self._connection.interrupt()


class Bounds:
    """ASGI middleware: the bounds of a request go with what it asks for, and a client that leaves takes the
    work that is done for it along.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have it answered."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        _by_sql.set(carries_sql(scope["query_string"].decode("latin-1")))
        answered = asyncio.Event()

        async def sending(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        answering = asyncio.ensure_future(_completed(self._app(scope, _nothing, sending)))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done() or answered.is_set():
                await answering
        finally:
            leaving.cancel()
            if not answering.done():
                answering.cancel()
                with suppress(asyncio.CancelledError):
                    await answering


async def _completed(answer: Awaitable[None]) -> None:
    await answer


async def _nothing() -> Message:
    """The body of a request that has none."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def _left(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
