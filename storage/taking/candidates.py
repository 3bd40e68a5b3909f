"""What an entry may be: the releases that were ever seen under one of its keys."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate
from presswatch.times import from_text

_KNOWN = """
    SELECT DISTINCT s.key, r.id, r.title, r.url, r.published, r.content_hash,
           CASE WHEN s.key GLOB 'title:*' OR s.key GLOB 'link:*' THEN r.text ELSE '' END AS text
    FROM sightings s JOIN releases r ON r.id = s.release_id
    WHERE s.key IN (SELECT value FROM json_each(?))
"""


def candidates(database: Database, keys: Iterable[str]) -> list[Candidate]:
    """The releases in the archive that were ever seen under one of the keys, one for each key."""
    return [
        Candidate(
            release_id=row["id"],
            key=row["key"],
            title=row["title"],
            link=row["url"],
            published=from_text(row["published"]) if row["published"] else None,
            content_hash=row["content_hash"],
            text=row["text"],
        )
        for row in database.query(_KNOWN, [json.dumps(list(keys))])
    ]
