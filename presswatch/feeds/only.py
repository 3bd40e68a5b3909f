"""Which addresses of a site are releases, as whoever watches it says."""

from __future__ import annotations

import re

_PATTERN = re.compile(r"/(.*[\\\[\](){}*+?^$|].*)/", re.S)


def pattern_of(only: str) -> re.Pattern[str]:
    r"""What addresses to look for: those that hold the words, in either case; or those that match, where
    ``only`` is a regular expression between slashes (``/\/press\/20\d\d/``). Slashes around plain words
    are a part of an address (``/press/``).

    Raises ``re.error`` for a broken expression.
    """
    between = _PATTERN.fullmatch(only)
    return re.compile(between[1]) if between else re.compile(re.escape(only), re.I)
