"""Whether a place where a program's word stands means the program, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from presswatch.matching.document import Document, Hit
from presswatch.matching.normalise import normalise
from presswatch.matching.places import Fixed, Growing
from presswatch.matching.program import Program

NEAR = 300
"""How far from an ambiguous term a context word still counts, in normalised characters."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A place, whether it counts, and the reason in plain words."""

    hit: Hit
    counts: bool
    why: str


class Case:
    """One program in one release: the places where its words stand, weighed against each other.

    ``context`` gives the places of the program's context words; it is asked only where it matters.
    """

    def __init__(
        self, program: Program, document: Document, hits: Sequence[Hit], context: Callable[[], Sequence[Hit]]
    ) -> None:
        self.program = program
        self.document = document
        self._context = context
        self._introductions: dict[str, tuple[str, bool] | None] = {}
        never = Fixed(hit for hit in hits if hit.use.role == "never")
        named = [hit for hit in hits if hit.use.role != "never" and self._spelled_right(hit)]
        self.excluded = [(hit, never.around(hit)) for hit in named]
        self.named = [hit for hit, phrase in self.excluded if phrase is None]
        self.plain = {hit: None for hit in self.named if self._is_plain(hit)}

    def verdicts(self) -> list[Verdict]:
        """A verdict for each place; of places inside each other that count, only the longest is kept."""
        judged = [Verdict(hit, False, self._never(hit, phrase)) for hit, phrase in self.excluded if phrase]
        kept: list[Hit] = []
        holding = Growing()
        # Acronyms come last: what they stand for must have been weighed.
        for hit in sorted(self.named, key=lambda h: (h.use.is_acronym, h.start - h.end, h.start)):
            if holding.hold(hit):
                continue
            verdict = self._weigh(hit, kept)
            judged.append(verdict)
            if verdict.counts:
                kept.append(hit)
                holding.add(hit)
        return judged

    @cached_property
    def context(self) -> Fixed:
        """Where the program's context words stand."""
        return Fixed(hit for hit in self._context() if self._spelled_right(hit))

    def _spelled_right(self, hit: Hit) -> bool:
        """An acronym ("ICE", "CAP") is written in capitals; the same letters in small are a word."""
        return not hit.use.capitals_only or self.document.in_capitals(hit)

    def _is_plain(self, hit: Hit) -> bool:
        """Several words in capitals mean nothing where everything is in capitals ("ICE ACCESS TO …")."""
        if hit.use.role != "plain":
            return False
        return not (hit.use.capitals_only and hit.use.words > 1 and self.document.amid_capitals(hit))

    def _never(self, hit: Hit, phrase: Hit) -> str:
        return f"“{self.document.found(hit)}” in “{self.document.found(phrase)}”, which never means it"

    def _weigh(self, hit: Hit, kept: Sequence[Hit]) -> Verdict:
        """The first rule that has something to say decides."""
        return (
            self._as_introduced(hit, kept)
            or self._as_plain(hit)
            or self._as_beside_plain(hit)
            or self._as_other_words(hit)
            or self._as_supported(hit)
            or Verdict(
                hit, False, f"“{self.document.found(hit)}” may mean something else; nothing here decides"
            )
        )

    def _as_plain(self, hit: Hit) -> Verdict | None:
        if hit not in self.plain:
            return None
        found, name = self.document.found(hit), self.program.name
        is_name = _normalised(found) == _normalised(name)
        return Verdict(hit, True, f"“{found}” is its name" if is_name else f"“{found}” always means {name}")

    def _as_beside_plain(self, hit: Hit) -> Verdict | None:
        if not self.plain:
            return None
        found, beside = self.document.found(hit), self.document.found(next(iter(self.plain)))
        return Verdict(hit, True, f"“{found}” beside “{beside}”, which always means {self.program.name}")

    def _as_other_words(self, hit: Hit) -> Verdict | None:
        """Part of another word, or plain language: what is near by can't make it a name."""
        found = self.document.found(hit)
        if self.document.in_compound(hit):
            return Verdict(hit, False, f"“{found}” is a part of another word")
        small = hit.use.capitals and self.document.in_small_letters(hit)
        if small and not self.document.quoted(hit) and not self.document.called_so(hit):
            return Verdict(hit, False, f"“{found}” in small letters is plain language")
        return None

    def _as_supported(self, hit: Hit) -> Verdict | None:
        """By a context word near by, by its capitals, or by who wrote it."""
        found = self.document.found(hit)
        near = self.context.near(hit, NEAR)
        if near is not None:
            return Verdict(hit, True, f"“{found}” with “{self.document.found(near)}” near by")
        if self.program.capitals_are_evidence and self.document.named_by_capitals(hit):
            return Verdict(hit, True, f"“{found}” is written as a name")
        if any(_names(part, self.document.publisher) for part in self.program.publishers):
            return Verdict(hit, True, f"“{found}” by {self.document.publisher}, who writes of it")
        return None

    def _as_introduced(self, hit: Hit, kept: Sequence[Hit]) -> Verdict | None:
        """What the release says that the acronym stands for, anywhere: the program, or something else."""
        if not hit.use.is_acronym:
            return None
        if hit.use.term not in self._introductions:
            self._introductions[hit.use.term] = self._introduction(hit.use.term, kept)
        introduction = self._introductions[hit.use.term]
        if introduction is None:
            return None
        words, counts = introduction
        return Verdict(hit, counts, f"“{self.document.found(hit)}” stands for “{words}” here")

    def _introduction(self, term: str, kept: Sequence[Hit]) -> tuple[str, bool] | None:
        """The words that introduce an acronym, and whether they are the program's."""
        for hit in self.named:
            expansion = self.document.stands_for(hit) if hit.use.term == term else None
            if expansion is not None:
                words, start, end = expansion
                ours = any(
                    own.field == hit.field and own.start < end and start < own.end
                    for own in kept
                    if not own.use.is_acronym
                )
                return words, ours or self._resembles_a_term(words)
        return None

    def _resembles_a_term(self, words: str) -> bool:
        """Whether half of the words, small ones aside, are those of one of the program's terms, as in a
        name that is slightly misquoted.
        """
        own = {word for word in normalise(words).split() if len(word) > 3}
        terms = (set(_normalised(term).split()) for term in (self.program.name, *self.program.terms))
        return any(2 * len(own & term) >= len(own) and len(own & term) > 1 for term in terms)


def _names(part: str, publisher: str) -> bool:
    return _normalised(part) in _normalised(publisher)


@lru_cache(maxsize=4096)
def _normalised(short: str) -> str:
    """A name or a term, normalised; the same few come again and again."""
    return normalise(short)
