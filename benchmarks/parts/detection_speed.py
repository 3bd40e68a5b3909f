"""How fast the matcher reads, beside a bare pass of the automaton that it stands on."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from benchmarks.parts.detection_score import Document
from presswatch.matching.matcher import Matcher
from presswatch.matching.program import Program

LENGTH = 5_000
DOCUMENTS = 2_000
ROUNDS = 5
TERMS_EACH = 10
STEP = 997
"""How many characters later each copy of a document begins, so that no two are the same text."""

Release = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Speed:
    """Documents a second, the median of the rounds; ``share`` is the median of the rounds' ratios."""

    patterns: int
    mentions: float
    matcher: float
    floor: float
    share: float


def releases(documents: Sequence[Document], count: int = DOCUMENTS, length: int = LENGTH) -> list[Release]:
    """At least ``count`` releases: the documents in turn, each repeated or cut to ``length`` characters."""
    usable = [document for document in documents if document.text]
    copies = -(-count // len(usable))
    return [
        (document.title, _stretch(document.text, copy * STEP, length))
        for copy in range(copies)
        for document in usable
    ]


def synthetic_programs(terms: int, seed: int = 287) -> list[Program]:
    """Programs with ``terms`` different terms in all: invented names of two to four words."""
    chance = random.Random(seed)
    names: dict[str, None] = {}
    while len(names) < terms:
        names[_name(chance)] = None
    every = list(names)
    return [
        Program(id=f"invented-{start}", name=every[start], terms=tuple(every[start : start + TERMS_EACH]))
        for start in range(0, terms, TERMS_EACH)
    ]


def measure(programs: Sequence[Program], texts: Sequence[Release], rounds: int = ROUNDS) -> Speed:
    """Time the matcher and the floor by turns. The floor lower-cases each text and looks for the same words.

    The clock is the process' own CPU time: one core, and little disturbed by what else runs.
    """
    matcher = Matcher(programs)
    patterns = sorted(_patterns(programs))
    automaton = AhoCorasick(patterns)
    whole = [f"{title}\n\n{text}" for title, text in texts]

    def read() -> None:
        for title, text in texts:
            matcher.find(title, text)

    def floor() -> None:
        for text in whole:
            automaton.find_matches_as_indexes(text.lower(), overlapping=True)

    mentions = sum(len(matcher.find(title, text)) for title, text in texts)  # and warms up
    floor()
    times = [(_seconds(read), _seconds(floor)) for _ in range(rounds)]
    return Speed(
        patterns=len(patterns),
        mentions=mentions / len(texts),
        matcher=len(texts) / statistics.median(ours for ours, _ in times),
        floor=len(texts) / statistics.median(bare for _, bare in times),
        share=statistics.median(bare / ours for ours, bare in times),
    )


def _patterns(programs: Iterable[Program]) -> set[str]:
    """Every word that the programs' rules speak of, lower-cased."""
    return {
        term.removesuffix("*").lower()
        for program in programs
        for term in (*program.terms, *program.ambiguous_terms, *program.context, *program.never)
    }


def _seconds(work: Callable[[], None]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _stretch(text: str, start: int, length: int) -> str:
    """``length`` characters of the endlessly repeated text."""
    start %= len(text)
    return (text * (-(-(start + length) // len(text))))[start : start + length]


def _name(chance: random.Random) -> str:
    first, second = _word(chance), _word(chance)
    last = chance.choice(
        "Act Agreement Compact Fund Initiative Pact Partnership Plan Program Project".split()
    )
    shapes = (
        f"{first} {second}",
        f"{first} {second} {last}",
        f"Operation {first} {second}",
        f"{first}-{second} {last}",
    )
    return chance.choice(shapes)


def _word(chance: random.Random) -> str:
    """An invented word that can be spoken, such as "Tavolin"."""
    syllables = [
        chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.choice((2, 3)))
    ]
    return ("".join(syllables) + chance.choice(("", "l", "n", "r", "st", "x"))).capitalize()
