"""The web and the receivers of the attacks' benchmark: real servers on loopback addresses."""

from __future__ import annotations

import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.parts.attacks.documents import FEED, HTML, Attack, item, packed, rss, trickled_page

RELEASE = re.compile(r"Parish \d+ case \d+")
"""The title of a release of an honest newsroom."""


@dataclass
class Told:
    """When each release came to each channel, by the clock of :func:`time.monotonic`."""

    at: dict[tuple[str, str], float] = field(default_factory=dict)

    def note(self, channel: str, text: str, when: float | None = None) -> None:
        """Note all releases that a message names, unless they came before."""
        for title in RELEASE.findall(" ".join(text.split())):
            self.at.setdefault((channel, title), time.monotonic() if when is None else when)


@dataclass
class Web:
    """Newsrooms, and whoever attacks: ``cycle`` is how many releases each honest one shows."""

    port: int = 0
    cycle: int = 1
    attack: Attack | None = None
    pages: Callable[[Web], bytes] | None = None
    told: Told = field(default_factory=Told)
    stop: threading.Event = field(default_factory=threading.Event)

    def honest(self, number: int) -> str:
        """The address of an honest newsroom's feed, each on an address of its own."""
        return f"http://127.1.{number // 200}.{number % 200 + 1}:{self.port}/honest/{number}"

    @property
    def hostile(self) -> str:
        """The address of the attacker's feed."""
        return f"http://127.2.0.1:{self.port}/attack"

    def page_host(self, number: int) -> str:
        """A host of the attacker's pages, one for each."""
        return f"http://127.3.{number // 200}.{number % 200 + 1}:{self.port}/page"


def honest_feed(number: int, releases: int) -> bytes:
    """A newsroom's feed of so many releases, the newest first; none is like another, or like another's. Their
    dates are the present, so that they are news.
    """
    shown = ""
    for case in range(releases, 0, -1):
        chance = random.Random(f"{number} {case}")
        words = " ".join("".join(chance.choices("aeioulnrst", k=6)) for _ in range(120))
        text = f"<p>Parish {number} ends S-Comm.</p><p>The {words}.</p>"
        one = item(text, n=case, title=f"Parish {number} case {case}")
        one = one.replace("</item>", f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>")
        shown += one.replace("urn:attack", f"urn:{number}").replace("attack.example", f"{number}.example")
    return rss(shown)


@contextmanager
def served(web: Web) -> Iterator[Web]:
    """Serve the web, and the webhook, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/honest/"):
                self._send(honest_feed(int(self.path.rpartition("/")[2]), web.cycle), FEED)
            elif self.path == "/attack" and web.pages is not None:
                self._send(web.pages(web), FEED)
            elif self.path == "/attack" and web.attack is not None:
                body, kind = hostile_body, web.attack.content_type
                self._send(body, kind, {"Content-Encoding": "gzip"})
            elif self.path.startswith("/page"):
                self._trickle()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            web.told.note("webhook", json.dumps(payload))
            self.send_response(204)
            self.end_headers()

        def _send(self, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
            self.send_response(200)
            for name, value in {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                **(more or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _trickle(self) -> None:
            """A byte a second, as long as somebody listens."""
            self.send_response(200)
            self.send_header("Content-Type", HTML)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(trickled_page())
                while not web.stop.wait(1):
                    self.wfile.write(b"x")
                    self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    hostile_body = packed(web.attack.body()) if web.attack is not None else b""
    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    server.daemon_threads = True
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def honest_mail(told: Told) -> Iterator[int]:
    """A mail server that takes what it is given; its port."""

    class Box:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            message = message_from_bytes(envelope.content, policy=policy.default)
            body = message.get_body(("plain",))
            told.note("mail", body.get_content() if body is not None else "")
            return "250 Queued"

    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = int(free.getsockname()[1])
    controller = Controller(Box(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def trickling_mail(_: Told) -> Iterator[int]:
    """A mail server whose greeting comes byte by byte, and never ends."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            connection.sendall(b"220 ")
            while not stop.wait(1):
                connection.sendall(b"x")

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stop.set()
        listener.close()
