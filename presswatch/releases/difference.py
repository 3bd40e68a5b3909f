"""What an edit changed, word by word, so that a person can read it.

Texts are compared sentence by sentence, and within what was rewritten word by word (difflib, after
Ratcliff and Obershelp 1988). White space doesn't count. What is too long to compare so within bounds
is called rewritten as a whole, so that the time stays near linear in the texts' lengths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

MOST_SENTENCES = 1500
"""How many sentences of either side, between what is the same at both ends, are compared one by one."""

MOST_WORDS = 500
"""How many words of either side of a rewritten stretch are compared one by one."""

REACH = 120
"""How much unchanged text an excerpt shows on either side, in characters."""

MOST_SHOWN = 360
"""How much of a changed stretch an excerpt shows, in characters."""

_SENTENCE_END = re.compile(r"(?<=[.!?…][\s”\"’)\]])|(?<=\n)")
_WORD = re.compile(r"\S+\s*|\s+")
_LEAST_IN_COMMON = 2  # words; fewer, between two changes, only make it harder to read


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a difference: the same in both texts, taken out of the old or put into the new one."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of the old text and what stands for it in the new one, as offsets in characters."""

    same: bool
    old: tuple[int, int]
    new: tuple[int, int]


def difference(old: str, new: str) -> list[Span]:
    """Both texts in one: the spans that are the same or removed make the old text, those that are the same
    or added the new one, but for white space.
    """
    return [span for block in _blocks(old, new) for span in _spans(old, new, block)]


def excerpt(old: str, new: str, start: int, end: int, *, of: Literal["old", "new"]) -> tuple[Span, ...]:
    """The part of the difference around ``[start:end]``, offsets in characters of the text named by ``of``.

    Empty where that stretch stands in both. It stays within some hundred characters: where something
    is left out, there is an ellipsis.
    """
    blocks = _blocks(old, new)
    ranges = [block.old if of == "old" else block.new for block in blocks]
    touched = [
        number
        for number, (block, (first, last)) in enumerate(zip(blocks, ranges, strict=True))
        if not block.same and first < end and start < last
    ]
    if not touched:
        return ()
    first, last = touched[0], touched[-1]
    spans = list(_before(new, blocks[:first]))
    for number in range(first, last + 1):
        block = blocks[number]
        at = min(max(start, ranges[number][0]), ranges[number][1])
        for span in _spans(old, new, block):
            where = block.old if span.kind == "removed" else block.new
            held = at - where[0] if (span.kind == "removed") is (of == "old") else 0
            spans.append(Span(span.kind, _cut(span.text, held)))
    spans += _after(new, blocks[last + 1 :])
    return tuple(span for span in spans if span.text)


def _spans(old: str, new: str, block: _Block) -> Iterator[Span]:
    was, is_now = old[slice(*block.old)], new[slice(*block.new)]
    if block.same:
        yield Span("same", is_now + " " if was[-1:].isspace() and not is_now[-1:].isspace() else is_now)
        return
    if was:
        yield Span("removed", was)
    if is_now:
        yield Span("added", is_now)


def _before(new: str, blocks: Sequence[_Block]) -> Iterator[Span]:
    """The unchanged words that lead to a change, within its paragraph."""
    if not blocks or not blocks[-1].same:
        return
    first, last = blocks[-1].new
    text = new[first:last]
    paragraph = text[text.rfind("\n\n") + 2 :] if "\n\n" in text else text
    shown = paragraph[-REACH:]
    if len(shown) < len(paragraph):
        shown = "… " + shown.partition(" ")[2]
    elif shown and len(paragraph) == len(text) and first > 0 and new[first - 1] != "\n":
        shown = "… " + shown
    yield Span("same", shown)


def _after(new: str, blocks: Sequence[_Block]) -> Iterator[Span]:
    """The unchanged words that follow a change, within its paragraph."""
    if not blocks or not blocks[0].same:
        return
    text = new[slice(*blocks[0].new)]
    paragraph = text.partition("\n\n")[0]
    shown = paragraph[:REACH]
    if len(shown) < len(paragraph):
        shown = shown.rpartition(" ")[0] + " …"
    yield Span("same", shown)


def _cut(text: str, at: int) -> str:
    """At most so much of a changed stretch, around the place that matters."""
    if len(text) <= MOST_SHOWN:
        return text
    first = max(0, min(at - MOST_SHOWN // 2, len(text) - MOST_SHOWN))
    last = first + MOST_SHOWN
    shown = text[first:last]
    if first:
        shown = "… " + shown.partition(" ")[2]
    if last < len(text):
        shown = shown.rpartition(" ")[0] + " …"
    return shown


@lru_cache(maxsize=4)
def _blocks(old: str, new: str) -> tuple[_Block, ...]:
    blocks: list[_Block] = []
    one, other = _cut_up(_SENTENCE_END.split(old)), _cut_up(_SENTENCE_END.split(new))
    for same, a, b in _compare(one.keys, other.keys, MOST_SENTENCES):
        block = _Block(same, one.range(*a), other.range(*b))
        blocks += [block] if same else _words(old, new, block)
    blocks = [replace(block, same=block.same or _is_blank(old, new, block)) for block in blocks]
    return tuple(_joined(blocks))


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces as they are compared, and the offset at which each begins; last, where the last one ends."""

    keys: list[str]
    offsets: list[int]

    def range(self, first: int, last: int, after: int = 0) -> tuple[int, int]:
        """Where these pieces stand, in a text of which they begin at ``after``."""
        return self.offsets[first] + after, self.offsets[last] + after


def _cut_up(pieces: Sequence[str]) -> _Pieces:
    pieces = [piece for piece in pieces if piece]
    offsets = [0]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return _Pieces([" ".join(piece.split()) for piece in pieces], offsets)


def _is_blank(old: str, new: str, block: _Block) -> bool:
    return not old[slice(*block.old)].strip() and not new[slice(*block.new)].strip()


def _compare(
    a: Sequence[str], b: Sequence[str], most: int
) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    """Runs of pieces that are the same and that are not, as ranges of indices; bounded by ``most``."""
    shorter = min(len(a), len(b))
    head = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if a[-1 - n] != b[-1 - n]), rest)
    if head:
        yield True, (0, head), (0, head)
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    if len(middle_a) > most or len(middle_b) > most:
        yield False, (head, head + len(middle_a)), (head, head + len(middle_b))
    else:
        matcher = SequenceMatcher(None, middle_a, middle_b)
        for tag, i, j, k, m in matcher.get_opcodes():
            yield tag == "equal", (head + i, head + j), (head + k, head + m)
    if tail:
        yield True, (len(a) - tail, len(a)), (len(b) - tail, len(b))


def _words(old: str, new: str, block: _Block) -> list[_Block]:
    """A rewritten stretch, word by word, if both sides have some and not too many."""
    (old_at, old_end), (new_at, new_end) = block.old, block.new
    if old_at == old_end or new_at == new_end:
        return [block]
    one, other = _cut_up(_WORD.findall(old[old_at:old_end])), _cut_up(_WORD.findall(new[new_at:new_end]))
    in_common = [
        _Block(True, one.range(*a, after=old_at), other.range(*b, after=new_at))
        for same, a, b in _compare(one.keys, other.keys, MOST_WORDS)
        if same and (a[1] - a[0] >= _LEAST_IN_COMMON or a[0] == 0 or a[1] == len(one.keys))
    ]
    return _filled(in_common, block)


def _filled(in_common: Sequence[_Block], whole: _Block) -> list[_Block]:
    """What is in common, and what lies between as changed."""
    filled: list[_Block] = []
    old_at, new_at = whole.old[0], whole.new[0]
    for block in in_common:
        filled.append(_Block(False, (old_at, block.old[0]), (new_at, block.new[0])))
        filled.append(block)
        old_at, new_at = block.old[1], block.new[1]
    filled.append(_Block(False, (old_at, whole.old[1]), (new_at, whole.new[1])))
    return filled


def _joined(blocks: Sequence[_Block]) -> list[_Block]:
    """Neighbours of a kind made one, and what is empty on both sides dropped."""
    joined: list[_Block] = []
    for block in blocks:
        if block.old[0] == block.old[1] and block.new[0] == block.new[1]:
            continue
        if joined and joined[-1].same == block.same:
            last = joined.pop()
            joined.append(_Block(block.same, (last.old[0], block.old[1]), (last.new[0], block.new[1])))
        else:
            joined.append(block)
    return joined
