"""The gate: which requests the site answers at all.

A web page of any site can have its visitor's browser ask here, by an image, a frame, a form or a script. What
it could read is hidden from it by the browser; what the asking costs is not. Browsers say from where a
request comes (https://www.w3.org/TR/fetch-metadata/): from another site only links to pages are followed.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

_READING = ("GET", "HEAD")
_FORMS = ("/-/login", "/-/logout")
_SQL = frozenset({"sql", "_where", "_through"})
_DATA = (".csv", ".json", ".jsono", ".blob")

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A query from elsewhere · Presswatch</title>
<link rel="stylesheet" href="/-/static/app.css"><link rel="stylesheet" href="/presswatch/browse.css"></head>
<body><main class="content"><h1>A query from elsewhere</h1>
<p>A page of another site led here, to {what}, and nothing was done yet: it may take long. If it is what you
want, <a rel="nofollow" href="{address}">go on</a>.</p>{shown}</main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request isn't answered: the status of HTTP, and in words. ``can_go_on`` where a person followed a
    link, and may still want what it asks for.
    """

    status: int
    why: str
    can_go_on: bool = False


def refusal(method: str, path: str, query: str, headers: Mapping[str, str]) -> Refusal | None:
    """Why the request isn't answered; ``None`` where it is. ``headers`` are looked up in small letters.

    The site is read: it takes forms in two places. From another site, or another port of this machine, it
    answers just what a person does who follows a link to a page: neither images, frames, scripts and forms of
    others, nor data, nor SQL that stands in the address.
    """
    if method not in _READING and not (method == "POST" and path in _FORMS):
        return Refusal(405, "this site is only read")
    if not _is_foreign(headers):
        return None
    if method not in _READING or not _is_link(headers):
        return Refusal(403, "this is not answered for pages of other sites")
    if path.endswith(_DATA) or "_format" in _names(query):
        return Refusal(403, "data", can_go_on=True)
    if _SQL & _names(query):
        return Refusal(403, "a query", can_go_on=True)
    return None


def carries_sql(query: str) -> bool:
    """Whether SQL stands in the query string of an address, so that anything may be asked."""
    return bool(_SQL & _names(query))


def _names(query: str) -> set[str]:
    return {name for name, _ in parse_qsl(query, keep_blank_values=True)}


def _is_foreign(headers: Mapping[str, str]) -> bool:
    """By what browsers say; those that don't yet, and plain HTTP to another machine, by Origin and Referer.

    What is no browser says nothing, and is not led by the pages of others.
    """
    if site := headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    here = headers.get("host", "")
    said = (headers.get(name, "") for name in ("origin", "referer"))
    return any(where and _host(where) != here for where in said)


def _is_link(headers: Mapping[str, str]) -> bool:
    """Whether a window of the browser goes there; one that says nothing of it may."""
    if "sec-fetch-site" not in headers:
        return "origin" not in headers
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return "nowhere"


class Gate:
    """ASGI middleware: answers what :func:`refusal` refuses, and hands on the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or have it answered."""
        if scope["type"] == "http":
            query = scope["query_string"].decode("latin-1")
            refused = refusal(scope["method"], scope["path"], query, Headers(scope=scope))
            if refused:
                await _answer(refused, scope["path"], query)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _answer(refused: Refusal, path: str, query: str) -> Response:
    if not refused.can_go_on:
        allowed = {"Allow": ", ".join(_READING)} if refused.status == 405 else {}
        return PlainTextResponse(f"{refused.why}\n", refused.status, allowed)
    sql = [value for name, value in parse_qsl(query) if name in _SQL]
    shown = "".join(f"<pre>{html.escape(value)}</pre>" for value in sql)
    here = "/" + quote(path.lstrip("/"))  # whatever it begins with, it leads nowhere else
    address = html.escape(f"{here}?{query}" if query else here)
    page = _PAGE.format(what=refused.why, address=address, shown=shown)
    return HTMLResponse(page, refused.status)
