"""A reader of a hostile newsroom and of a healthy one beside it, through the whole of Presswatch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flows.cycle import in_threads, load_ready, run_once
from presswatch.cycle import CycleReport
from storage.archive import Archive
from tests.hostile.documents import START, feed, piece
from tests.hostile.newsroom import Newsroom
from tests.support.setup import write_config

BOUND = 30.0
"""Seconds that no cycle lasts, however slow the machine: time-outs are one second, and two in all."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_SHORT = 'timeout = "1s"\ntotal_timeout = "2s"\npage_delay = "0s"\n'


class Desk:
    """Follows feeds, lets cycles run an hour apart, and says what became of them.

    A healthy neighbour publishes a release before each cycle; after each, that must be archived and
    announced, and nothing else of it.
    """

    def __init__(self, folder: Path, neighbour: Newsroom) -> None:
        self.now = START - HOUR
        self.reports: list[CycleReport] = []
        self._folder = folder
        self._neighbour = neighbour
        self._config = folder / "watch.toml"

    def follow(
        self,
        *urls: str,
        fetch: str = "",
        private: bool = True,
        extra: str = "",
        interval: str = "0s",
        publishers: dict[str, str] | None = None,
    ) -> None:
        """Write the configuration: these feeds and the neighbour's. ``extra`` goes to the first feed's table.

        Unless ``private``, only public addresses are read, and there is no neighbour.
        """
        beside = [self._neighbour.base + "/feed"] if private else []
        write_config(
            self._folder,
            [*urls, *beside],
            channels=[{"id": "folder", "type": "file", "path": str(self._folder / "digests")}],
            subscriptions=[{"id": "desk", "channel": "folder"}],
            fetch=_SHORT + fetch,
        )
        text = self._config.read_text(encoding="utf-8")
        if not private:
            text = text.replace("allow_private_addresses = true\n", "")
        text = text.replace('interval = "0s"', f'interval = "{interval}"')
        first = f"url = {json.dumps(urls[0])}\n"
        text = text.replace(first, first + extra)
        for letter, publisher in (publishers or {}).items():
            text = text.replace(f'"Organisation {letter}"', f'"{publisher}"')
        self._has_neighbour = private
        self._whose = f"Organisation {chr(65 + len(urls) % 26)}{len(urls) // 26 or ''}"
        self._config.write_text(text, encoding="utf-8")
        self._watch = load_ready(self._config)

    def cycle(self, after: timedelta = HOUR) -> CycleReport:
        """One cycle, so long after the one before."""
        self.now += after
        number = len(self.reports) + 1
        if self._has_neighbour:
            self._neighbour.show("/feed", _beside(number))
        begun = time.monotonic()
        report = run_once(self._watch, in_threads)
        assert time.monotonic() - begun < BOUND, "a cycle must end"
        self.reports.append(report)
        assert report.deliveries.pending == report.deliveries.failed == 0
        assert not any("unexpected" in failure.reason for failure in report.failures)
        if self._has_neighbour:
            self._check_neighbour(number)
        return report

    def _check_neighbour(self, number: int) -> None:
        wanted = [f"Parish {n}" for n in range(1, number + 1)]
        assert self.archived(self._whose) == wanted, "the neighbour is read untouched"
        assert [title for _, title in self.told(self._whose)] == wanted, "and announced, once"
        assert self.reason(self._whose) == "" and self.gaps(self._whose) == []

    def archived(self, publisher: str = "Organisation A") -> list[str]:
        """The titles of the publisher's releases in the archive, in the order in which they came."""
        rows = self.rows("SELECT title FROM releases WHERE publisher = ? ORDER BY id", publisher)
        return [row["title"] for row in rows]

    def announced(self, publisher: str = "Organisation A") -> list[str]:
        """The titles of the publisher's releases that digests told as new, each as often as it was told."""
        return [title for kind, title in self.told(publisher) if kind == "new"]

    def told(self, publisher: str = "Organisation A") -> list[tuple[str, str]]:
        """(kind, title) of all that digests told of the publisher, digest by digest, the oldest first."""
        return [
            (item["kind"], item["title"])
            for digest in self.digests()
            for section in digest["sections"]
            for item in reversed(section["items"])
            if publisher in item["publishers"]
        ]

    def turned(self, publisher: str = "Organisation A") -> list[str]:
        """What digests told of the feed's health, in order."""
        return [
            turn["health"]
            for digest in self.digests()
            for turn in digest["coverage"]["turned"]
            if turn["publisher"] == publisher
        ]

    def digests(self) -> list[dict[str, Any]]:
        """All digests as they were frozen, each of which is a page in the folder."""
        found = [json.loads(row["content"]) for row in self.rows("SELECT content FROM digests ORDER BY id")]
        assert len(list(self.pages())) == len(found)
        return found

    def pages(self) -> list[Path]:
        """The digests' pages."""
        return sorted((self._folder / "digests").glob("*.html"))

    def mails(self) -> list[Path]:
        """The digests' mails."""
        return sorted((self._folder / "digests").glob("*.eml"))

    def reason(self, publisher: str = "Organisation A") -> str:
        """Why the feed could not be read the last time; empty if it could."""
        return str(self.feed(publisher)["last_error"])

    def feed(self, publisher: str = "Organisation A") -> dict[str, Any]:
        """The feed's row."""
        (row,) = self.rows("SELECT * FROM feeds WHERE publisher = ?", publisher)
        return row

    def release(self, title: str) -> dict[str, Any]:
        """The release's row."""
        (row,) = self.rows("SELECT * FROM releases WHERE title = ?", title)
        return row

    def revisions(self) -> int:
        """How many edits of releases there were."""
        return len(self.rows("SELECT * FROM revisions"))

    def gaps(self, publisher: str = "Organisation A") -> list[tuple[str, int]]:
        """(status, releases recovered) of each gap of the feed."""
        rows = self.rows(
            "SELECT g.status, g.recovered FROM gaps g JOIN feeds f ON f.id = g.feed_id"
            " WHERE f.publisher = ? ORDER BY g.id",
            publisher,
        )
        return [(row["status"], row["recovered"]) for row in rows]

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What a query of the archive gives."""
        with Archive(self._folder / "archive.db", read_only=True) as archive:
            return list(archive.database.query(sql, values))


def _beside(number: int) -> bytes:
    shown = range(number, max(number - 20, 0), -1)
    return feed(
        *(
            piece(
                one,
                title=f"Parish {one}",
                guid=f"https://parish.example/?p={one}",
                link=f"https://parish.example/{one}",
                text=f"Sheriffs of parish {one} drop 287(g) for good.",
            )
            for one in shown
        )
    )


def stopped(desk: Desk) -> Callable[[], datetime]:
    """The desk's clock, which stands still during a cycle."""
    return lambda: desk.now
