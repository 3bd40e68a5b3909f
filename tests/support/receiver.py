"""A webhook receiver for tests: it keeps what it is sent, and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """``received`` holds (webhook-id, payload) of each post, ``answer`` is the status given to the next."""

    url: str
    answer: int = 204
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def told(self) -> list[tuple[str, str]]:
        """(program, title) of everything told, a repeated webhook-id counted once."""
        by_id = dict(self.received)
        return [
            (section["program"], release["title"])
            for payload in by_id.values()
            for section in payload["sections"]
            for release in section["items"]
        ]


@contextmanager
def receive_hooks() -> Iterator[Receiver]:
    """Receive posts on a free port of the loopback address until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if receiver.answer < 300:
                receiver.received.append((self.headers["webhook-id"], json.loads(body)))
            self.send_response(receiver.answer)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
