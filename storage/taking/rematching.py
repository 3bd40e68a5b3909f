"""What another dictionary would find in the archive: looking, and adopting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.matching.matcher import Matcher
from presswatch.matching.mention import Mention
from presswatch.releases.found import find_in_release
from presswatch.releases.part import Part
from storage import rows
from storage.taking.rewriting import mention_rows, part_rows

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Change:
    """A release in which the dictionary finds a program that the archive doesn't have there, or the reverse.

    ``mentions`` are those found of the ``program`` if it is ``added``; if not, empty. ``parts`` are the
    release's, which the archive has only of releases with mentions.
    """

    release_id: int
    revision: int
    title: str
    publisher: str
    url: str
    program: str
    added: bool
    mentions: tuple[Mention, ...]
    parts: tuple[Part, ...]
    why: str


def changes(database: Database, matcher: Matcher) -> Iterator[Change]:
    """Every difference between what the archive has of each release's present text, and what the matcher
    finds in it; the oldest release first. Nothing is written. A release whose text was let go of
    (:mod:`storage.keeping.retention`) keeps what was found in it.
    """
    after = 0
    query = (
        "SELECT * FROM releases WHERE id > ? AND NOT (forgotten IS NOT NULL AND text = '')"
        " ORDER BY id LIMIT ?"
    )
    while batch := list(database.query(query, [after, _BATCH])):
        for release in batch:
            yield from _changes_of(database, matcher, release)
        after = batch[-1]["id"]


def adopt_changes(database: Database, found: Iterator[Change], now: datetime, *, announce: bool) -> int:
    """Store the differences and return how many there were. What did not change keeps its explanation.

    Call it within :func:`storage.connection.writing`. With ``announce``, what was added is owed to
    every subscription as if it had just been found.
    """
    differences = list(found)
    for change in differences:
        if change.added:
            mentions = mention_rows(
                change.release_id,
                change.revision,
                change.mentions,
                now,
                cause="rematch",
                announce=lambda _: announce,
            )
            database.table("mentions").insert_all(mentions)
            _keep_parts(database, change)
        else:
            database.table("mentions").delete_where(
                "release_id = ? AND revision = ? AND program_id = ?",
                [change.release_id, change.revision, change.program],
            )
            database.execute(  # what an earlier revision said is not owed either
                "UPDATE mentions SET announce = 0 WHERE release_id = ? AND program_id = ?",
                [change.release_id, change.program],
            )
    return len(differences)


def _keep_parts(database: Database, change: Change) -> None:
    of_now = [change.release_id, change.revision]
    if not database.table("parts").count_where("release_id = ? AND revision = ?", of_now):
        rows.insert(database, "parts", part_rows(change.release_id, change.revision, change.parts))


def _changes_of(database: Database, matcher: Matcher, release: dict[str, Any]) -> Iterator[Change]:
    rows = database.query(
        "SELECT program_id, min(why) AS why FROM mentions WHERE release_id = ? AND revision = ?"
        " GROUP BY program_id",
        [release["id"], release["revision"]],
    )
    before = {row["program_id"]: row["why"] for row in rows}
    found = find_in_release(
        matcher,
        title=release["title"],
        text=release["text"],
        content=release["content"] or "",
        publisher=release["publisher"],
    )
    now: dict[str, list[Mention]] = {}
    for mention in found.mentions:
        now.setdefault(mention.program, []).append(mention)
    for program in sorted(before.keys() ^ now.keys()):
        mentions = tuple(now.get(program, ()))
        yield Change(
            release_id=release["id"],
            revision=release["revision"],
            title=release["title"],
            publisher=release["publisher"],
            url=release["url"],
            program=program,
            added=bool(mentions),
            mentions=mentions,
            parts=found.parts,
            why=mentions[0].why if mentions else before[program],
        )
