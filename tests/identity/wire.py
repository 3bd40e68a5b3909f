"""A real web server for all hosts below ``.example``, each with its lists and pages."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch

from tests.identity.case import Item


@dataclass
class Web:
    """What is answered, by host (without port) and path: (content type, body)."""

    port: int
    pages: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)


@contextmanager
def serve() -> Iterator[Web]:
    """Serve an empty web on the loopback address until the block ends; ``.example`` leads there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = (self.headers["Host"] or "").partition(":")[0]
            kind, body = web.pages.get((host, self.path), ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    known = socket.getaddrinfo

    def names(host: Any, *arguments: Any, **options: Any) -> Any:
        return known("127.0.0.1" if str(host).endswith(".example") else host, *arguments, **options)

    server = Server(("127.0.0.1", 0), Handler)
    web = Web(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with patch("socket.getaddrinfo", names):
            yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rss(items: Sequence[Item], title: str, older: str = "") -> str:
    """The items as an RSS feed; ``older`` is the address of the document before it."""
    written = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        + (f"<guid{_kind(item.guid)}>{escape(item.guid)}</guid>" if item.guid else "")
        + (f"<pubDate>{format_datetime(item.date)}</pubDate>" if item.date else "")
        + f"<description>{escape(_html(item.paragraphs))}</description></item>"
        for item in items
    )
    link = (
        f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="prev-archive" href="{older}"/>' if older else ""
    )
    head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
    return f"{head}{link}{written}</channel></rss>"


def _html(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


def _kind(guid: str) -> str:
    return "" if guid.startswith("http") else ' isPermaLink="false"'


def listed(items: Sequence[Item], title: str) -> str:
    """The items as a page that lists them by title and, if they have one, day."""
    boxes = "".join(
        '<li class="item">'
        + (f'<time datetime="{item.date:%Y-%m-%d}">{item.date:%d %B %Y}</time>' if item.date else "")
        + f'<h3><a href="{escape(item.link)}">{escape(item.title)}</a></h3></li>'
        for item in items
    )
    return f"<!doctype html><html><head><title>{title}</title></head><body><ul>{boxes}</ul></body></html>"


def page(item: Item) -> str:
    """The page behind an item."""
    body = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in item.page or item.paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>{escape(item.title)}</title></head><body>"
        f"<nav><a href=/>Home</a></nav><main><article><h1>{escape(item.title)}</h1>\n{body}</article></main>"
        "<footer><p>All rights reserved</p></footer></body></html>"
    )
