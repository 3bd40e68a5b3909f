"""A server of one thread a connection, as both receivers are."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.parts.faults.arrivals import Desk


@contextmanager
def listening(handler: type[socketserver.BaseRequestHandler], desk: Desk) -> Iterator[int]:
    """Serve on a free port of the loopback address until the block ends; gives the port."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

        def process_request(self, request: Any, client_address: Any) -> None:
            desk.enter()
            super().process_request(request, client_address)

        def shutdown_request(self, request: Any) -> None:
            super().shutdown_request(request)
            desk.leave()

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A connection that breaks off in the middle is what was ordered."""

    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
