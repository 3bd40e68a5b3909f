"""Answers to what a visitor asked amiss."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError


def is_mistake(error: Exception) -> bool:
    """Whether the visitor can mend it, as Datasette says by its status."""
    return isinstance(error, Base400 | DatasetteError) and error.status < 500


async def answer_to_mistake(datasette: Datasette, request: Request, error: Exception) -> Response:
    """A page that says what is wrong, or that as JSON, with the status of HTTP."""
    status = getattr(error, "status", 400)
    said = str(getattr(error, "message", "") or (error.args or ("",))[0])
    if getattr(error, "message_is_html", False):  # which it is of a query that was ended
        said = "The query took too long. Ask for less; its CSV may take longer."
    title = getattr(error, "title", None)
    if request.path.endswith(".json"):
        told = {"ok": False, "error": said, "status": status, "title": title}
        return Response.json(told, status=status)
    page = {"error": said, "status": status, "title": title}
    html = await datasette.render_template("error.html", page, request=request)
    return Response.html(html, status=status)
