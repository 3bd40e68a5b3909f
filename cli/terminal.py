"""The standard streams, made safe: what newsrooms, files and servers say must not steer the terminal that
shows it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper

_STEERS = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)"  # also the start of every escape sequence
    "|[\u2028\u2029\u202a-\u202e\u2066-\u2069]"  # breaks a line; turns the order of letters
)
_STEERING = re.compile(_STEERS)
_STEERING_OR_COLOUR = re.compile(rf"(\x1b\[(?:0|[1-4]|2[1-4]|3\d|4\d|9\d|10[0-7])?m)|{_STEERS}")
"""Colours, as click writes them, may pass: they hide nothing and end with the line."""


def harmless(text: str) -> str:
    """The text with what could steer a terminal, or turn the order of its letters, as ``\\u202e``."""
    return _STEERING.sub(lambda found: _escaped(found[0]), text)


class Stream(TextIOWrapper):
    """A standard stream that writes harmless text, but while it is :meth:`trusted`."""

    is_trusted = False

    def write(self, text: str) -> int:
        """Write the text, made harmless, in which only click's own colours stay."""
        if not self.is_trusted:
            text = _STEERING_OR_COLOUR.sub(lambda found: found[1] or _escaped(found[0]), text)
        return super().write(text)

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """Within the block, what is written goes out as it is: data, or what rich has made harmless."""
        before, self.is_trusted = self.is_trusted, True
        try:
            yield
        finally:
            self.is_trusted = before


def guard_streams(errors: str) -> None:
    """Have both standard streams write harmless text only; ``errors`` is for what their encoding lacks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is TextIOWrapper:
            stream.flush()
            guarded = Stream(
                stream.buffer,
                encoding=stream.encoding,
                errors=errors,
                newline="\n" if sys.platform != "win32" else None,
                line_buffering=stream.line_buffering,
                write_through=stream.write_through,
            )
            setattr(sys, name, guarded)  # the one before stays open: Python keeps it, and so its file


def _escaped(character: str) -> str:
    return f"\\u{ord(character):04x}"
