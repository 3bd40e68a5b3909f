"""Searches of an archive, each beside the bare FTS5 query: the same words, order, columns and passages.

The bare query knows no filters: a search with one must read further to fill a page. So those are also held
against the bare query with the filter as one would write it.
"""

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
    FROM releases_fts f JOIN releases r ON r.id = f.rowid WHERE releases_fts MATCH ? AND {condition}
    ORDER BY f.rowid DESC LIMIT ?
"""


@dataclass(frozen=True)
class Kind:
    """Searches of one kind."""

    name: str
    queries: Sequence[str]
    filters: Filters = field(default_factory=Filters)
    condition: str = ""
    """The filters in SQL, as one would write them."""


def print_searches(archive: Archive, seed: int) -> None:
    """p50 and p95 of the first page, in milliseconds, and their ratios to the bare query."""
    for kind in kinds(archive, seed):
        ours, bare, filtered = [], [], []
        for _ in range(ROUNDS):
            for query in kind.queries:
                words = parse(query)
                assert words is not None
                expression = fts_expression(words)
                search = _searching(archive, query, kind.filters)
                alone = _bare(archive, expression, "1")
                beside = [(search, ours), (alone, bare)]
                if kind.condition:
                    beside.append((_bare(archive, expression, kind.condition), filtered))
                for timed, seconds in beside:
                    start = time.perf_counter()
                    timed()
                    seconds.append(time.perf_counter() - start)
        (our50, our95), (bare50, bare95) = _quantiles(ours), _quantiles(bare)
        print(
            f"  {kind.name:30} p50 {our50:7.2f} ms p95 {our95:7.2f} ms; bare {bare50:7.2f}, {bare95:7.2f};"
            f" ratios {our50 / bare50:.2f}, {our95 / bare95:.2f}{_beside(our50, our95, filtered)}",
            flush=True,
        )


def _beside(our50: float, our95: float, filtered: Sequence[float]) -> str:
    if not filtered:
        return ""
    p50, p95 = _quantiles(filtered)
    return f"; with the filter {p50:.2f}, {p95:.2f}; ratios {our50 / p50:.2f}, {our95 / p95:.2f}"


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
        Kind(
            "a word of a program",
            words,
            Filters(programs=("secure-communities",)),
            "EXISTS (SELECT 1 FROM mentions m WHERE m.release_id = r.id AND m.revision = r.revision"
            " AND m.program_id = 'secure-communities')",
        ),
        Kind(
            "a word of a publisher",
            words,
            Filters(publishers=("Newsroom 7",)),
            "r.publisher = 'Newsroom 7'",
        ),
        Kind("a word in Spanish", words, Filters(languages=("es",)), "r.language = 'es'"),
    ]


def _searching(archive: Archive, query: str, filters: Filters) -> Callable[[], object]:
    return lambda: archive.search(query, filters, limit=LIMIT)


def _bare(archive: Archive, expression: str, condition: str) -> Callable[[], object]:
    query = _BARE.format(condition=condition)
    return lambda: archive.database.execute(query, [expression, LIMIT]).fetchall()


def _quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(1000 * one for one in seconds)
    return statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))]
