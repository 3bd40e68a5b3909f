"""What is quoted in a release, and who says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from presswatch.releases.lines import Paragraph
from presswatch.releases.part import Part
from presswatch.releases.speakers import INHERITS, WINDOW, speaker_after, speaker_announced, speaker_before

FEWEST_WORDS = 5
_REACH = 12  # paragraphs that a quotation may go on without a mark
_MARK = re.compile('[“”„«»"\u0093\u0094]')  # the last two: Windows-1252 read as Latin-1
_OPENING = "“„«\u0093"
_CLOSING = "”»\u0094"
_BEFORE_OPENING = "([{—–-/¿¡:'‘’"
_TITLED = re.compile(
    r"(?i)\b(?:titled|entitled|called|named|dubbed|headlined|known as|titulad[oa]|llamad[oa]"
    r"|denominad[oa]),?:?\s{0,2}$"
)
_SMALL = frozenset(
    "with from into through over under about after before between without your their that this "
    "para como sobre entre desde hacia contra".split()
)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_NEXT_SENTENCE = re.compile(
    r"(?<!\b[A-Z])(?<!\bRep)(?<!\bReps)(?<!\bSen)(?<!\bSens)(?<!\bGov)(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDra)"
    r""
    r"(?<!\bSra)(?<!\bRev)(?<!\bJr)(?<!\bSr)(?<!\bSt)[.!?]\s+\S"
)


@dataclass(slots=True)
class _Quote:
    """A quotation within one paragraph, by its marks' offsets there; ``closed`` where it ends by a mark."""

    paragraph: int
    start: int
    end: int
    closed: bool
    goes_on: bool  # from the paragraph before
    speaker: str = ""


def quotations(paragraphs: Sequence[Paragraph]) -> list[Part]:
    """The quotations of at least five words, one part for each paragraph of them, with their speakers.

    Where a quotation is left open at a paragraph's end it counts if the next paragraph opens with a mark,
    as one does in English, or if a mark that closes comes before any that opens. Titles and scare quotes
    are none.
    """
    quotes = _quotes(paragraphs)
    _name_speakers(paragraphs, quotes)
    parts: list[Part] = []
    for quote in quotes:
        paragraph = paragraphs[quote.paragraph]
        start, end = paragraph.start + quote.start, paragraph.start + quote.end
        parts.append(Part("quotation", start, end, quote.speaker))
    return parts


def _quotes(paragraphs: Sequence[Paragraph]) -> list[_Quote]:
    quotes: list[_Quote] = []
    marks = [_marks(paragraph.text) for paragraph in paragraphs]
    open_for = 0  # paragraphs still to be taken whole, and one to its closing mark
    going_on = False
    for index, paragraph in enumerate(paragraphs):
        text, here = paragraph.text, marks[index]
        follows = marks[index + 1][:1] if index + 1 < len(paragraphs) else []
        reopened = bool(follows) and follows[0][0] == 0 and follows[0][1]
        if open_for:
            open_for -= 1
            if open_for:
                quotes.append(_Quote(index, 0, len(text), closed=False, goes_on=True))
                continue
            quotes.append(_Quote(index, 0, here[0][0] + 1, closed=True, goes_on=True))
            here = here[1:]
        spans, left_open = _spans(here, reopened)
        for start, end in spans:
            continued = going_on and start == 0
            if continued or _is_quotation(text, start, end):
                quotes.append(_Quote(index, start, end + 1, closed=True, goes_on=continued))
        continued, going_on = going_on and left_open == 0, False
        if left_open is None or len(text) - left_open < 12:
            continue
        if not reopened:
            open_for = _closes_in(marks, index) if text[left_open] != '"' else 0
        if reopened or open_for:
            quotes.append(_Quote(index, left_open, len(text), closed=False, goes_on=continued))
            going_on = reopened
    return quotes


def _marks(text: str) -> list[tuple[int, bool]]:
    """The quotation marks of a paragraph: where each stands, and whether it opens."""
    marks: list[tuple[int, bool]] = []
    for found in _MARK.finditer(text):
        at, mark = found.start(), found.group()
        left = text[at - 1] if at else " "
        right = text[at + 1] if at + 1 < len(text) else " "
        starts = (
            left.isspace() or left in _BEFORE_OPENING or _MARK.match(left) is not None
        ) and not right.isspace()
        ends = not left.isspace()
        if mark in _OPENING:
            marks.append((at, starts or not ends or not (right.isspace() or right in ".,;")))
        elif mark in _CLOSING:
            marks.append((at, left.isspace() and not right.isspace()))
        elif left.isdigit() and (right.isspace() or right.isalnum()) and not (marks and marks[-1][1]):
            continue  # inches
        else:
            opened = bool(marks) and marks[-1][1]
            marks.append((at, starts and not (opened and ends and left in "—–-/")))
    return marks


def _spans(marks: Sequence[tuple[int, bool]], reopened: bool) -> tuple[list[tuple[int, int]], int | None]:
    """The outermost pairs of marks, and the mark that is left open at the end if one is."""
    spans: list[tuple[int, int]] = []
    depth, outer = 0, -1
    for at, opens in marks:
        if opens:
            outer = at if depth == 0 else outer
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                spans.append((outer, at))
    if depth == 0:
        return spans, None
    if reopened or not any(not opens for at, opens in marks if at > outer):
        return spans, outer
    last: int | None = None
    spans = []
    for at, opens in marks:  # marks that don't pair: each closes the one right before it
        if opens:
            last = at
        elif last is not None:
            spans.append((last, at))
            last = None
    return spans, last


def _closes_in(marks: Sequence[Sequence[tuple[int, bool]]], index: int) -> int:
    """In how many paragraphs a mark closes what this one leaves open; 0 where another opens first."""
    for ahead in range(1, min(_REACH, len(marks) - index - 1) + 1):
        if marks[index + ahead]:
            return 0 if marks[index + ahead][0][1] else ahead
    return 0


def _is_quotation(text: str, start: int, end: int) -> bool:
    inner = text[start + 1 : end]
    if len(inner.split()) < FEWEST_WORDS or _TITLED.search(text[max(0, start - 30) : start]):
        return False
    words = _LONG_WORD.findall(inner[:400])
    return any(word[0].islower() and word not in _SMALL for word in words)


def _name_speakers(paragraphs: Sequence[Paragraph], quotes: list[_Quote]) -> None:
    """Give each quotation its speaker: by its own words, then by what it goes on from or into."""
    announced: dict[int, str] = {}
    for position, quote in enumerate(quotes):
        text = paragraphs[quote.paragraph].text
        previous = quotes[position - 1] if position else None
        following = quotes[position + 1] if position + 1 < len(quotes) else None
        same = previous is not None and previous.paragraph == quote.paragraph
        left = previous.end if previous is not None and same else 0
        right = following.start if following and following.paragraph == quote.paragraph else len(text)
        before = text[max(left, quote.start - WINDOW) : quote.start]
        after = text[quote.end : min(right, quote.end + WINDOW)]
        if quote.goes_on and previous is not None:
            quote.speaker = previous.speaker
        own = _own_speaker(before, after, first=not same)
        if own == INHERITS:
            near = previous is not None and (
                same or (quote.start == 0 and previous.paragraph == quote.paragraph - 1)
            )
            quote.speaker = previous.speaker if near and previous is not None else ""
        elif own:
            quote.speaker = own
        elif not quote.speaker:
            quote.speaker = _neighbours_speaker(paragraphs, quote, previous, before, announced)
    for position in range(len(quotes) - 1, 0, -1):
        quote, previous = quotes[position], quotes[position - 1]
        if quote.goes_on and quote.speaker and not previous.speaker:
            previous.speaker = quote.speaker


def _own_speaker(before: str, after: str, *, first: bool) -> str:
    own = speaker_after(after)
    if own and own != INHERITS:
        return own
    led = speaker_before(before) if first or _NEXT_SENTENCE.search(before) else ""
    return led or own


def _neighbours_speaker(
    paragraphs: Sequence[Paragraph],
    quote: _Quote,
    previous: _Quote | None,
    before: str,
    announced: dict[int, str],
) -> str:
    if previous is not None and previous.paragraph == quote.paragraph:
        one_sentence = not _NEXT_SENTENCE.search(before)
        return previous.speaker if one_sentence and len(before) < WINDOW and before.strip() else ""
    if quote.start == 0 and quote.paragraph:
        index = quote.paragraph - 1
        if index not in announced:
            announced[index] = speaker_announced(paragraphs[index].text[-2 * WINDOW :])
        return announced[index]
    return ""
