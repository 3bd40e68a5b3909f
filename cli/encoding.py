"""Output that the terminal's encoding cannot hold."""

from __future__ import annotations

import codecs
import sys
from io import TextIOWrapper

NAME = "presswatch.escaped"


def escape_unencodable() -> None:
    """Have the standard streams write what their encoding lacks as JSON would (``\\u0141``), not fail.

    So JSON stays what it is, and a person sees which character it was.
    """
    codecs.register_error(NAME, _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=NAME)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    escaped = "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
    return escaped, error.end
