"""A webhook receiver that misbehaves on order."""

from __future__ import annotations

import json
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from benchmarks.parts.faults.arrivals import AS_USUAL, Desk
from benchmarks.parts.faults.listening import listening

_RESET = struct.pack("ii", 1, 0)  # closed with data unsent and no time to send it: the other side is reset


@dataclass
class HookServer:
    """Its port, and the TLS by which it can be reached at present; ``None``: it speaks plain HTTP."""

    port: int = 0
    tls: ssl.SSLContext | None = None


@contextmanager
def serve_hooks(desk: Desk) -> Iterator[HookServer]:
    """Receive on a free port of the loopback address until the block ends.

    A reply that is ordered is a status, and a header after it: ``429 Retry-After: 3600``.
    """
    server = HookServer()

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            if server.tls:
                self.request = self.connection = server.tls.wrap_socket(self.request, server_side=True)
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
            super().handle()

        def finish(self) -> None:
            super().finish()
            self.connection.close()  # which is not the one that the server knows, if it speaks TLS

        def do_POST(self) -> None:
            recipient = self.path.removeprefix("/")
            order = desk.order("post", recipient)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if order in AS_USUAL or order.startswith("keep"):
                text = " ".join(_titles(json.loads(body)))
                answered = not order.startswith("keep")
                desk.keep(recipient, self.headers["webhook-id"], text, answered=answered)
            what = order.removeprefix("keep and ")
            if what == "drop":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                self.connection.close()
                return
            if what == "hang":
                desk.held.set()
                self.connection.recv(1)
                return
            desk.pause(what)
            status, _, header = what.partition(" ")
            self.send_response(int(status) if status.isdecimal() else 204)
            if header:
                self.send_header(*header.split(": ", 1))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with listening(Handler, desk) as server.port:
        yield server


def _titles(payload: dict[str, Any]) -> list[str]:
    return [item["title"] for section in payload["sections"] for item in section["items"]]
