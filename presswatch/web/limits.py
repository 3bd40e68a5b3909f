"""What one fetch may take, in time and in bytes, felt wherever it waits for the network.

A time-out bounds one silence only: a server that sends a byte now and then outlasts it, in the head of an
answer as well as in its body. So each fetch opens its :func:`limits`, and the sockets of this package look
at them before every wait and after every read. What can't be bounded is the system's look-up of a host
name, which takes as long as the resolver's own time-outs let it.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class TooMuch(OSError):
    """More came from the network than an answer within its limits could need."""


class Limits:
    """``deadline`` is a time of ``time.monotonic()``, ``bytes_left`` what may still be received."""

    __slots__ = ("bytes_left", "deadline")

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self.deadline = time.monotonic() + seconds
        self.bytes_left = most_bytes

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.deadline

    def clip(self, timeout: float | None) -> float:
        """The time-out, or what is left of the time if that is less. ``TimeoutError`` if nothing is."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is up")
        return left if timeout is None or timeout > left else timeout

    def count(self, received: int) -> None:
        """Take note of bytes that came. :class:`TooMuch` if they are more than were left."""
        self.bytes_left -= received
        if self.bytes_left < 0:
            raise TooMuch("more came than an answer may need")


_now: ContextVar[Limits | None] = ContextVar("limits of the fetch under way", default=None)


@contextmanager
def limits(seconds: float, most_bytes: int) -> Iterator[Limits]:
    """Hold what this thread does in the block to so many seconds and received bytes.

    Blocks may be nested (a redirect can make the reader ask for a robots.txt first); the inner one has
    limits of its own, while the outer one's time goes on.
    """
    own = Limits(seconds, most_bytes)
    token = _now.set(own)
    try:
        yield own
    finally:
        _now.reset(token)


def time_is_up() -> bool:
    """Whether what this thread is at has had all the time that its limits give it."""
    own = _now.get()
    return own is not None and own.over


class PlainSocket(socket.socket):
    """A socket that keeps the limits of the fetch under way."""

    def settimeout(self, value: float | None, /) -> None:
        """Wait no longer than this, nor beyond the deadline."""
        own = _now.get()
        super().settimeout(own.clip(value) if own else value)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0, /) -> int:
        """Receive, within the limits."""
        own = _now.get()
        if own is None:
            return super().recv_into(buffer, nbytes, flags)
        super().settimeout(own.clip(self.gettimeout()))
        received = super().recv_into(buffer, nbytes, flags)
        own.count(received)
        return received


class TlsSocket(ssl.SSLSocket):
    """The same for TLS: what is received is counted after decryption. The handshake is one wait."""

    def settimeout(self, value: float | None, /) -> None:
        """Wait no longer than this, nor beyond the deadline."""
        own = _now.get()
        super().settimeout(own.clip(value) if own else value)

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        """Receive, within the limits."""
        own = _now.get()
        if own is None:
            return super().recv_into(buffer, nbytes, flags)
        super().settimeout(own.clip(self.gettimeout()))
        received = super().recv_into(buffer, nbytes, flags)
        own.count(received)
        return received
