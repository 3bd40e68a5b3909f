"""Newsrooms whose truth is known: they publish, stop answering, and come back, while somebody watches."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.support.feeds import Item, item, rss
from tests.support.receiver import Receiver
from tests.support.site import Site

SHOWN = 20
"""How many of its newest releases a feed shows."""


@dataclass
class Newsrooms:
    """Feeds on a site, which answer after ``delay`` seconds. Each second release that is published says
    something of a program.
    """

    site: Site
    number: int
    seed: int = 1
    delay: float = 0
    published: list[str] = field(default_factory=list)
    telling: set[str] = field(default_factory=set)
    _shown: dict[int, list[Item]] = field(default_factory=dict)
    _began: datetime = field(default_factory=lambda: datetime.now(UTC))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> list[str]:
        """Every newsroom with a release; the feeds' addresses."""
        self._random = random.Random(self.seed)
        return [self._publish(newsroom) for newsroom in range(self.number)]

    def publish(self, newsrooms: int) -> None:
        """A release by each of some."""
        for newsroom in self._random.sample(range(self.number), newsrooms):
            self._publish(newsroom)

    def fail(self, newsrooms: int) -> None:
        """Some answer with a 503 from now on, and those that did before answer again."""
        failing = set(self._random.sample(range(self.number), newsrooms))
        for newsroom in range(self.number):
            self.site.pages[f"/{newsroom}"].status = 503 if newsroom in failing else 200

    def _publish(self, newsroom: int) -> str:
        with self._lock:
            number = len(self.published)
            says = f"Word {number} on S-Comm." if number % 2 else f"Word {number} on nothing."
            made = item(number, says)
            shown = [made, *self._shown.get(newsroom, [])][:SHOWN]
            self._shown[newsroom] = shown
            path = f"/{newsroom}"
            status = self.site.pages[path].status if path in self.site.pages else 200
            address = self.site.publish(path, rss(shown, now=self._began), status=status, delay=self.delay)
            self.published.append(made.title)
            if number % 2:
                self.telling.add(made.title)
            return address

    def mistakes(self, archive: Path, hook: Receiver) -> list[str]:
        """What is missing, or there more than once, in the archive and at the receiver; in words."""
        stored = Counter(self._stored(archive))
        told = Counter(title for _, title in hook.told())
        return [
            *_differing("in the archive", stored, set(self.published)),
            *_differing("told", told, self.telling),
        ]

    @staticmethod
    def _stored(archive: Path) -> list[str]:
        with closing(sqlite3.connect(archive)) as connection:
            return [title for (title,) in connection.execute("SELECT title FROM releases")]


def _differing(where: str, found: Counter[str], wanted: set[str]) -> list[str]:
    missing, more = wanted - set(found), set(found) - wanted
    twice = [title for title, times in found.items() if times > 1]
    return [
        f"{len(titles)} {what} {where}, such as {sorted(titles)[:3]}"
        for what, titles in (("missing", missing), ("not to be", more), ("twice", twice))
        if titles
    ]
