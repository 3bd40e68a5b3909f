"""What an entry may be: the releases that were ever seen under one of its keys."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate
from presswatch.times import from_text

_KNOWN = """
    SELECT s.key, max(s.feed_id = :feed_id) AS here, r.id, r.title, r.url, r.published, r.content_hash,
           r.language, CASE WHEN s.key GLOB 'title:*' OR s.key GLOB 'link:*' OR s.key GLOB 'guid:*'
                            THEN r.text ELSE '' END AS text
    FROM sightings s JOIN releases r ON r.id = s.release_id
    WHERE s.key IN (SELECT value FROM json_each(:keys)) GROUP BY s.key, r.id
"""


def candidates(database: Database, keys: Iterable[str], *, feed_id: int) -> list[Candidate]:
    """The releases in the archive that were ever seen under one of the keys, one for each key, and whether it
    was in this feed.
    """
    return [
        Candidate(
            release_id=row["id"],
            key=row["key"],
            title=row["title"],
            link=row["url"],
            published=from_text(row["published"]) if row["published"] else None,
            content_hash=row["content_hash"],
            text=row["text"],
            language=row["language"],
            here=bool(row["here"]),
        )
        for row in database.query(_KNOWN, {"keys": json.dumps(list(keys)), "feed_id": feed_id})
    ]
