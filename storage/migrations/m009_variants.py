"""The other forms in which a release was shown are kept, with the reason why each was taken for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.keys import opening_key, text_key
from presswatch.times import from_text
from storage.migrations.registry import migrations, run_script

_SCRIPT = """
-- Each other form in which a release was shown, and why it was taken for that release.
CREATE TABLE variants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    release_id INTEGER NOT NULL REFERENCES releases(id),
    feed_id INTEGER NOT NULL REFERENCES feeds(id),
    fetch_id INTEGER NOT NULL REFERENCES fetches(id),
    form TEXT NOT NULL,
    guid TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT,                                -- NULL: as another row of the release has it, by content_hash
    content_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    dates TEXT NOT NULL,                      -- a JSON list
    why TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    UNIQUE (release_id, form)
) STRICT;
"""


@migrations()
def m009_variants(database: Database) -> None:
    """The table; and releases are known by their words and date, whatever their title."""
    run_script(database, _SCRIPT)
    rows = database.query(
        "SELECT id, feed_id, publisher, title, published, text, first_seen FROM releases"
        " WHERE text_from = 'feed'"
    )
    database.conn.executemany(
        "INSERT OR IGNORE INTO sightings(key, release_id, feed_id, first_seen) VALUES (?, ?, ?, ?)",
        [
            (key, row["id"], row["feed_id"], row["first_seen"])
            for row in list(rows)
            for key in _keys(row)
            if key
        ],
    )


def _keys(row: Mapping[str, Any]) -> tuple[str, str]:
    published = from_text(row["published"]) if row["published"] else None
    return (
        opening_key(row["publisher"], published, row["text"]),
        text_key(row["publisher"], row["title"], published, row["text"]),
    )
