"""Who signed: the list of names after the line that announces it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from presswatch.releases.lines import Line
from presswatch.releases.part import Part

FEWEST = 3
_LONGEST = 160  # characters of a line that can still be one name
_SIGNING = (
    r"(?:sign|endors|join|support|submit|issu|releas|oppos|urg|call|ask|stand|write|wrote|back|condemn|adher|"
    r"firm|suscrib|apoy|respald)"
)
_HEAD = re.compile(
    r"(?i)[\W_]{0,4}(?:"
    r"(?P<plain>(?:co-?)?signed(?: on)?(?: by)?|(?:list of |full list of "
    r"|current )?(?:co-?)?(?:signatories|signers)"
    r"|signatory organi[sz]ations|undersigned(?: organi[sz]ations| groups)?"
    r"|(?:las )?(?:organizaciones )?firmantes|"
    r"(?:las organizaciones )?abajo firmantes|firman|firmado por|suscriben"
    r"|(?:the|this|our) (?:[\w-]{1,20} ){1,4}(?:was|is|has been) (?:co-?)?signed(?: on to)? by"
    r"|(?:la|el|esta|este) (?:\w{1,20} ){1,4}(?:fue|es|está|ha sido) (?:firmad|suscrit)[oa] por)"
    r"(?P<stop>\s{0,2}[:,]|\s{0,2}[.:]?$)"
    r"|(?P<sentence>(?:the )?undersigned\b|(?:las |los )?(?:abajo )?firmantes\b"
    r"|las organizaciones firmantes\b|"
    rf"las siguientes organizaciones\b(?=[^\n]{{0,80}}{_SIGNING}|\s{{0,2}}:)|"
    rf"the following (?:[\w-]{{1,20}} ){{0,4}}(?:organi[sz]ations|groups|individuals|coalitions)\b"
    rf"(?=[^\n]{{0,100}}\b{_SIGNING}|\s{{0,2}}:))[^\n:]{{0,160}}(?P<colon>:))"
)
_BULLET = re.compile(r"(?:[•·▪■◦●○*–—-]|\d{1,3}[.)])\s{1,3}")
_SENTENCE_STOP = re.compile(r"(?<!Inc)(?<!Corp)(?<!Co)(?<!Jr)(?<!Sr)(?<!Ltd)(?<!\b[A-Z])[.!?:]$")
_SMALL = frozenset(
    "of the and for in on at to a an de del la las los el y e para por con en al & da do van von".split()
)
_JOB = re.compile(
    r"(?i)(?:the )?(?:(?:co-?|vice |deputy |associate |senior |executive |national |policy |legal )*"
    r"(?:director|president|chair(?:man|woman|person)?|coordinator|manager|counsel|attorney|organi[sz]er"
    r"|founder|"
    r"secretary|treasurer|officer|spokes(?:man|woman|person)|presidenta?|directora?|coordinadora?))"
    r"(?: ejecutiv[oa]| of [\w ]{1,40}| de [\w ]{1,40})?$"
)
_LAST_OF_RUN = re.compile(r"(?:and|y|e|&)\s{1,3}", re.I)


def signatories(lines: Sequence[Line], taken: dict[int, str]) -> list[tuple[Part, range]]:
    """The lists of signatories, each with the indices of its lines; ``taken`` are lines of other parts.

    The list ends with the first line that is no name. Fewer than three names are no list.
    """
    found: list[tuple[Part, range]] = []
    index = 0
    while index < len(lines):
        head = None if index in taken else _HEAD.match(lines[index].text[:400])
        if head is None:
            index += 1
            continue
        part, after = _list_after(lines, index, head, taken)
        if part is not None:
            found.append((part, range(index, after)))
        index = max(after, index + 1)
    return found


def _list_after(
    lines: Sequence[Line], head: int, found: re.Match[str], taken: dict[int, str]
) -> tuple[Part | None, int]:
    line = lines[head]
    inline = line.text[found.end() :].strip()
    if inline:
        closed = (found["stop"] or found["colon"] or "").strip() == ":"
        names = _run(inline) if closed else []
        part = Part("signatories", line.start, line.end, "\n".join(names)) if len(names) >= FEWEST else None
        return part, head + 1
    names, last = [], head
    index = head + 1
    while index < len(lines) and index not in taken:
        text = lines[index].text
        if not names and (run := _run(text)):
            names, last = run, index
            break
        name = _BULLET.sub("", text, count=1).strip(" ;,")
        if _is_heading(lines, index):
            index += 1
            continue
        if not _is_name(name):
            break
        if not _JOB.match(name):
            names.append(name)
        last = index
        index += 1
    if len(names) < FEWEST:
        return None, head + 1
    return Part("signatories", line.start, lines[last].end, "\n".join(names)), last + 1


def _run(text: str) -> list[str]:
    """The names of a run set apart by semicolons or commas; none where it isn't one."""
    run = text.removesuffix(".")
    separator = ";" if run.count(";") >= FEWEST - 1 else ","
    if run.count(separator) < FEWEST - 1 or len(run) > 20_000:
        return []
    names = [
        _LAST_OF_RUN.sub("", piece.strip(), count=1) if _LAST_OF_RUN.match(piece.strip()) else piece.strip()
        for piece in run.split(separator)
    ]
    names = [name for name in names if name]
    return names if len(names) >= FEWEST and all(map(_is_name, names)) else []


def _is_heading(lines: Sequence[Line], index: int) -> bool:
    """Whether a line within a list heads its next names ("State and local:")."""
    text = lines[index].text
    return text.endswith(":") and len(text) <= 60 and index + 1 < len(lines) and _is_name(text[:-1])


def _is_name(text: str) -> bool:
    """Whether a line reads as a name: short, no sentence, its words in capitals but for the small ones."""
    if (
        not 2 <= len(text) <= _LONGEST
        or _SENTENCE_STOP.search(text)
        or not (text[0].isalnum() or text[0] in '¡¿(“"')
    ):
        return False
    words = [word.strip("()[]“”\"'’,;:/-–—*") for word in text.split()]
    words = [word for word in words if word and word.lower() not in _SMALL]
    lowered = sum(word[0].islower() for word in words)
    return 0 < len(words) <= 18 and lowered * 4 <= len(words)
