"""A web server for tests: pages that can be changed, delayed and counted while it runs."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What is answered for a path. ``delay`` is in seconds, before the answer starts."""

    body: bytes
    content_type: str = "application/rss+xml; charset=utf-8"
    status: int = 200
    delay: float = 0
    validators: bool = True


@dataclass
class Site:
    """The server's pages by path; what was asked is counted in ``requests`` as (path, status)."""

    base: str
    pages: dict[str, Page] = field(default_factory=dict)
    requests: Counter[tuple[str, int]] = field(default_factory=Counter)

    def publish(self, path: str, body: bytes, **options: object) -> str:
        """Put a page in place; return its address."""
        self.pages[path] = Page(body, **options)  # type: ignore[arg-type]
        return self.base + path


@contextmanager
def serve_site() -> Iterator[Site]:
    """Serve an empty site on a free port of the loopback address until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = site.pages.get(self.path, Page(b"no such page", "text/plain", status=404))
            time.sleep(page.delay)
            etag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
            status, body = page.status, page.body
            if status == 200 and page.validators and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            site.requests[self.path, status] += 1
            self.send_response(status)
            if page.validators:
                self.send_header("ETag", etag)
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away in the middle is part of what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
