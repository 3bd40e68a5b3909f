"""The number by which a site counts its releases, where it does."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ALONE = re.compile(r"(?:\A|[|/=])(\d{1,15})\Z")
_DATE = re.compile(r"/\d{1,4}/\d{1,2}\Z")


def number_of(keys: Iterable[str]) -> int | None:
    """The number at the end of an entry's guid or else its link ("?p=123", "/news/123"); ``None`` if there
    is none, or it belongs to a date ("/2026/11/24").
    """
    for key in keys:
        kind, _, rest = key.partition(":")
        if kind not in ("guid", "link") or _DATE.search(rest):
            continue
        number = _ALONE.search(rest)
        if number is not None:
            return int(number[1])
    return None
