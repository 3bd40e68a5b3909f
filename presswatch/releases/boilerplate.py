"""The end of a release: its end mark, and what it says about whoever publishes it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from presswatch.releases.lines import Line
from presswatch.releases.part import Part

_LONGEST = 4000  # characters: what goes on for longer is the release's own text
_HASHES = re.compile(r"#(?:\s{0,3}#){2,20}$|[-–—]{0,2}\s?30\s?[-–—]{1,2}$|[-–—]{1,2}\s?30\s?[-–—]{0,2}$")
_STARS = re.compile(r"\*(?:\s{0,3}\*){2,20}$|[-–—]?\s?ENDS?\s?[-–—]?$|[-–—]\s?FIN\s?[-–—]$")
_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_WORD = rf"(?:[A-Z]\.(?:[A-Z]\.){{0,3}}|(?:{_UPPER}|\d)[\w’'&.-]{{0,30}}[\w’']|{_UPPER})"
_SMALL = r"(?:of|the|for|and|in|on|to|at|&|de|del|la|las|los|el|y|para|por|en|con)"
_NAME = rf"{_WORD}(?:,? (?:{_SMALL} ){{0,3}}{_WORD}){{0,11}}"
_ABOUT = re.compile(
    rf"(?:(?:About|ABOUT|Acerca [Dd]e(?:l| la| las| los)?|ACERCA DE(?:L| LA| LAS| LOS)?|Sobre(?: el| la"
    rf"| las| los)?|SOBRE)"
    rf" (?:(?:the|THE|The) )?(?P<name>{_NAME}(?: ?\([^()\n]{{1,30}}\))?)|About [Uu]s|ABOUT US"
    rf"|Sobre nosotr[oa]s|"
    rf"Quiénes somos|Acerca de nosotr[oa]s)\s?(?P<stop>:|[.]?$)"
)
_TOPIC = re.compile(
    r"(?i)(?:bill|act|law|rule|report|study|survey|poll|data|program|programs|case|lawsuit|plan|letter|event|"
    r"initiative|legislation|briefing|hearing|webinar|campaign|book|film|decision|order|proyecto|ley|informe|"
    r"estudio|programa|caso|reform|reforma|reforms|project 20\d\d|amendment|resolution|proposal|process"
    r"|policy|"
    r"grant|grants|award|awards|author|authors|us|immigration|migration|inmigración)$"
)
_SELF = re.compile(
    rf"(?:(?:The|La|El|Los|Las) )?(?P<name>{_NAME})(?: ?\((?:the )?[“\"]?[^()\n]{{1,30}}\))?,?"
    r"(?:,? (?:based in|founded in|con sede en|fundad[oa] en)[^,.\n]{1,60},)? "
    r"(?:(?P<strict>(?:is|are) (?:an? |the )?(?:[\w’'-]{1,20},? ){0,6}?(?:nonprofit|non-profit"
    r"|not-for-profit|nonpartisan|"
    r"non-partisan|501\(c\)|organi[sz]ation|coalition of|advocacy|think tank|membership|grassroots)"
    r"|es una? (?:[\w-]{1,20} ){0,3}?(?:organización|coalición|asociación|red)\b)"
    r"|(?P<loose>(?:is|are) (?:an?|the|one of)\b|works (?:to|for|with)\b|represents\b|es (?:una?|el|la)\b))"
)
_NO_SELF = frozenset("it this that he she they there we who what today here his her".split())
_FOLLOW = re.compile(
    r"(?i)(?:(?:to )?learn more|(?:for )?more information|visit|follow (?:us|\w+ on)|connect with"
    r"|on the web|find us|"
    r"más información|visite|síg[ua]enos|https?://|www\.)"
)


def end_marks(lines: Sequence[Line], taken: dict[int, str]) -> list[tuple[Part, range]]:
    """The marks that end a release ("###", "-30-"), each with the index of its line.

    Stars and "END" also set sections apart, so they count only where nothing but contacts or a
    boilerplate's beginning follows.
    """
    found: list[tuple[Part, range]] = []
    for index in range(1, len(lines)):
        line = lines[index]
        if index in taken or len(line.text) > 60:
            continue
        last = index + 1 == len(lines) or (index + 1) in taken or _begins(lines[index + 1].text)
        if _HASHES.match(line.text) or (last and _STARS.match(line.text)):
            found.append((Part("end-mark", line.start, line.end, ""), range(index, index + 1)))
    return found


def _begins(text: str) -> bool:
    return _ABOUT.match(text[:200]) is not None or _SELF.match(text[:400]) is not None


def boilerplates(lines: Sequence[Line], taken: dict[int, str]) -> list[Part]:
    """What a release says about its publishers; ``taken`` are the other parts' lines, by index.

    It begins under a heading ("About …"), after the end mark with a sentence on what its subject is, or
    without either in the last paragraphs with "… is a nonprofit …", and runs until the next part.
    """
    parts: list[Part] = []
    ended = min((index for index, kind in taken.items() if kind == "end-mark"), default=len(lines))
    index = 1
    while index < len(lines):
        begun = None if index in taken else _beginning(lines, index, taken, ended)
        if begun is None:
            index += 1
            continue
        headed = _ABOUT.match(lines[index].text[:200]) is not None
        after = index + 1
        while (
            after < len(lines) and after not in taken and not _next_begins(lines, after, taken, ended, headed)
        ):
            after += 1
        start, end = lines[index].start, lines[after - 1].end
        if end - start <= _LONGEST:
            parts.append(Part("boilerplate", start, end, begun))
        index = after
    return parts


def _next_begins(lines: Sequence[Line], index: int, taken: dict[int, str], ended: int, headed: bool) -> bool:
    """Whether another boilerplate begins at this line: under a heading, only another heading tells."""
    if headed and _ABOUT.match(lines[index].text[:200]) is None:
        return False
    return _beginning(lines, index, taken, ended) is not None


def _beginning(lines: Sequence[Line], index: int, taken: dict[int, str], ended: int) -> str | None:
    """Whom the boilerplate that begins at this line is about; none where none begins."""
    heading = _ABOUT.match(lines[index].text[:200])
    if heading:
        return _headed(lines, index, heading, taken, ended)
    about = _SELF.match(lines[index].text[:400])
    if about is None or about["name"].lower() in _NO_SELF:
        return None
    if index > ended or (about["strict"] and _in_tail(lines, index, taken, ended)):
        return about["name"]
    return None


def _headed(
    lines: Sequence[Line], index: int, heading: re.Match[str], taken: dict[int, str], ended: int
) -> str | None:
    name = heading["name"] or ""
    alone = heading.end() == len(lines[index].text)
    if alone and (index + 1 == len(lines) or index + 1 in taken):
        return None
    if _TOPIC.search(name) or (index < ended and index * 3 < len(lines)):
        return None
    if name or not alone:
        return name
    about = _SELF.match(lines[index + 1].text[:400])
    return about["name"] if about else ""


def _in_tail(lines: Sequence[Line], index: int, taken: dict[int, str], ended: int) -> bool:
    """Whether only contacts and more of the same follow a line, up to the end."""
    after = range(index + 1, min(ended, len(lines)))
    if len(after) > 6 or index < 2:
        return False
    for other in after:
        text = lines[other].text[:400]
        if other in taken or _FOLLOW.match(text):
            continue
        about = _SELF.match(text)
        if about is None or not about["strict"]:
            return False
    return True
