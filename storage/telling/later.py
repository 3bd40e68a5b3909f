"""Who else has published a story that was told."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.digests.model import LaterPublishers, Publication
from presswatch.digests.owed import Owed
from presswatch.times import to_text
from presswatch.watch import Subscription
from storage.telling import stories


def later_publishers(
    database: Database, subscription: Subscription, told: Iterable[Owed], now: datetime
) -> list[LaterPublishers]:
    """Who has published a story that was told, and was never named: of each story, for the same programs. A
    publisher's name says nothing the second time, if chapters of its publish under it.

    ``told`` is what is about to be told, which is not meant. Only releases that were to be announced
    count, and of each that mentions the program now.
    """
    rows = list(
        database.query(
            """
            SELECT m.story_id, m.release_id, r.publisher, r.url, i.program_id
            FROM story_members m JOIN releases r ON r.id = m.release_id
                JOIN story_members o ON o.story_id = m.story_id AND o.release_id != m.release_id
                JOIN digest_items i ON i.subscription_id = :subscription AND i.release_id = o.release_id
            WHERE NOT EXISTS (SELECT 1 FROM digest_items d JOIN story_members n ON n.release_id = d.release_id
                              JOIN releases t ON t.id = d.release_id
                              WHERE d.subscription_id = :subscription AND d.program_id = i.program_id
                              AND n.story_id = m.story_id AND t.publisher = r.publisher)
              AND EXISTS (SELECT 1 FROM mentions a WHERE a.release_id = m.release_id
                          AND a.program_id = i.program_id AND a.announce)
              AND EXISTS (SELECT 1 FROM mentions n WHERE n.release_id = m.release_id
                          AND n.program_id = i.program_id AND n.revision = r.revision
                          AND n.part NOT IN (SELECT value FROM json_each(:leave_out)))
              AND m.joined >= :since
            GROUP BY m.release_id, i.program_id ORDER BY m.story_id, m.release_id, i.program_id
            """,
            {
                "subscription": subscription.id,
                "leave_out": json.dumps(subscription.leave_out),
                "since": to_text(now - stories.WINDOW),
            },
        )
    )
    about_to = {(one.release_id, one.program) for one in told}
    programs: dict[int, list[str]] = defaultdict(list)
    releases: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        asked = not subscription.programs or row["program_id"] in subscription.programs
        if asked and (row["release_id"], row["program_id"]) not in about_to:
            programs[row["release_id"]].append(row["program_id"])
            releases[row["release_id"]] = row
    grouped: dict[tuple[int, tuple[str, ...]], list[Mapping[str, Any]]] = defaultdict(list)
    for release_id, release in releases.items():
        grouped[release["story_id"], tuple(programs[release_id])].append(release)
    return [_later(database, subscription.id, *key, publishers) for key, publishers in grouped.items()]


def _later(
    database: Database,
    subscription: str,
    story_id: int,
    programs: tuple[str, ...],
    rows: Iterable[Mapping[str, Any]],
) -> LaterPublishers:
    first = next(
        database.query(
            "SELECT r.title, r.url, r.publisher FROM story_members m JOIN releases r ON r.id = m.release_id"
            " JOIN digest_items i ON i.release_id = r.id AND i.subscription_id = ?"
            " WHERE m.story_id = ? ORDER BY i.digest_id, i.kind = 'also', r.id LIMIT 1",
            [subscription, story_id],
        )
    )
    return LaterPublishers(
        title=first["title"],
        url=first["url"],
        publisher=first["publisher"],
        programs=programs,
        publications=tuple(
            {
                row["publisher"]: Publication(row["release_id"], row["publisher"], row["url"]) for row in rows
            }.values()
        ),
    )
