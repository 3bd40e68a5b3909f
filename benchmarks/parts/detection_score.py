"""Labelled documents, the baselines, and how well a detector did on the documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from presswatch.matching.program import Program


@dataclass(frozen=True, slots=True)
class Document:
    """A release, and what people who read it said of it. Programs are given by their ids.

    ``labels`` are the programs that it means; ``hard_negatives`` those whose words it uses with another
    meaning; ``doubtful`` those that could be argued either way. ``forms`` are the words that name a program.
    """

    id: str
    title: str
    text: str
    language: str
    kind: str
    publisher: str
    labels: frozenset[str]
    hard_negatives: frozenset[str]
    doubtful: frozenset[str]
    forms: Mapping[str, Sequence[str]]
    note: str

    @property
    def whole(self) -> str:
        """Title and text in one."""
        return f"{self.title}\n\n{self.text}"


class Pair(NamedTuple):
    """A document, with its place in the corpus, and a program that it may mean."""

    place: int
    document: Document
    program: str

    @property
    def is_meant(self) -> bool:
        """Whether the document means the program."""
        return self.program in self.document.labels

    @property
    def is_trap(self) -> bool:
        """Whether the document uses the program's words, and only with another meaning."""
        return self.program in self.document.hard_negatives and not self.is_meant


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of (document, program) pairs: rightly found, wrongly found, missed."""

    found: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        """True positives, false positives, false negatives."""
        return self.found, self.wrong, self.missed

    @property
    def rates(self) -> tuple[float | None, float | None, float | None]:
        """Precision, recall and F1; None where there is nothing to divide by."""
        return (
            _share(self.found, self.found + self.wrong),
            _share(self.found, self.found + self.missed),
            _share(2 * self.found, 2 * self.found + self.wrong + self.missed),
        )


def read_corpus(path: Path) -> list[Document]:
    """The documents of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [_document(json.loads(line)) for line in lines if line.strip()]


def programs_labelled(documents: Iterable[Document]) -> list[str]:
    """The programs of which the documents say anything, sorted."""
    return sorted({name for each in documents for name in each.labels | each.hard_negatives | each.doubtful})


def pairs(documents: Sequence[Document], programs: Sequence[str]) -> list[Pair]:
    """Each pair that can be judged: all but the doubtful ones."""
    return [
        Pair(place, document, program)
        for place, document in enumerate(documents)
        for program in programs
        if program not in document.doubtful
    ]


def score(judged: Iterable[Pair], finds: Sequence[frozenset[str]]) -> Score:
    """How a detector did on some pairs, where ``finds`` is what it found in each document."""
    found = wrong = missed = 0
    for pair in judged:
        seen = pair.program in finds[pair.place]
        found += seen and pair.is_meant
        wrong += seen and not pair.is_meant
        missed += pair.is_meant and not seen
    return Score(found, wrong, missed)


def find_by_name(programs: Iterable[Program], documents: Iterable[Document]) -> list[frozenset[str]]:
    """The programs whose exact name each document holds, in any case: what alert services do."""
    return _find_by_words({program.id: [program.name] for program in programs}, documents)


def find_by_all_terms(programs: Iterable[Program], documents: Iterable[Document]) -> list[frozenset[str]]:
    """The programs of which each document holds the name or any term, in any case, whatever it means."""
    words = {program.id: [program.name, *program.terms, *program.ambiguous_terms] for program in programs}
    return _find_by_words(words, documents)


def whole_words(terms: Iterable[str]) -> re.Pattern[str]:
    """One expression for all the terms as whole words, in any case; a final ``*`` is any ending."""
    longest_first = sorted(set(terms), key=lambda term: (-len(term), term))
    alternatives = [re.escape(term.removesuffix("*")) + r"\w*" * term.endswith("*") for term in longest_first]
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


def _find_by_words(words: Mapping[str, Sequence[str]], documents: Iterable[Document]) -> list[frozenset[str]]:
    expressions = {program: whole_words(terms) for program, terms in words.items()}
    return [
        frozenset(program for program, expression in expressions.items() if expression.search(document.whole))
        for document in documents
    ]


def _document(fields: dict[str, object]) -> Document:
    """A document from its line; only id, text and labels are needed."""

    def text(name: str) -> str:
        return str(fields.get(name) or "")

    def names(name: str) -> frozenset[str]:
        value = fields.get(name) or ()
        return frozenset(value) if isinstance(value, list) else frozenset()

    forms = fields.get("surface_forms")
    return Document(
        id=str(fields["id"]),
        title=text("title"),
        text=str(fields["text"]),
        language=text("lang") or "unknown",
        kind=text("kind") or "unknown",
        publisher=text("publisher") or "unknown",
        labels=names("labels"),
        hard_negatives=names("hard_negative_for"),
        doubtful=names("ambiguous_for"),
        forms=forms if isinstance(forms, dict) else {},
        note=text("note"),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
