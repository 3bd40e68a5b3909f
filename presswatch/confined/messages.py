"""The messages between the process that does confined work and the one that asks for it."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable

HEAD = struct.Struct(">cQ")
"""A message is its kind, one byte, and the length of what follows."""

GIVEN, CALL = b"g", b"c"
"""To the process: a value to be kept and given to calls; a call."""
RESULT, FETCH_ERROR, ERROR, NO_MEMORY, TOO_MUCH = b"r", b"f", b"e", b"m", b"t"
"""From the process: how a call ended. In capitals where the process ends, too."""

_MOST_AT_ONCE = 1 << 20


def send(file: int, kind: bytes, data: bytes) -> None:
    """Write a message. ``OSError`` if nobody reads it."""
    for piece in (HEAD.pack(kind, len(data)), data):
        view = memoryview(piece)
        while view:
            view = view[os.write(file, view[:_MOST_AT_ONCE]) :]


def receive(file: int, most: int, ready: Callable[[], None] = lambda: None) -> tuple[bytes, bytes]:
    """Read a message of at most so many bytes; its kind and what it holds. ``ready`` is called before each
    read. ``EOFError`` where there is none any more, or one that is too long.
    """
    kind, length = HEAD.unpack(_read(file, HEAD.size, ready))
    if length > most:
        raise EOFError("a message is longer than it may be")
    return kind, _read(file, length, ready)


def _read(file: int, length: int, ready: Callable[[], None]) -> bytes:
    data = bytearray()
    while len(data) < length:
        ready()
        piece = os.read(file, min(length - len(data), _MOST_AT_ONCE))
        if not piece:
            raise EOFError("the other side has ended")
        data += piece
    return bytes(data)
