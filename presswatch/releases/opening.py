"""How a release opens: the release line or embargo, the subhead, the dateline."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from presswatch.matching.normalise import normalise
from presswatch.releases.days import DATE, iso_day
from presswatch.releases.lines import Line
from presswatch.releases.part import Part
from presswatch.releases.places import ALONE, CITY, NO_CITY, REGION

_OPENING = 14  # lines
_LONG = 200  # characters: a line of the release's own text
_EMBARGO = re.compile(
    r"(?i)[\W_]{0,4}(?:"
    rf"(?P<now>for immediate (?:release|distribution)|para (?:su )?(?:publicación|difusión"
    rf"|distribución) inmediata"
    rf")\b(?:[\s:,|–—-]{{0,5}}{DATE})?"
    r"|(?:(?:strictly )?embargoed(?: (?:until|till|for)\b|:)|under (?:strict )?embargo until\b"
    r"|embargo(?: until\b| hasta\b|:)|embargad[oa] hasta\b|bajo embargo hasta\b|hold for release until\b"
    r"|not for (?:release|publication) (?:until|before)\b|no publicar antes del?\b)[^\n]{0,160})"
)
_DATE = re.compile(DATE)
_DATE_LINE = re.compile(rf"[^\n]{{0,40}}?{DATE}[^\n]{{0,20}}$")
_PLACE = rf"{CITY}(?:, {{0,2}}{REGION}){{0,2}}"
_DATELINE = re.compile(
    rf"(?P<lead>\(?{DATE}\)?\s{{0,3}}(?:[|,–—:]|-{{1,2}})?\s{{0,3}})?"
    rf"(?:(?P<bracket>[(\[])\s?(?P<within>{_PLACE})(?:\s?[,;|–—-]?\s{{0,2}}(?P<within_date>{DATE}))?\s?[)\]]"
    rf"|(?P<place>{_PLACE}))"
    rf"(?:\s{{0,2}}[,|]?\s{{0,3}}(?:[–—]|-{{1,2}})?\s{{0,3}}[(\[]?(?P<date>{DATE})[)\]]?)?"
    r"(?:\s{0,2}\([A-Z][\w .&/]{1,30}\))?"  # the wire service
    r"(?P<stop>\s{0,3}[.,]?\s{0,3}(?:[–—―‒−]{1,3}|-{2,3})|\s{1,3}-(?=\s)|-(?=\s)|\s{0,3}\||[.:](?=\s)|[.:]?$)"
)
_HAS_REGION = re.compile(rf",\s{{0,2}}{REGION}$")
_SENTENCE_END = (".", "!", "?", ":", ";", ",", "”", '"', "»", "…", ")")
_NO_SUBHEAD = re.compile(
    r"(?i)[\W_]{0,3}(?:by|por|photo|foto|image|imagen|video|share|compartir|print|download|descargar|watch"
    r"|click|"
    r"listen|tags?|posted|published|publicado|updated|home|press releases?|news releases?|comunicado|media "
    r"advisory|news|contacts?|date|fecha|read|via|release|rep\.|sen\.|senator|washington office)\b"
)
_BYLINE = re.compile(r"(?:By|BY|Por|POR) (?=[^\W\d_a-z])")
_DATES_OR_ADDRESSES = re.compile(rf"(?:{DATE})|https?://|@|\d{{3}}[-./ ]\d{{4}}")


def embargoes(lines: list[Line]) -> tuple[list[Part], list[Line]]:
    """The release lines among the first lines of a release, and the lines that are left without them."""
    parts: list[Part] = []
    left: list[Line] = []
    opening = lines[:_OPENING]
    skip = -1
    for index, line in enumerate(opening):
        if index == skip:
            continue
        found = _EMBARGO.match(line.text)
        if found is None:
            left.append(line)
            continue
        written = found.group().strip()
        day = _DATE.search(written)
        if day and len(line.text) > _LONG:
            written = written[: day.end()]
        end = line.start + len(written)
        following = opening[index + 1] if index + 1 < len(opening) else None
        if not found["now"] and following and not iso_day(written) and _DATE_LINE.match(following.text):
            written, end, skip = f"{written} {following.text}", following.end, index + 1
        elif end < line.end:
            rest = line.text[end - line.start :].lstrip(" \t|–—-:*_")
            if rest:
                left.append(line._replace(start=line.end - len(rest), text=rest))
            if rest in (")", "]") or not rest:
                end = line.end
        parts.append(Part("embargo", line.start, end, written, iso_day(written)))
    return parts, left + lines[_OPENING:]


def dateline(lines: Sequence[Line], taken: Collection[int]) -> tuple[Part, int] | None:
    """The dateline and the index of its line; ``taken`` are the indices of lines that are other parts.

    A line begins with a place and a dash, a date or both. A place that could be any word must be written
    in capitals, name its state or country, or be a city that stands alone (Associated Press Stylebook).
    """
    long_lines = 0
    for index, line in enumerate(lines[:_OPENING]):
        if index in taken:
            continue
        part = _dateline_of(line)
        if part is not None:
            return part, index
        long_lines += len(line.text) > _LONG
        if long_lines > 1:
            break
    return None


def _dateline_of(line: Line) -> Part | None:
    found = _DATELINE.match(line.text[:240])
    if found is None:
        return None
    place: str = found["within"] or found["place"]
    day: str = found["date"] or found["within_date"] or found["lead"] or ""
    stop: str = found["stop"].strip()
    rest = line.text[found.end() :].lstrip()
    if rest[:1].islower() or not _stands(place, bool(day), bool(found["bracket"]), stop, bool(rest)):
        return None
    end = line.start + len(line.text[: found.end()].rstrip())
    return Part("dateline", line.start, end, place, iso_day(day))


def _stands(place: str, dated: bool, bracketed: bool, stop: str, followed: bool) -> bool:
    city = place.split(",", 1)[0]
    words = city.lower().split()
    if not NO_CITY.isdisjoint(words):
        return False
    located = _HAS_REGION.search(place) is not None
    known = city.lower() in ALONE
    capitals = city.isupper() and (len(words) > 1 or len(city) > 5)
    named = located or known or capitals
    if stop in ("", ".", ":") and not followed:
        return dated and named
    if stop == ".":
        return (dated and not bracketed) or known or (located and not place.endswith("."))
    if stop == ":":
        return located and (dated or not bracketed)
    return named or (dated and not bracketed)


def subheads(title: str, lines: Sequence[Line], before: int, taken: Collection[int]) -> list[Part]:
    """The short lines before the dateline's line that end without a full stop and don't repeat the title."""
    parts: list[Part] = []
    headline = normalise(title)
    for index, line in enumerate(lines[:before]):
        if index in taken or _NO_SUBHEAD.match(line.text) or _DATES_OR_ADDRESSES.search(line.text):
            continue
        written = normalise(line.text)
        if headline and (written in headline or headline in written):
            continue
        if not 4 <= len(written.split()) <= 40 or len(line.text) > _LONG or line.text.endswith(_SENTENCE_END):
            return []  # the opening isn't only headlines
        parts.append(Part("subhead", line.start, line.end, ""))
    return parts if len(parts) <= 3 and not any(_BYLINE.match(line.text) for line in lines[:before]) else []
