"""Whether a summary says anything that the text beside it doesn't."""

from __future__ import annotations

import re

_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|Read more|Continue reading)\W*(?:(?:Read more|Continue reading).*)?$", re.I
)
_CUT_REACH = 120  # characters
_MARKS = ("…", "...", "read more", "continue reading")


def says_more(summary: str, text: str) -> bool:
    """Whether some paragraph of the summary is more than a part of the text, cut. Both are plain text."""
    flat = " ".join(text.split())
    return any(paragraph not in flat for paragraph in map(_uncut, summary.split("\n")))


def _uncut(paragraph: str) -> str:
    """The paragraph without the marks of a cut at its end."""
    paragraph = " ".join(paragraph.split())
    start, end = paragraph[:-_CUT_REACH], paragraph[-_CUT_REACH:]
    folded = end.lower()
    if not any(mark in folded for mark in _MARKS):
        return paragraph
    return (start + _CUT.sub("", end)).strip()
