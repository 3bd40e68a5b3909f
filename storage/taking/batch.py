"""What readings add, gathered to be written table by table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate
from storage import rows
from storage.taking import pages, variants


@dataclass
class Batch:
    """What readings add, gathered to be written table by table.

    ``candidates`` are releases by publisher and key, each with the feed that showed it and its host: a later
    entry may be one of them. ``forms`` are those in which releases were shown
    (:mod:`storage.taking.variants`).
    """

    next_id: int
    releases: dict[int, dict[str, Any]] = field(default_factory=dict)
    candidates: dict[tuple[str, str], list[tuple[int, str, Candidate]]] = field(default_factory=dict)
    sightings: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    pages: list[tuple[int, str]] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)

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
        variants.write(database, self.forms)
        for written in (
            self.releases,
            self.candidates,
            self.sightings,
            self.mentions,
            self.parts,
            self.pages,
            self.forms,
        ):
            written.clear()
