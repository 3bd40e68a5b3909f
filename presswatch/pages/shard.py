"""Reading a share of the pages: fetch and extract, newsroom by newsroom.

A plain function on plain, picklable values, as :mod:`presswatch.feeds.shard` is: it knows no archive
and no engine.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from presswatch.feeds.hosts import by_host
from presswatch.pages.budget import LONGEST_PER_HOST, LONGEST_PER_NEWSROOM, MOST_PER_NEWSROOM
from presswatch.pages.robots import Robots
from presswatch.pages.values import PageJob, PageReading, PageState
from presswatch.pages.visitor import Visitor


def read_pages(job: PageJob) -> list[PageReading]:
    """Read the job's pages and return a reading for each that had its turn, in no particular order.

    Pages of one newsroom are read one after the other, and those of one host ``job.delay`` seconds (or the
    host's crawl-delay, if that is longer) apart. Of a newsroom with more than :data:`MOST_PER_NEWSROOM`
    pages, or one whose pages took :data:`LONGEST_PER_NEWSROOM`, the rest has no reading; nor has the rest of
    a host's that took :data:`LONGEST_PER_HOST`, and what would be begun after the job's deadline. One page's
    trouble is nobody else's: whatever goes wrong with it becomes its
    :class:`~presswatch.pages.values.PageFailed`.
    """
    newsrooms: dict[str, list[tuple[_Door, PageState]]] = defaultdict(list)
    robots = Robots(job.rules)
    for host, pages in by_host(job.pages).items():
        whose = [page.newsroom or f"//{host}" for page in pages]
        visitor = Visitor(job.rules, robots, job.delay, job.deadline)
        door = _Door(visitor, len(set(whose)))
        for newsroom, page in zip(whose, pages, strict=True):
            newsrooms[newsroom].append((door, page))

    def read_newsroom(pages: Sequence[tuple[_Door, PageState]]) -> list[PageReading]:
        try:
            return list(_one_by_one(pages))
        finally:
            for door in {door for door, _ in pages}:
                door.leave()

    with ThreadPoolExecutor(min(job.rules.connections, max(len(newsrooms), 1))) as pool:
        found = pool.map(read_newsroom, newsrooms.values())
        return [reading for readings in found for reading in readings]


class _Door:
    """A host's visitor, for one newsroom at a time, and the seconds that its pages took. It is closed when
    the last of the newsrooms that link to the host has left.
    """

    def __init__(self, visitor: Visitor, newsrooms: int) -> None:
        self.lock = threading.Lock()
        self.spent = 0.0
        self.visitor = visitor
        self._newsrooms = newsrooms

    def leave(self) -> None:
        """Note that a newsroom has no further page there."""
        with self.lock:
            self._newsrooms -= 1
            if not self._newsrooms:
                self.visitor.close()

    def read(self, page: PageState) -> tuple[PageReading, float]:
        """Read a page; and the seconds that it took. Time in which it waited for others isn't its own."""
        begun, waited = time.monotonic(), self.visitor.waited
        reading = self.visitor.read(page)
        took = time.monotonic() - begun - (self.visitor.waited - waited)
        self.spent += took
        return reading, took


def _one_by_one(pages: Sequence[tuple[_Door, PageState]]) -> Iterator[PageReading]:
    """Read a newsroom's pages, as long as it and their hosts have time."""
    spent = 0.0
    for door, page in pages[:MOST_PER_NEWSROOM]:
        with door.lock:
            if spent > LONGEST_PER_NEWSROOM or door.visitor.is_late:
                return
            if door.spent > LONGEST_PER_HOST:
                continue
            reading, took = door.read(page)
        spent += took
        yield reading
