"""Searches of an archive, each beside the bare FTS5 query: the same words, order, columns and passages."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from storage.archive import Archive
from storage.looking.query import fts_expression, parse
from storage.looking.search import Filters

LIMIT = 20
ROUNDS = 5
_BARE = """
    SELECT r.id, r.title, r.publisher, r.url, r.published, r.first_seen,
           snippet(releases_fts, -1, char(2), char(3), ' … ', 32)
    FROM releases_fts f JOIN releases r ON r.id = f.rowid WHERE releases_fts MATCH ?
    ORDER BY f.rowid DESC LIMIT ?
"""


@dataclass(frozen=True)
class Kind:
    """Searches of one kind."""

    name: str
    queries: Sequence[str]
    filters: Filters = field(default_factory=Filters)


def print_searches(archive: Archive, seed: int) -> None:
    """p50 and p95 of the first page, in milliseconds, and their ratios to the bare query."""
    for kind in kinds(archive, seed):
        ours, bare = [], []
        for _ in range(ROUNDS):
            for query in kind.queries:
                words = parse(query)
                assert words is not None
                expression = fts_expression(words)
                search = _searching(archive, query, kind.filters)
                alone = _bare(archive, expression)
                for timed, seconds in ((search, ours), (alone, bare)):
                    start = time.perf_counter()
                    timed()
                    seconds.append(time.perf_counter() - start)
        (our50, our95), (bare50, bare95) = _quantiles(ours), _quantiles(bare)
        print(
            f"  {kind.name:30} p50 {our50:7.2f} ms p95 {our95:7.2f} ms; bare {bare50:7.2f}, {bare95:7.2f};"
            f" ratios {our50 / bare50:.2f}, {our95 / bare95:.2f}",
            flush=True,
        )


def kinds(archive: Archive, seed: int) -> list[Kind]:
    """Words, pairs of words and beginnings of words that stand in some releases, and filters."""
    random = Random(seed)
    (last,) = archive.database.execute("SELECT max(id) FROM releases").fetchone()
    texts = [
        archive.database.execute("SELECT text FROM releases WHERE id = ?", [random.randint(1, last)])
        .fetchone()[0]
        .split()
        for _ in range(60)
    ]
    places = [random.randint(0, len(words) - 2) for words in texts]
    words = [text[place].strip(".,;:“”").lower() for text, place in zip(texts, places, strict=True)]
    phrases = [f'"{text[place]} {text[place + 1]}"' for text, place in zip(texts, places, strict=True)]
    return [
        Kind("a word", words),
        Kind("a phrase", phrases),
        Kind("a beginning", [f"{word[:4]}*" for word in words]),
        Kind("two words", [f"{one} {other}" for one, other in zip(words, words[::-1], strict=True)]),
        Kind("S-Comm", ["S-Comm"]),
        Kind("a word of a program", words, Filters(programs=("secure-communities",))),
        Kind("a word of a publisher", words, Filters(publishers=("Newsroom 7",))),
        Kind("a word in Spanish", words, Filters(languages=("es",))),
    ]


def _searching(archive: Archive, query: str, filters: Filters) -> Callable[[], object]:
    return lambda: archive.search(query, filters, limit=LIMIT)


def _bare(archive: Archive, expression: str) -> Callable[[], object]:
    return lambda: archive.database.execute(_BARE, [expression, LIMIT]).fetchall()


def _quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(1000 * one for one in seconds)
    return statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]
