"""Finding programs in releases: every term of every program in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial

from ahocorasick_rs import AhoCorasick

from presswatch.matching.document import Document, Hit
from presswatch.matching.evidence import Case, Verdict
from presswatch.matching.mention import Field, Mention
from presswatch.matching.normalise import normalise
from presswatch.matching.program import Program
from presswatch.matching.snippet import snippet
from presswatch.matching.terms import Use, patterns


class _Scanner:
    """Finds every pattern of a set in a normalised text, in one pass, at the bounds of words."""

    def __init__(self, uses: Mapping[str, Sequence[Use]]) -> None:
        self._uses = list(uses.values())
        self._automaton = AhoCorasick(list(uses))

    def hits(self, field: Field, text: str) -> Iterator[Hit]:
        """Every place where a pattern stands, also inside another."""
        for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start and text[start].isalnum() and text[start - 1].isalnum():
                continue
            runs_on = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
            for use in self._uses[pattern]:
                if not runs_on:
                    yield Hit(use, field, start, end)
                elif use.open_ended:
                    yield Hit(use, field, start, _word_end(text, end))


class Matcher:
    """Finds the mentions of a fixed set of programs.

    Building one costs time in proportion to the terms; :func:`matcher_for` keeps the recent ones.
    """

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = tuple(programs)
        self._rules = tuple(program.version for program in self.programs)
        self._names = _Scanner(patterns(self.programs, ("plain", "ambiguous", "never")))
        self._context = _Scanner(patterns(self.programs, ("context",)))

    def find(self, title: str, text: str, publisher: str = "") -> tuple[Mention, ...]:
        """Every mention in a release, title first, in the order in which they stand."""
        return tuple(mention for mention, counts in self.judge(title, text, publisher) if counts)

    def judge(self, title: str, text: str, publisher: str = "") -> tuple[tuple[Mention, bool], ...]:
        """Every place where a word of a program stands, and whether it counts, with the reason."""
        fields: dict[Field, str] = {"title": title, "text": text}
        normalised = {field: normalise(value) for field, value in fields.items()}
        by_program = self._by_program(self._names, normalised)
        if not by_program:
            return ()
        document = Document(fields, publisher)

        @cache  # most releases that name a program never need it
        def context() -> Mapping[int, Sequence[Hit]]:
            return self._by_program(self._context, normalised)

        judged: list[tuple[Mention, bool]] = []
        for index, hits in by_program.items():
            case = Case(self.programs[index], document, hits, partial(_of_program, context, index))
            judged += [
                (self._mention(index, document, verdict), verdict.counts) for verdict in case.verdicts()
            ]
        return tuple(sorted(judged, key=_order))

    @staticmethod
    def _by_program(scanner: _Scanner, texts: Mapping[Field, str]) -> Mapping[int, list[Hit]]:
        found: dict[int, list[Hit]] = {}
        for field, text in texts.items():
            for hit in scanner.hits(field, text):
                found.setdefault(hit.use.program, []).append(hit)
        return found

    def _mention(self, index: int, document: Document, verdict: Verdict) -> Mention:
        hit = verdict.hit
        start, end = document.span(hit)
        passage, passage_start = snippet(document.fields[hit.field].original, start, end)
        return Mention(
            program=self.programs[index].id,
            term=hit.use.term,
            field=hit.field,
            start=start,
            end=end,
            snippet=passage,
            snippet_start=passage_start,
            why=verdict.why,
            rule=self._rules[index],
        )


@lru_cache(maxsize=8)
def matcher_for(programs: tuple[Program, ...]) -> Matcher:
    """A matcher for these programs, built once."""
    return Matcher(programs)


def _of_program(context: Callable[[], Mapping[int, Sequence[Hit]]], index: int) -> Sequence[Hit]:
    return context().get(index, ())


def _order(judged: tuple[Mention, bool]) -> tuple[bool, int, int, str]:
    mention, _ = judged
    return mention.field != "title", mention.start, mention.end, mention.program


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end].isalnum():
        end += 1
    return end
