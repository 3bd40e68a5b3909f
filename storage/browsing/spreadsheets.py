"""What leaves the site as CSV is whole, and safe to open in a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Cell = Callable[[object], object]
"""Makes of a cell one that a spreadsheet takes for what it is."""

ROWS_AT_ONCE = 1_000
"""Of a table that is streamed: what is held in memory, whatever texts stand in it."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
_END = "\r\n"


class Spreadsheets:
    """ASGI middleware around Datasette.

    Tables are streamed to their end, but where a size is asked for. Cells pass through ``cell``. A stream
    that fails midway is broken off, so that whoever reads it is told: Datasette would write the reason as a
    last row.
    """

    def __init__(self, app: ASGIApp, cell: Cell) -> None:
        self._app = app
        self._cell = cell
        csv.field_size_limit(sys.maxsize)  # a text may be long

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does; CSV made safe."""
        if scope["type"] != "http" or not scope["path"].endswith(".csv"):
            await self._app(scope, receive, send)
            return
        answer = _Answer(self._cell, send)
        await self._app({**scope, "query_string": _whole(scope["query_string"])}, receive, answer.send)


class _Answer:
    """An answer on its way."""

    def __init__(self, cell: Cell, send: Send) -> None:
        self._cell = cell
        self._send = send
        self._is_csv = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            kind = headers.get("content-type", "")
            self._is_csv = message["status"] == 200 and kind.startswith(("text/plain", "text/csv"))
            if self._is_csv and "content-length" in headers:
                del headers["content-length"]
        elif self._is_csv:
            self._rest += self._decoder.decode(message.get("body", b""))
            message = {**message, "body": self._safe(self._rows()).encode()}
            if not message.get("more_body") and self._rest:
                return
        await self._send(message)

    def _rows(self) -> str:
        """The whole rows that have come. Quotes within cells are doubled (RFC 4180), so where a row ends,
        their number is even.
        """
        rest, end = self._rest, len(self._rest)
        odd = rest.count('"') % 2
        while (at := rest.rfind(_END, 0, end)) >= 0:
            odd ^= rest.count('"', at, end) % 2
            if not odd:
                self._rest = rest[at + len(_END) :]
                return rest[: at + len(_END)]
            end = at
        return ""

    def _safe(self, rows: str) -> str:
        made = io.StringIO(newline="")
        csv.writer(made, lineterminator=_END).writerows(
            [one if _NUMBER.fullmatch(one) else self._cell(one) for one in row]
            for row in csv.reader(io.StringIO(rows, newline=""))
        )
        return made.getvalue()


def _whole(query: bytes) -> bytes:
    """The query string that asks for all rows, unless a size is named."""
    asked = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    if any(name == "_size" and value != "max" for name, value in asked):
        return query
    kept = [(name, value) for name, value in asked if name not in ("_next", "_stream", "_size")]
    return urlencode([*kept, ("_size", ROWS_AT_ONCE), ("_stream", "on")]).encode()
