"""Who signed: the list of names after the line that announces it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

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
    reading = _Reading(lines, taken)
    found: list[tuple[Part, range]] = []
    index = 0
    while index < len(lines):
        head = None if index in taken else _HEAD.match(lines[index].text[:400])
        if head is None:
            index += 1
            continue
        part, after = reading.list_after(index, head)
        if part is not None:
            found.append((part, range(index, after)))
        index = max(after, index + 1)
    return found


class _Reading:
    """The lines of a release, where lists of names are looked for.

    A text may be nothing but lines that announce a list. So no line is gone through for each of them:
    where a list had too few names, what is announced within it has no more.
    """

    def __init__(self, lines: Sequence[Line], taken: Collection[int]) -> None:
        self._lines = lines
        self._taken = taken
        self._firsts: dict[int, int] = {}
        self._runs: dict[int, list[str]] = {}
        self._too_few_up_to = 0

    def list_after(self, head: int, found: re.Match[str]) -> tuple[Part | None, int]:
        """The list that a line announces, and the index of the line after it."""
        line = self._lines[head]
        inline = line.text[found.end() :].strip()
        if inline:
            closed = (found["stop"] or found["colon"] or "").strip() == ":"
            names = _run(inline) if closed else []
            part = self._part(head, head, names)
            return part, head + 1
        first = self._first_name(head + 1)
        if names := self._run_at(first):
            return self._part(head, first, names), first + 1
        if first < self._too_few_up_to:
            return None, head + 1
        names, last, end = self._names_from(first)
        part = self._part(head, last, names)
        if part is None:
            self._too_few_up_to = end
            return None, head + 1
        return part, last + 1

    def _part(self, head: int, last: int, names: list[str]) -> Part | None:
        if len(names) < FEWEST:
            return None
        return Part("signatories", self._lines[head].start, self._lines[last].end, "\n".join(names))

    def _names_from(self, first: int) -> tuple[list[str], int, int]:
        """Names line by line from there on, the last line that holds one, and the first that is none."""
        names, last, index = [], first, first
        while self._is_free(index):
            if not self._is_heading(index):
                name = self._name_at(index)
                if not name:
                    break
                if not _JOB.match(name):
                    names.append(name)
                last = index
            index += 1
        return names, last, index

    def _run_at(self, index: int) -> list[str]:
        if index not in self._runs:
            self._runs[index] = _run(self._lines[index].text) if self._is_free(index) else []
        return self._runs[index]

    def _first_name(self, index: int) -> int:
        """The first line from there on that is neither a heading nor somebody's job."""
        end = index
        while end not in self._firsts and self._is_free(end) and self._leads_on(end):
            end += 1
        first = self._firsts.get(end, end)
        self._firsts.update(dict.fromkeys(range(index, end + 1), first))
        return first

    def _is_free(self, index: int) -> bool:
        return index < len(self._lines) and index not in self._taken

    def _leads_on(self, index: int) -> bool:
        return self._is_heading(index) or _JOB.match(self._name_at(index)) is not None

    def _is_heading(self, index: int) -> bool:
        """Whether a line within a list heads its next names ("State and local:")."""
        text = self._lines[index].text
        followed = index + 1 < len(self._lines)
        return text.endswith(":") and len(text) <= 60 and followed and _is_name(text[:-1])

    def _name_at(self, index: int) -> str:
        """The name that a line is; empty where it is none."""
        name = _BULLET.sub("", self._lines[index].text, count=1).strip(" ;,")
        return name if _is_name(name) else ""


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
