"""Whom the press may call: contact lines, with their mail addresses and phone numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from presswatch.releases.lines import Line
from presswatch.releases.part import Part

_LONG = 160  # characters of a line that can still be one of a contact block
_MOST_LINES = 12
_HEAD = re.compile(
    r"(?i)[^\w\n]{0,4}(?P<head>"
    r"(?:(?:for )?(?:media|press|news|communications?) )?contacts?(?: information| info| person"
    r"| for (?:the )?"
    r"(?:media|press))?(?=\s{0,2}(?::|$|[–—]\s))"
    r"|(?:media|press) contacts?\b(?! with)"
    r"|(?:media|press) (?:inquiries|enquiries|queries)(?=\s{0,2}(?::|$))"
    r"|contactos?(?: de| para(?: la)?)? ?(?:prensa|medios)?(?=\s{0,2}(?::|$))"
    r"|for (?:more|further|additional) information,? (?:please )?(?:contact|call|e-?mail)\b"
    r"|for (?:media|press) (?:inquiries|enquiries|queries|information|interviews),? (?:please )?"
    r"(?:contact|call|e-?mail|reach out to)\b"
    r"|para (?:más|mayor|mayores) (?:información|informes),? (?:por favor )?"
    r"(?:contact(?:e|ar)|comun[ií]ca(?:rse|te)|comuníquese|llam(?:e|ar))\b"
    r")"
)
_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
_PHONE = (
    r"(?<![\d/.-])(?:\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}"
    r"|(?:1[ .-])?(?:\(\d{3}\)|\d{3})\s{0,2}[./–-]?\s{0,2}\d{3}[ .–-]\d{4}|\d{2} \d{4} \d{4})(?!\d)"
    r"(?:,? ?(?:ext\.?|x) ?\d{1,5})?"
)
_REACHED_AT = re.compile(f"{_MAIL}|{_PHONE}")
_ENDS_SENTENCE = re.compile(r"[a-záéíóúñ]{3}[.!?][”\"']?$")
_ENDED = re.compile(
    r"[#*\s-]{3,}$|-?\s?30\s?-?$|(?:about|acerca|sobre)\b|[“\"«]|[^\n]{0,60}[–—]\s|[^\n]{0,60}\s--\s", re.I
)


def contacts(lines: Sequence[Line]) -> list[tuple[Part, range]]:
    """The contact blocks of a release, each with the indices of its lines.

    A block begins with a line that says so and goes on over lines with a mail address or phone number, and
    the short lines (names) that lead up to one.
    """
    found: list[tuple[Part, range]] = []
    index = 0
    while index < len(lines):
        head = _HEAD.match(lines[index].text[:120])
        last = _last_line(lines, index, head["head"]) if head else None
        if last is None:
            index += 1
            continue
        start, end = lines[index].start, lines[last].end
        reached = [
            at.group().strip() for line in lines[index : last + 1] for at in _REACHED_AT.finditer(line.text)
        ]
        found.append(
            (Part("contacts", start, end, "\n".join(dict.fromkeys(reached))), range(index, last + 1))
        )
        index = last + 1
    return found


def _last_line(lines: Sequence[Line], head: int, words: str) -> int | None:
    first = lines[head]
    sentence = " " in words and words[:3].lower() in ("for", "par")
    if len(first.text) > (300 if sentence else _LONG):
        return None
    last: int | None = None
    if _REACHED_AT.search(first.text) or _names_someone(first.text, words):
        last = head
    waiting = 0
    for index in range(head + 1, min(head + _MOST_LINES, len(lines))):
        line = lines[index]
        if len(line.text) > _LONG or _ENDED.match(line.text) or _HEAD.match(line.text[:120]):
            break
        if _REACHED_AT.search(line.text):
            last, waiting = index, 0
        elif len(line.text) > 80 or _ENDS_SENTENCE.search(line.text) or waiting == 2:
            break
        else:
            waiting += 1
    return last


def _names_someone(text: str, words: str) -> bool:
    rest = text[text.index(words) + len(words) :].strip(" :–—-*_\t")
    return len(rest) <= 100 and len(rest.split()) >= 2 and rest[:1].isupper()
