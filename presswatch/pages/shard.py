"""Reading a share of the pages: fetch and extract, host by host.

A plain function on plain, picklable values, as :mod:`presswatch.feeds.shard` is: it knows no archive
and no engine.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from presswatch.feeds.hosts import by_host
from presswatch.pages.robots import Robots
from presswatch.pages.values import PageJob, PageReading, PageState
from presswatch.pages.visitor import Visitor

MOST_PER_HOST = 25
"""How many pages of a host are read in a job. The others are left out, and come in the next cycle."""
LONGEST_PER_HOST = 60.0
"""Seconds after which no further page of a host is begun in a job, so that a slow one holds up nobody."""


def read_pages(job: PageJob) -> list[PageReading]:
    """Read the job's pages and return a reading for each that had its turn, in no particular order.

    Pages of one host are read one after the other, with ``job.delay`` seconds (or the host's
    crawl-delay, if that is longer) between them; of a host with more than :data:`MOST_PER_HOST` pages,
    or one too slow for :data:`LONGEST_PER_HOST`, the rest has no reading. One page's trouble is nobody
    else's: whatever goes wrong with it becomes its :class:`~presswatch.pages.values.PageFailed`.
    """
    hosts = list(by_host(job.pages).values())
    robots = Robots(job.rules)

    def read_host(pages: Sequence[PageState]) -> list[PageReading]:
        with Visitor(job.rules, robots, job.delay) as visitor:
            return list(_one_by_one(visitor, pages[:MOST_PER_HOST]))

    try:
        with ThreadPoolExecutor(min(job.rules.connections, max(len(hosts), 1))) as pool:
            return [reading for readings in pool.map(read_host, hosts) for reading in readings]
    finally:
        _forget()


def _one_by_one(visitor: Visitor, pages: Sequence[PageState]) -> Iterable[PageReading]:
    begun = time.monotonic()
    for page in pages:
        if time.monotonic() - begun > LONGEST_PER_HOST:
            return
        yield visitor.read(page)


def _forget() -> None:
    """Let go of the lines that trafilatura remembers from page to page, if it came to that."""
    meta = sys.modules.get("trafilatura.meta")
    if meta is not None:
        meta.reset_caches()
