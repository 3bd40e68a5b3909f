"""Finding programs in releases: every term of every program in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial

from ahocorasick_rs import AhoCorasick

from presswatch.matching.document import Document, Hit
from presswatch.matching.evidence import Case, Verdict
from presswatch.matching.mention import Field, Mention
from presswatch.matching.normalise import Tracked, track
from presswatch.matching.program import Program
from presswatch.matching.snippet import snippet
from presswatch.matching.terms import Use, patterns

Raw = tuple[int, int, int]
"""A pattern's number, and the range where it stands."""


class _Scanner:
    """Finds every pattern of a set in a normalised text, in one pass, at the bounds of words."""

    def __init__(self, uses: Mapping[str, Sequence[Use]]) -> None:
        self._uses = list(uses.values())
        self._automaton = AhoCorasick(list(uses))

    def scan(self, text: str) -> list[Raw]:
        """Every place where a pattern stands, also inside another, whatever is around it."""
        found: list[Raw] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return found

    def hits(
        self, field: Field, text: str, found: Sequence[Raw], program: int | None = None
    ) -> Iterator[Hit]:
        """Those of the places that begin and end with a word, for every program or for one."""
        for pattern, start, end in found:
            uses = self._uses[pattern]
            if program is not None:
                uses = [use for use in uses if use.program == program]
            if not uses or (start and text[start].isalnum() and text[start - 1].isalnum()):
                continue
            runs_on = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
            for use in uses:
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
        document, verdicts = self._verdicts(title, text, publisher)
        found = [self._mention(index, document, verdict) for index, verdict in verdicts if verdict.counts]
        return tuple(sorted(found, key=_order))

    def judge(self, title: str, text: str, publisher: str = "") -> tuple[tuple[Mention, bool], ...]:
        """Every place where a word of a program stands, and whether it counts, with the reason."""
        document, verdicts = self._verdicts(title, text, publisher)
        judged = [(self._mention(index, document, verdict), verdict.counts) for index, verdict in verdicts]
        return tuple(sorted(judged, key=lambda pair: _order(pair[0])))

    def _verdicts(self, title: str, text: str, publisher: str) -> tuple[Document, list[tuple[int, Verdict]]]:
        fields: dict[Field, Tracked] = {"title": track(title), "text": track(text)}
        document = Document(fields, publisher)
        by_program: dict[int, list[Hit]] = {}
        for field, tracked in fields.items():
            for hit in self._names.hits(field, tracked.text, self._names.scan(tracked.text)):
                by_program.setdefault(hit.use.program, []).append(hit)

        @cache  # most releases that name a program never need it
        def scanned() -> list[tuple[Field, str, list[Raw]]]:
            return [(field, t.text, self._context.scan(t.text)) for field, t in fields.items()]

        def context(program: int) -> list[Hit]:
            return [hit for found in scanned() for hit in self._context.hits(*found, program=program)]

        return document, [
            (index, verdict)
            for index, hits in by_program.items()
            for verdict in Case(self.programs[index], document, hits, partial(context, index)).verdicts()
        ]

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


def _order(mention: Mention) -> tuple[bool, int, int, str]:
    return mention.field != "title", mention.start, mention.end, mention.program


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end].isalnum():
        end += 1
    return end
