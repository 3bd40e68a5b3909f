"""Finding programs in releases: every term of every program in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

from ahocorasick_rs import AhoCorasick

from presswatch.matching.document import Document, Hit
from presswatch.matching.evidence import Case, Verdict
from presswatch.matching.mention import Field, Mention
from presswatch.matching.normalise import Tracked, track
from presswatch.matching.program import Program
from presswatch.matching.snippet import snippet
from presswatch.matching.terms import Use, patterns

MOST_MENTIONS = 500
"""Of one program in one release, the first ones. A text that names it more often is none that people read,
and each mention is a row in the archive."""

Raw = tuple[int, int, int]
"""A pattern's number, and the range where it stands."""


class _Scanner:
    """Finds every term of every program in a normalised text, in one pass, at the bounds of words."""

    def __init__(self, programs: Sequence[Program]) -> None:
        uses = patterns(programs)
        self._automaton = AhoCorasick(list(uses))
        self._names = [[use for use in of_one if use.role != "context"] for of_one in uses.values()]
        self._context = [[use for use in of_one if use.role == "context"] for of_one in uses.values()]

    def scan(self, text: str) -> list[Raw]:
        """Every place where a pattern stands, also inside another, whatever is around it."""
        found: list[Raw] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return found

    def names(self, field: Field, text: str, found: Sequence[Raw]) -> Iterator[Hit]:
        """Where the programs' names stand as words, and the phrases that never count."""
        for pattern, start, end in found:
            if uses := self._names[pattern]:
                yield from _hits(uses, field, text, start, end)

    def context(self, field: Field, text: str, found: Sequence[Raw], program: int) -> Iterator[Hit]:
        """Where the context words of one program stand as words."""
        for pattern, start, end in found:
            if uses := [use for use in self._context[pattern] if use.program == program]:
                yield from _hits(uses, field, text, start, end)


class Matcher:
    """Finds the mentions of a fixed set of programs.

    Building one costs time in proportion to the terms; :func:`matcher_for` keeps the recent ones.
    """

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = tuple(programs)
        self._rules = tuple(program.version for program in self.programs)
        self._scanner = _Scanner(self.programs)

    def find(self, title: str, text: str, publisher: str = "") -> tuple[Mention, ...]:
        """Every mention in a release, title first, in the order in which they stand; of each program the
        first :data:`MOST_MENTIONS`.
        """
        document, verdicts = self._verdicts(title, text, publisher)
        counting: dict[int, list[Verdict]] = {}
        for index, verdict in verdicts:
            if verdict.counts:
                counting.setdefault(index, []).append(verdict)
        found = [
            self._mention(index, document, verdict)
            for index, of_one in counting.items()
            for verdict in sorted(of_one, key=_place)[:MOST_MENTIONS]
        ]
        return tuple(sorted(found, key=_order))

    def judge(self, title: str, text: str, publisher: str = "") -> tuple[tuple[Mention, bool], ...]:
        """Every place where a word of a program stands, and whether it counts, with the reason."""
        document, verdicts = self._verdicts(title, text, publisher)
        judged = [(self._mention(index, document, verdict), verdict.counts) for index, verdict in verdicts]
        return tuple(sorted(judged, key=lambda pair: _order(pair[0])))

    def _verdicts(self, title: str, text: str, publisher: str) -> tuple[Document, list[tuple[int, Verdict]]]:
        fields: dict[Field, Tracked] = {"title": track(title), "text": track(text)}
        document = Document(fields, publisher)
        found = [(field, t.text, self._scanner.scan(t.text)) for field, t in fields.items()]
        by_program: dict[int, list[Hit]] = {}
        for place in found:
            for hit in self._scanner.names(*place):
                by_program.setdefault(hit.use.program, []).append(hit)

        def context(program: int) -> list[Hit]:
            return [hit for place in found for hit in self._scanner.context(*place, program=program)]

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


def _place(verdict: Verdict) -> tuple[bool, int, int]:
    return verdict.hit.field != "title", verdict.hit.start, verdict.hit.end


def _hits(uses: Sequence[Use], field: Field, text: str, start: int, end: int) -> Iterator[Hit]:
    """The uses of a pattern at a place, where it begins and ends with a word."""
    if start and text[start].isalnum() and text[start - 1].isalnum():
        return
    runs_on = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    for use in uses:
        if not runs_on:
            yield Hit(use, field, start, end)
        elif use.open_ended:
            yield Hit(use, field, start, _word_end(text, end))
        elif use.is_acronym and text[end] == "s" and not text[end + 1 : end + 2].isalnum():
            yield Hit(use, field, start, end + 1)


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end].isalnum():
        end += 1
    return end
