"""From the words of a program to the patterns that are looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from presswatch.matching.normalise import normalise
from presswatch.matching.program import Program

Role = Literal["plain", "ambiguous", "never", "context"]

_BEFORE_BRACKET = re.compile(r"(?<=\w) ?(?=\()")
_HYPHEN = re.compile(r"(?<=\w)-(?=\w\w)")
_FIRST_SPACE = re.compile(r"(?<=\w) (?=\w)")
_ACRONYM_FIRST = re.compile(r"[A-Z]{2,}(?= \w)")


@dataclass(frozen=True, slots=True)
class Use:
    """What one pattern means to one program.

    ``term`` is as the user spelled it; ``program`` the program's place in the matcher's list.
    ``capitals_only``: written entirely in capitals, and found only so. ``capitals``: spelled with some.
    """

    program: int
    role: Role
    term: str
    open_ended: bool
    capitals_only: bool
    capitals: bool
    words: int

    @property
    def is_acronym(self) -> bool:
        """One word in capitals ("CAP")."""
        return self.capitals_only and self.words == 1


def patterns(programs: Sequence[Program]) -> dict[str, list[Use]]:
    """The normalised patterns of the programs' terms, and to whom each means what."""
    found: dict[str, list[Use]] = {}
    for index, program in enumerate(programs):
        terms: dict[Role, tuple[str, ...]] = {
            "plain": program.terms,
            "ambiguous": program.ambiguous_terms,
            "never": program.never,
            "context": program.context,
        }
        for role, of_role in terms.items():
            for term in of_role:
                use = _use(index, role, term)
                for pattern in spellings(term):
                    found.setdefault(pattern, []).append(use)
    return found


def spellings(term: str) -> set[str]:
    """The normalised forms under which a term is looked for.

    A space before an opening bracket may be there or not ("287(g)", "287 (g)"); a hyphen may be a
    space ("E-Verify", "E Verify"), and the first space a hyphen ("fugitive-operations team"); an
    acronym that comes first may be a possessive ("ICE detainer", "ICE's detainer").
    """
    bare = term.removesuffix("*")
    text = normalise(bare)
    forms = {_BEFORE_BRACKET.sub(space, text) for space in ("", " ")}
    forms |= {_HYPHEN.sub(" ", form) for form in forms}
    if acronym := _ACRONYM_FIRST.match(bare):
        forms.add(normalise(f"{acronym.group()}'s{bare[acronym.end() :]}"))
    return forms | {_FIRST_SPACE.sub("-", text, count=1)}


def _use(program: int, role: Role, term: str) -> Use:
    letters = [character for character in term if character.isalpha()]
    return Use(
        program=program,
        role=role,
        term=term,
        open_ended=term.endswith("*"),
        capitals_only=len(letters) > 1 and all(letter.isupper() for letter in letters),
        capitals=any(letter.isupper() for letter in letters),
        words=len(term.split()),
    )
