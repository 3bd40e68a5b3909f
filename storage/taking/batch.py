"""What readings add, gathered to be written table by table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate
from storage import rows
from storage.taking import pages


@dataclass
class Batch:
    """What readings add, gathered to be written table by table.

    ``candidates`` are its releases by their keys, each with its feed: a later entry may be one of them.
    """

    next_id: int
    releases: dict[int, dict[str, Any]] = field(default_factory=dict)
    candidates: dict[str, list[tuple[int, Candidate]]] = field(default_factory=dict)
    sightings: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    pages: list[tuple[int, str]] = field(default_factory=list)

    def write(self, database: Database, now: datetime) -> None:
        """Write all of it, and begin anew."""
        rows.insert(database, "releases", list(self.releases.values()))
        if self.releases:
            database.execute(
                "INSERT INTO releases_fts(rowid, title, text)"
                " SELECT id, title, text FROM releases WHERE id >= ?",
                [min(self.releases)],
            )
        rows.insert(database, "sightings", self.sightings, ignore=True)
        rows.insert(database, "mentions", self.mentions)
        rows.insert(database, "parts", self.parts)
        pages.ask_for(database, self.pages, now)
        for written in (
            self.releases,
            self.candidates,
            self.sightings,
            self.mentions,
            self.parts,
            self.pages,
        ):
            written.clear()
