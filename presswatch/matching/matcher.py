"""Finding programs in releases: every term of every program in one pass."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ahocorasick_rs import AhoCorasick

from presswatch.matching.mention import Field, Mention
from presswatch.matching.normalise import Normalised, normalise, normalise_with_offsets
from presswatch.matching.program import Program
from presswatch.matching.snippet import snippet

Role = Literal["plain", "ambiguous", "context", "never"]

NEAR = 300
"""How far from an ambiguous term a context word still counts, in normalised characters."""


@dataclass(frozen=True, slots=True)
class _Use:
    """What one pattern means to one program."""

    program: int
    role: Role
    term: str
    open_ended: bool
    capitals_only: bool
    spelled_with_capitals: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    """One place in one field where one program's pattern stands, in normalised offsets."""

    use: _Use
    field: Field
    start: int
    end: int


class Matcher:
    """Finds the mentions of a fixed set of programs.

    Building one costs time in proportion to the terms; :func:`matcher_for` keeps the recent ones.
    """

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = tuple(programs)
        self._rules = tuple(program.version for program in self.programs)
        uses: dict[str, list[_Use]] = {}
        for index, program in enumerate(self.programs):
            roles: tuple[tuple[Role, tuple[str, ...]], ...] = (
                ("plain", program.terms),
                ("ambiguous", program.ambiguous_terms),
                ("context", program.context),
                ("never", program.never),
            )
            for role, terms in roles:
                for term in terms:
                    use = _use(index, role, term)
                    uses.setdefault(normalise(term.removesuffix("*")), []).append(use)
        self._patterns = list(uses)
        self._uses = list(uses.values())
        self._automaton = AhoCorasick(self._patterns)

    def find(self, title: str, text: str) -> tuple[Mention, ...]:
        """Every mention in a release, title first, in the order in which they stand."""
        fields: dict[Field, str] = {"title": title, "text": text}
        hits = [hit for field, value in fields.items() for hit in self._hits(field, normalise(value))]
        if not any(hit.use.role in ("plain", "ambiguous") for hit in hits):
            return ()
        originals = {field: normalise_with_offsets(value) for field, value in fields.items()}
        hits = [hit for hit in hits if _spelling_fits(hit, originals[hit.field])]
        by_program: dict[int, list[_Hit]] = {}
        for hit in hits:
            by_program.setdefault(hit.use.program, []).append(hit)
        mentions = [
            mention for index, own in by_program.items() for mention in self._judge(index, own, originals)
        ]
        return tuple(sorted(mentions, key=lambda m: (m.field != "title", m.start, m.end, m.program)))

    def _hits(self, field: Field, text: str) -> Iterable[_Hit]:
        for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start and text[start].isalnum() and text[start - 1].isalnum():
                continue
            runs_on = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
            for use in self._uses[pattern]:
                if not runs_on:
                    yield _Hit(use, field, start, end)
                elif use.open_ended:
                    yield _Hit(use, field, start, _word_end(text, end))

    def _judge(self, index: int, hits: list[_Hit], originals: dict[Field, Normalised]) -> list[Mention]:
        """The mentions of one program among its hits."""
        never = [hit for hit in hits if hit.use.role == "never"]
        named = [
            hit
            for hit in hits
            if hit.use.role in ("plain", "ambiguous") and not any(_within(hit, phrase) for phrase in never)
        ]
        plain = next((hit for hit in named if hit.use.role == "plain"), None)
        context = [hit for hit in hits if hit.use.role == "context"]
        kept: list[_Hit] = []
        mentions: list[Mention] = []
        for hit in sorted(named, key=lambda h: (h.field, h.start - h.end, h.start)):  # the longest first
            if any(_within(hit, longer) for longer in kept):
                continue
            why = self._why(hit, plain, context, originals)
            if why:
                kept.append(hit)
                mentions.append(self._mention(index, hit, originals[hit.field], why))
        return mentions

    def _why(
        self, hit: _Hit, plain: _Hit | None, context: list[_Hit], originals: dict[Field, Normalised]
    ) -> str:
        """Why the hit counts, in plain words; empty where it doesn't."""
        name = self.programs[hit.use.program].name
        found = _found(hit, originals)
        if hit.use.role == "plain":
            is_name = normalise(found) == normalise(name)
            return f"“{found}” is its name" if is_name else f"“{found}” always means {name}"
        if plain is not None:
            return f"“{found}” beside “{_found(plain, originals)}”, which always means {name}"
        if hit.use.spelled_with_capitals and found == found.lower():
            return ""
        near = next((word for word in context if _near(hit, word)), None)
        return f"“{found}” with “{_found(near, originals)}” near by" if near else ""

    def _mention(self, index: int, hit: _Hit, normalised: Normalised, why: str) -> Mention:
        start, end = normalised.span(hit.start, hit.end)
        passage, passage_start = snippet(normalised.original, start, end)
        return Mention(
            program=self.programs[index].id,
            term=hit.use.term,
            field=hit.field,
            start=start,
            end=end,
            snippet=passage,
            snippet_start=passage_start,
            why=why,
            rule=self._rules[index],
        )


@lru_cache(maxsize=8)
def matcher_for(programs: tuple[Program, ...]) -> Matcher:
    """A matcher for these programs, built once."""
    return Matcher(programs)


def _use(program: int, role: Role, term: str) -> _Use:
    letters = [character for character in term if character.isalpha()]
    return _Use(
        program=program,
        role=role,
        term=term,
        open_ended=term.endswith("*"),
        capitals_only=len(letters) > 1 and all(letter.isupper() for letter in letters),
        spelled_with_capitals=any(letter.isupper() for letter in letters),
    )


def _spelling_fits(hit: _Hit, normalised: Normalised) -> bool:
    """An acronym ("ICE", "CAP") is written in capitals; the same letters in lower case are a word."""
    if not hit.use.capitals_only:
        return True
    start, end = normalised.span(hit.start, hit.end)
    found = normalised.original[start:end]
    return found == found.upper()


def _found(hit: _Hit, originals: dict[Field, Normalised]) -> str:
    """The words as they stand in the original, on one line and without invisible characters."""
    normalised = originals[hit.field]
    start, end = normalised.span(hit.start, hit.end)
    visible = (c for c in normalised.original[start:end] if unicodedata.category(c) != "Cf")
    return " ".join("".join(visible).split())


def _within(inner: _Hit, outer: _Hit) -> bool:
    return inner.field == outer.field and outer.start <= inner.start and inner.end <= outer.end


def _near(hit: _Hit, word: _Hit) -> bool:
    """A word of the title is near everything, and everything is near the title."""
    if _within(word, hit):
        return False
    if "title" in (hit.field, word.field):
        return True
    return word.end >= hit.start - NEAR and word.start <= hit.end + NEAR


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end].isalnum():
        end += 1
    return end
