"""A local server that publishes the sample newsroom's feeds."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any

from cli.demo.newsroom import FIRST_STAGE, LAST_STAGE, Newsroom, Organisation, rfc822


@dataclass(frozen=True, slots=True)
class _Page:
    """What is sent for a path, apart from the date."""

    status: HTTPStatus
    content_type: str = "text/plain; charset=utf-8"
    body: bytes = b""
    last_modified: str = ""

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class _Handler(BaseHTTPRequestHandler):
    server: NewsroomServer
    server_version = "Newsroom"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        page = self.server.page(self.path)
        if page.status != HTTPStatus.OK:
            self._send(page.status, page.body, {"Content-Type": page.content_type})
            return
        validators = {"ETag": page.etag, "Last-Modified": page.last_modified}
        if _holds(self.headers.get("If-None-Match", ""), page.etag):
            self._send(HTTPStatus.NOT_MODIFIED, b"", validators)
        else:
            self._send(HTTPStatus.OK, page.body, {"Content-Type": page.content_type, **validators})

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet: standard error belongs to the demo."""


class NewsroomServer(ThreadingTCPServer):
    """Serves each organisation's feed on a free port of this machine. Made by :func:`serve_newsroom`.

    Not an ``HTTPServer``, because that looks up its own name in the DNS when it starts, which takes
    seconds on a machine without a network.
    """

    daemon_threads = True
    request_queue_size = 32  # all feeds are asked for at the same time

    def __init__(self, newsroom: Newsroom, now: datetime) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.newsroom = newsroom
        self.now = now
        self._pages = self._render(FIRST_STAGE)

    def feed_url(self, slug: str) -> str:
        """Where that organisation's feed is."""
        return f"http://127.0.0.1:{self.server_address[1]}{_path(slug)}"

    def publish_more(self) -> None:
        """Let the press offices publish what comes out between the runs."""
        self._pages = self._render(LAST_STAGE)

    def page(self, target: str) -> _Page:
        """What to answer to a request for ``target``, a path with or without a query."""
        return self._pages.get(target.partition("?")[0]) or _Page(HTTPStatus.NOT_FOUND, body=b"Not found\n")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what went wrong, unless the client just hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def _render(self, stage: int) -> dict[str, _Page]:
        return {
            _path(organisation.slug): _feed_page(organisation, stage, self.now)
            for organisation in self.newsroom.organisations
        }


@contextmanager
def serve_newsroom(newsroom: Newsroom, now: datetime) -> Iterator[NewsroomServer]:
    """A running server of the newsroom's first stage, for as long as the block lasts.

    The releases' times are counted back from ``now``, which must be aware.
    """
    with NewsroomServer(newsroom, now) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _path(slug: str) -> str:
    return f"/{slug}/feed.xml"


def _feed_page(organisation: Organisation, stage: int, now: datetime) -> _Page:
    if organisation.broken:
        return _Page(HTTPStatus.SERVICE_UNAVAILABLE, body=b"Down for maintenance\n")
    return _Page(
        HTTPStatus.OK,
        f"application/{organisation.format}+xml",
        organisation.feed(stage, now),
        rfc822(organisation.last_touched(stage, now)),
    )


def _holds(if_none_match: str, etag: str) -> bool:
    """Whether the header names the ETag (RFC 9110, section 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags
