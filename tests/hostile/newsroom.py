"""A web server that misbehaves on order: it sends bytes, not answers."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from tests.hostile.documents import FEED_TYPE

_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing throws away what was not sent, and resets

_HELLO = b"\x16\x03"  # how TLS begins


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the path with its query, and the headers by their names in small letters."""

    path: str
    headers: dict[str, str]

    @property
    def conditional(self) -> bool:
        """Whether it asks only for what has changed."""
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


@dataclass(frozen=True, slots=True)
class Reply:
    """The bytes of an answer, ``pause`` seconds after each piece, and then how the connection ends.

    ``again`` is sent after the pieces, for as long as the other side listens.
    """

    pieces: tuple[bytes, ...]
    pause: float = 0
    again: bytes = b""
    end: Literal["close", "reset", "hang"] = "close"


Answer = Reply | Callable[[Request], Reply]


def head(status: str, *fields: str) -> bytes:
    """The head of an answer after which the connection is closed."""
    return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *fields, "", ""]).encode("latin-1")


def reply(body: bytes, *fields: str, status: str = "200 OK", content_type: str = FEED_TYPE) -> Reply:
    """A whole and honest answer."""
    length = f"Content-Length: {len(body)}"
    return Reply((head(status, f"Content-Type: {content_type}", length, *fields) + body,))


def refuse(status: str, *fields: str, body: bytes = b"") -> Reply:
    """An answer without a feed, such as "410 Gone"."""
    return reply(body, *fields, status=status, content_type="text/html")


def lead(location: str, status: str = "302 Found") -> Reply:
    """A redirect."""
    return refuse(status, f"Location: {location}")


@dataclass
class Newsroom:
    """Answers each path as it was told, and lists what was ``asked``; what it knows nothing of is a 404."""

    base: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def show(self, path: str, answer: Answer | bytes) -> str:
        """From now on, answer the path so (bytes are a feed); return its address."""
        self.answers[path] = reply(answer) if isinstance(answer, bytes) else answer
        return self.base + path

    def times(self, path: str) -> int:
        """How often the path was asked for."""
        return sum(request.path == path for request in self.asked)

    def answer(self, request: Request) -> Reply:
        """The answer to a request."""
        self.asked.append(request)
        answer = self.answers.get(request.path, refuse("404 Not Found"))
        return answer if isinstance(answer, Reply) else answer(request)


class _Server:
    def __init__(self, address: str, tls: ssl.SSLContext | None) -> None:
        self._stop = threading.Event()
        self._tls = tls
        self._listener = socket.create_server((address, 0), backlog=64)
        self._place = self._listener.getsockname()[:2]
        scheme = "https" if tls else "http"
        self.newsroom = Newsroom(f"{scheme}://{address}:{self._place[1]}")
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            with suppress(OSError):
                connection, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
                self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            connection.settimeout(5)
            if self._tls is None:
                self._talk(connection)
                return
            with closing(self._tls.wrap_socket(connection, server_side=True)) as wrapped:
                self._talk(wrapped)

    def _talk(self, connection: socket.socket) -> None:
        request = _read(connection)
        if request is None:
            connection.sendall(head("400 Bad Request"))
            return
        answer = self.newsroom.answer(request)
        for piece in answer.pieces:
            connection.sendall(piece)
            if self._stop.wait(answer.pause):
                return
        while answer.again and not self._stop.wait(answer.pause):
            connection.sendall(answer.again)
        if answer.end == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        elif answer.end == "hang":
            self._stop.wait(30)

    def close(self) -> None:
        """Stop, and wait until every answer has ended."""
        self._stop.set()
        with suppress(OSError), socket.create_connection(self._place, 1):
            pass  # wakes the thread that accepts
        self._listener.close()
        for thread in self._threads:
            thread.join(10)


def _read(connection: socket.socket) -> Request | None:
    asked = b""
    while b"\r\n\r\n" not in asked:
        more = connection.recv(65_536)
        if not more or more.startswith(_HELLO):
            return None
        asked += more
    first, *fields = asked.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    pairs = (line.split(": ", 1) for line in fields)
    return Request(first.split(" ")[1], {name.lower(): value for name, value in pairs})


@contextmanager
def open_newsroom(address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Newsroom]:
    """Serve on a free port of an address of this machine until the block ends."""
    with closing(_Server(address, tls)) as server:
        yield server.newsroom
