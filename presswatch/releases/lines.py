"""A release's text as lines and paragraphs, with their offsets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

WRAPPED = 160
"""A longer line, in characters, isn't one of a wrapped paragraph's: it is a paragraph by itself."""


class Line(NamedTuple):
    """A line that isn't empty, without the white space around it; ``block`` counts the empty lines before."""

    start: int
    end: int
    text: str
    block: int


class Paragraph(NamedTuple):
    """A paragraph: one line, or the lines of a wrapped one."""

    start: int
    end: int
    text: str


def lines_of(text: str) -> list[Line]:
    """The lines of a text that aren't empty, in order."""
    lines: list[Line] = []
    offset = block = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            start = offset + raw.index(stripped[0])
            lines.append(Line(start, start + len(stripped), stripped, block))
        else:
            block += 1
        offset += len(raw) + 1
    return lines


def paragraphs_of(text: str, lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of a text: what stands between empty lines.

    Where a stretch without empty lines has a line too long for a wrapped one, or the whole text has no
    empty line at all, each line is a paragraph, as ``<br>`` leaves them.
    """
    paragraphs: list[Paragraph] = []
    whole = not lines or lines[0].block == lines[-1].block
    for _, group in groupby(lines, key=lambda line: line.block):
        block = list(group)
        if whole or len(block) == 1 or any(len(line.text) > WRAPPED for line in block):
            paragraphs.extend(Paragraph(line.start, line.end, line.text) for line in block)
        else:
            start, end = block[0].start, block[-1].end
            paragraphs.append(Paragraph(start, end, text[start:end]))
    return paragraphs
