"""A mistake in one value, in words for the person who wrote it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a decimal number",
    str: "a string",
    list: "a list",
    dict: "a table",
}


class Mistake(ValueError):
    """A value that cannot be used: ``what`` is wrong with it and the ``remedy`` (may be empty).

    A ``ValueError``, so that pydantic collects it with the others.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".rstrip())
        self.what = what
        self.remedy = remedy


def kind(value: object) -> str:
    """What a value read from TOML is, in plain words: "a string", "a list", "a date or time"."""
    return _KINDS.get(type(value), "a date or time")


def did_you_mean(wrong: str, names: Iterable[str], *, few: int = 10) -> str:
    """A remedy for a wrong name: the nearest of ``names``, or all of them if at most ``few``, or nothing."""
    by_folded = {name.casefold(): name for name in sorted(names)}
    near = difflib.get_close_matches(wrong.casefold(), by_folded, n=1)
    if near:
        return f'Did you mean "{by_folded[near[0]]}"?'
    if 0 < len(by_folded) <= few:
        return f"Known: {', '.join(by_folded.values())}."
    return ""
