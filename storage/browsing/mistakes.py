"""Answers to what a visitor asked amiss, and to what went wrong here."""

from __future__ import annotations

import logging
from json import JSONDecodeError

from datasette.app import Datasette
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

_log = logging.getLogger(__name__)

_OWN_STATUS = 500
"""Datasette's, where it names none: for a column to sort by that there is not, and the like."""


def is_mistake(error: Exception) -> bool:
    """Whether the visitor can mend it: what Datasette finds wrong with a request, and JSON in an address (of
    ``_through``, of ``__in``) that is none.
    """
    return isinstance(error, Base400 | DatasetteError | JSONDecodeError)


async def answer_to_mistake(datasette: Datasette, request: Request, error: Exception) -> Response:
    """A page that says what is wrong, or that as JSON, with the status of HTTP."""
    status = getattr(error, "status", 400)
    status = 400 if status == _OWN_STATUS else status
    said = str(getattr(error, "message", "") or (error.args or ("",))[0])
    if getattr(error, "message_is_html", False):  # which it is of a query that was ended
        said = "The query took too long. Ask for less; its CSV may take longer."
    return await _said(datasette, request, said, status, getattr(error, "title", None))


async def answer_to_failure(datasette: Datasette, request: Request, error: Exception) -> Response:
    """The same for what the visitor can't mend, with status 500; the log has the traceback."""
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return await _said(datasette, request, "Something went wrong here; the log says what.", 500, None)


async def _said(
    datasette: Datasette, request: Request, said: str, status: int, title: str | None
) -> Response:
    if request.path.endswith(".json"):
        told = {"ok": False, "error": said, "status": status, "title": title}
        return Response.json(told, status=status)
    page = {"error": said, "status": status, "title": title}
    html = await datasette.render_template("error.html", page, request=request)
    return Response.html(html, status=status)
