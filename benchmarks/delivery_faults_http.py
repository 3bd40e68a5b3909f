"""A webhook receiver that misbehaves on order."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.delivery_faults_arrivals import Desk

_RESET = struct.pack("ii", 1, 0)  # closed with data unsent and no time to send it: the other side is reset


@dataclass
class HookServer:
    """Its port, and the TLS by which it can be reached at present; ``None``: it speaks plain HTTP."""

    port: int
    tls: ssl.SSLContext | None = None


@contextmanager
def serve_hooks(desk: Desk) -> Iterator[HookServer]:
    """Receive on a free port of the loopback address until the block ends.

    A reply that is ordered is a status, and a header after it: ``429 Retry-After: 3600``.
    """

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            self.run = desk.enter()
            try:
                if server.tls:
                    self._speak_tls(server.tls)
                super().handle()
            except OSError:
                pass
            finally:
                desk.leave()

        def _speak_tls(self, tls: ssl.SSLContext) -> None:
            self.request = self.connection = tls.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

        def do_POST(self) -> None:
            order = desk.order("post", self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if order in {"", "slow"} or order.startswith("keep"):
                text = " ".join(_titles(json.loads(body)))
                answered = not order.startswith("keep")
                desk.keep(self.path, self.headers["webhook-id"], text, self.run, answered=answered)
            what = order.removeprefix("keep and ")
            if what == "drop":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                self.connection.close()
                return
            if what == "hang":
                desk.held.set()
                self.connection.recv(1)
                return
            if what == "slow":
                time.sleep(desk.slowness)
            status, _, header = what.partition(" ")
            self.send_response(int(status) if status.isdecimal() else 204)
            if header:
                self.send_header(*header.split(": ", 1))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A connection that breaks off in the middle is what was ordered."""

    with Server(("127.0.0.1", 0), Handler) as listening:
        server = HookServer(listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def _titles(payload: dict[str, Any]) -> list[str]:
    return [item["title"] for section in payload["sections"] for item in section["items"]]
