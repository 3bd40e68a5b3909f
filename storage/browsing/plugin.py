"""What is ours on the site, as Datasette's hooks (https://docs.datasette.io/en/stable/plugin_hooks.html)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import markupsafe
import pluggy
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from storage.browsing.metadata import DATABASE
from storage.browsing.release import PROGRAMS, Details, details
from storage.looking.query import QueryError, fts_expression, is_text, parse

hookimpl = pluggy.HookimplMarker("datasette")

_NOTHING = '""'
"""An FTS5 expression that finds nothing."""

_LATEST = """SELECT id, publisher, title, text, published, first_seen FROM releases
WHERE id IN (SELECT DISTINCT release_id FROM mentions ORDER BY release_id DESC LIMIT 8) ORDER BY id DESC"""
_PROGRAMS = "SELECT id, name FROM programs WHERE active ORDER BY name"


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """SQL can turn what a person types into what FTS5 understands: ``presswatch_words(text)``."""
    conn.create_function("presswatch_words", 1, _words, deterministic=True)


def _words(text: str | None) -> str:
    try:
        asked = parse(text or "")
    except QueryError:
        return _NOTHING
    return fts_expression(asked) if asked and is_text(asked) else _NOTHING


@hookimpl
def extra_template_vars(datasette: Datasette, view_name: str) -> dict[str, Any]:
    """What the templates ask for when they need it."""

    async def release_details(row: Mapping[str, Any]) -> Details:
        return await details(datasette.get_database(DATABASE), row)

    async def programs_of(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
        ids = json.dumps([int(row["id"]) for row in rows])
        found: dict[int, list[Mapping[str, Any]]] = {}
        for program in await datasette.get_database(DATABASE).execute(PROGRAMS, {"ids": ids}):
            found.setdefault(program["release_id"], []).append(program)
        return found

    async def front_page() -> dict[str, Any]:
        database = datasette.get_database(DATABASE)
        return {
            "programs": list(await database.execute(_PROGRAMS)),
            "latest": list(await database.execute(_LATEST)),
            "questions": await datasette.get_canned_queries(DATABASE, None),
        }

    return {
        "release_details": release_details,
        "programs_of": programs_of,
        "front_page": front_page,
        "password_asked": datasette.plugin_config("datasette-auth-passwords") is not None,
    }


@hookimpl
def render_cell(value: object, column: str, database: str, datasette: Datasette) -> markupsafe.Markup | None:
    """A release's id in an answer leads to its page. Everything else is for Datasette, which escapes it."""
    if database != DATABASE or column not in ("release", "release_id") or not isinstance(value, int):
        return None
    return markupsafe.Markup('<a href="{}">{}</a>').format(_release(datasette, value), value)


def _release(datasette: Datasette, number: int) -> str:
    return f"{datasette.urls.table(DATABASE, 'releases')}/{number}"


@hookimpl
def forbidden(datasette: Datasette, request: Request, message: str) -> Callable[[], Awaitable[Response]]:
    """Who has not logged in is sent to where that is done; a program is told no."""

    async def answer() -> Response:
        if request.path.endswith((".json", ".csv")):
            return Response.json({"ok": False, "error": message}, status=403)
        return Response.redirect(datasette.urls.path("/-/login"))

    return answer


@hookimpl
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """The ways from every page."""
    return [
        {"href": datasette.urls.table(DATABASE, "releases"), "label": "Releases"},
        {"href": datasette.urls.database(DATABASE), "label": "Questions and tables"},
    ]
