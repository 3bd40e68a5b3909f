"""Whether a release is one of those that a subscription is about: by its publisher and its language."""

from __future__ import annotations

import json

from sqlite_utils import Database

from presswatch.watch import Subscription


def is_chosen(database: Database, subscription: Subscription, release_id: int) -> bool:
    """Whether a feed that showed the release has a publisher and a tag that the subscription asks for, and
    the release a language. One whose language nobody says is of all languages.
    """
    if not (subscription.publishers or subscription.tags or subscription.languages):
        return True
    found = database.execute(
        """
        SELECT 1 FROM releases r JOIN sightings s ON s.release_id = r.id JOIN feeds f ON f.id = s.feed_id
        WHERE r.id = :release
          AND (:publishers = '[]' OR f.publisher IN (SELECT value FROM json_each(:publishers)))
          AND (:tags = '[]' OR EXISTS (
              SELECT 1 FROM json_each(f.tags) JOIN json_each(:tags) USING (value)))
          AND (:languages = '[]' OR r.language = '' OR EXISTS (
              SELECT 1 FROM json_each(:languages) l
              WHERE r.language = l.value OR r.language LIKE l.value || '-%'))
        LIMIT 1
        """,
        {
            "release": release_id,
            "publishers": json.dumps(subscription.publishers),
            "tags": json.dumps(subscription.tags),
            "languages": json.dumps(subscription.languages),
        },
    )
    return found.fetchone() is not None
