"""The passage around a mention, as it was published."""

from __future__ import annotations

REACH = 160
"""How far a passage reaches to either side of the mention, in characters."""


def snippet(text: str, start: int, end: int, reach: int = REACH) -> tuple[str, int]:
    """The passage around ``text[start:end]`` and the offset at which it begins.

    It stays within the paragraph and is cut between words, at most ``reach`` characters away on
    either side. It is a slice of the text: ``text[offset:offset + len(passage)] == passage``. No more of
    the text is looked at than that, since a long one may hold thousands of mentions.
    """
    nearest, furthest = max(start - reach, 0), min(end + reach, len(text))
    first = text.rfind("\n\n", max(nearest - 2, 0), start) + 2
    if first < 2:
        first = _next_word(text, nearest, start) if nearest else 0
    last = text.find("\n\n", end, furthest + 2)
    if last < 0:
        last = _last_word(text, end, furthest) if furthest < len(text) else len(text)
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return text[first:last], first


def _next_word(text: str, position: int, limit: int) -> int:
    """The first place from ``position`` on at which a word begins; ``position`` if there is none."""
    for place in range(position, limit + 1):
        if text[place - 1].isspace():
            return place
    return position


def _last_word(text: str, limit: int, position: int) -> int:
    """The last place up to ``position`` at which a word ends; ``position`` if there is none."""
    for place in range(position, limit - 1, -1):
        if text[place].isspace():
            return place
    return position
