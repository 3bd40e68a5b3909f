"""How many pages of a newsroom are read in a cycle, and for how long.

A feed can link to thousands of pages, on as many hosts, each of which sends a byte now and then. So not only
hosts have their limits, but newsrooms too: what is beyond waits for the next cycle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from presswatch.pages.values import DuePage

MOST_PER_NEWSROOM = 25
"""Pages that are read in a cycle, those of the newest releases first."""
LONGEST_PER_NEWSROOM = 60.0
"""Seconds after which no further page of a newsroom is begun in a job."""
LONGEST_PER_HOST = 60.0
"""Seconds after which no further page of a host is begun in a job, whosoever links to it."""


def within_budget(pages: Sequence[DuePage]) -> list[DuePage]:
    """Of each newsroom's pages the first :data:`MOST_PER_NEWSROOM`, newsroom by newsroom."""
    ranks: Counter[str] = Counter()
    newsrooms: dict[str, list[DuePage]] = {}
    for page in pages:
        ranks[page.publisher] += 1
        if ranks[page.publisher] <= MOST_PER_NEWSROOM:
            newsrooms.setdefault(page.publisher, []).append(page)
    return [page for of_one in newsrooms.values() for page in of_one]
