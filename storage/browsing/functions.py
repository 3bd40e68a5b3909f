"""Functions of SQL that are linear here: SQLite's own take a time that grows with the product of two lengths.

What SQLite does with one value is a single step, which nothing interrupts: with two texts of two megabytes
its ``instr``, ``replace`` and ``trim`` take minutes to hours.
"""

from __future__ import annotations

import sqlite3

Value = str | bytes | int | float | None


def add_functions(connection: sqlite3.Connection, longest: int) -> None:
    """Put ours in the place of SQLite's. ``longest`` is how many characters ``replace`` makes at most."""

    def replace(value: Value, old: Value, new: Value) -> str | None:
        return replaced(value, old, new, longest)

    for name, arguments, function in (
        ("instr", 2, place),
        ("replace", 3, replace),
        ("trim", 2, lambda value, characters: trimmed(value, characters, left=True, right=True)),
        ("ltrim", 2, lambda value, characters: trimmed(value, characters, left=True)),
        ("rtrim", 2, lambda value, characters: trimmed(value, characters, right=True)),
        ("unhex", 2, unhexed),
    ):
        connection.create_function(name, arguments, function, deterministic=True)


def place(value: Value, part: Value) -> int | None:
    """``instr``: where the part first stands, from 1 on; 0 for nowhere. Blobs are searched by bytes."""
    if isinstance(value, bytes) and isinstance(part, bytes):
        return value.find(part) + 1
    text, wanted = _text(value), _text(part)
    return None if text is None or wanted is None else text.find(wanted) + 1


def replaced(value: Value, old: Value, new: Value, longest: int) -> str | None:
    """``replace``: with each ``old`` by ``new``. ``ValueError`` where that is too long."""
    text, wanted, other = _text(value), _text(old), _text(new)
    if text is None or wanted is None or other is None:
        return None
    if not wanted:
        return text
    if len(text) + text.count(wanted) * (len(other) - len(wanted)) > longest:
        raise ValueError("too long")
    return text.replace(wanted, other)


def trimmed(value: Value, characters: Value, *, left: bool = False, right: bool = False) -> str | None:
    """``trim``, ``ltrim``, ``rtrim``: without these characters at its ends."""
    text, known = _text(value), _text(characters)
    if text is None or known is None:
        return None
    taken, start, end = frozenset(known), 0, len(text)
    while left and start < end and text[start] in taken:
        start += 1
    while right and start < end and text[end - 1] in taken:
        end -= 1
    return text[start:end]


def unhexed(value: Value, ignored: Value) -> bytes | None:
    """``unhex``: the bytes of hexadecimal digits, between which these characters may stand."""
    text, between = _text(value), _text(ignored)
    if text is None or between is None:
        return None
    pairs = text.translate({ord(character): None for character in between if character not in _DIGITS})
    try:
        return bytes.fromhex(pairs) if not set(pairs) - _DIGITS else None
    except ValueError:
        return None


_DIGITS = frozenset("0123456789abcdefABCDEF")


def _text(value: Value) -> str | None:
    """As SQLite makes a text of a value."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return None if value is None else str(value)
