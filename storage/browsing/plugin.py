"""What is ours on the site, as Datasette's hooks (https://docs.datasette.io/en/stable/plugin_hooks.html)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import markupsafe
import pluggy
from datasette.app import Datasette
from datasette.filters import FilterArguments
from datasette.utils.asgi import Request, Response

from storage.browsing.bounds import LONGEST_VALUE_BY_SQL
from storage.browsing.charts import FOLDED
from storage.browsing.downloads import ROUTE, download
from storage.browsing.functions import add_functions
from storage.browsing.login import log_in
from storage.browsing.metadata import DATABASE
from storage.browsing.mistakes import answer_to_failure, answer_to_mistake, is_mistake
from storage.browsing.questions import ROWS_SHOWN
from storage.browsing.release import PROGRAMS, Details, Piece, details
from storage.browsing.searching import hints, passages, search_filter
from storage.looking.choosing import folded

Answering = Generator[None, list[Any], list[Any]]

hookimpl = pluggy.HookimplMarker("datasette")

_LATEST = """SELECT id, publisher, title, text, published, published_note, first_seen FROM releases
WHERE id IN (
    SELECT DISTINCT m.release_id FROM mentions m CROSS JOIN releases r ON r.id = m.release_id
    WHERE m.revision = r.revision ORDER BY m.release_id DESC LIMIT 8) ORDER BY id DESC"""
_PROGRAMS = "SELECT id, name FROM programs WHERE active ORDER BY name"


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """SQL can compare names as the searches do, without accents and capitals: ``presswatch_folded(name)``.
    Its other functions take a time that grows as their values do.
    """
    add_functions(conn, LONGEST_VALUE_BY_SQL)
    conn.create_function(FOLDED, 1, lambda name: folded(str(name or "")), deterministic=True)


@hookimpl(trylast=True)  # what it says of the search box stands
def filters_from_request(
    request: Request, database: str, table: str, datasette: Datasette
) -> Callable[[], Awaitable[FilterArguments]] | None:
    """Releases are searched in the language of ``presswatch search``."""
    if (database, table) != (DATABASE, "releases"):
        return None
    return lambda: search_filter(datasette.get_database(DATABASE), request)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """The login; downloads that are whole; and for the former question “search”, the search."""
    return [(r"^/-/login$", log_in), (ROUTE, download), (rf"^/{DATABASE}/search$", _to_search)]


def _to_search(request: Request, datasette: Datasette) -> Response:
    words = urlencode({"_search": request.args.get("words") or ""})
    return Response.redirect(f"{datasette.urls.table(DATABASE, 'releases')}?{words}")


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

    async def passages_of(rows: Iterable[Mapping[str, Any]], words: str) -> dict[int, list[Piece]]:
        return await passages(datasette.get_database(DATABASE), rows, words)

    async def hints_of(words: str, found: bool) -> list[str]:
        return await hints(datasette.get_database(DATABASE), words, found)

    async def all_programs() -> list[Mapping[str, Any]]:
        return list(await datasette.get_database(DATABASE).execute(_PROGRAMS))

    async def front_page() -> dict[str, Any]:
        database = datasette.get_database(DATABASE)
        return {
            "programs": await all_programs(),
            "latest": list(await database.execute(_LATEST)),
            "questions": await datasette.get_canned_queries(DATABASE, None),
        }

    return {
        "release_details": release_details,
        "programs_of": programs_of,
        "passages_of": passages_of,
        "hints_of": hints_of,
        "all_programs": all_programs,
        "rows_shown": ROWS_SHOWN,
        "front_page": front_page,
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


@hookimpl(wrapper=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Answering:
    """A visitor's mistake is answered to the visitor alone, a failure told where the site was started, too.
    Datasette would print the stack there with all values, however long they are, and serve nobody meanwhile.
    """
    yield
    answer = answer_to_mistake if is_mistake(exception) else answer_to_failure
    return [answer(datasette, request, exception)]


@hookimpl
def menu_links(datasette: Datasette, actor: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """The ways from every page."""
    if datasette.presswatch_login is not None and not actor:
        return [{"href": datasette.urls.path("/-/login"), "label": "Log in"}]
    return [
        {"href": datasette.urls.table(DATABASE, "releases"), "label": "Releases"},
        {"href": datasette.urls.database(DATABASE), "label": "Questions and tables"},
    ]
