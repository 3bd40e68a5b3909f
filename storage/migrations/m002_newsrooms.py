"""What is known of a newsroom: its kind, its pace, its health, the gaps in what was seen of it."""

from __future__ import annotations

from sqlite_utils import Database

from presswatch.feeds.keys import folded_title
from storage.migrations.registry import migrations, run_script

_SCRIPT = """
-- kind: feed, page, sitemap
ALTER TABLE feeds ADD COLUMN kind TEXT NOT NULL DEFAULT 'feed';
-- selectors: of a page, JSON
ALTER TABLE feeds ADD COLUMN selectors TEXT NOT NULL DEFAULT '';
-- only: of a sitemap: addresses to keep
ALTER TABLE feeds ADD COLUMN only TEXT NOT NULL DEFAULT '';
-- next_due: NULL: at once
ALTER TABLE feeds ADD COLUMN next_due TEXT;
-- failing_since: the first failure of the streak
ALTER TABLE feeds ADD COLUMN failing_since TEXT;
-- health: well, failing, gone, silent
ALTER TABLE feeds ADD COLUMN health TEXT NOT NULL DEFAULT 'well';
ALTER TABLE feeds ADD COLUMN health_since TEXT;
-- silent_from: when silence becomes longer than its habit
ALTER TABLE feeds ADD COLUMN silent_from TEXT;
-- moved_to: where permanent redirects lead
ALTER TABLE feeds ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN moved_since TEXT;
-- ttl_seconds: as the feed or its server says
ALTER TABLE feeds ADD COLUMN ttl_seconds INTEGER;
-- skip_hours: as the feed says, GMT
ALTER TABLE feeds ADD COLUMN skip_hours TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feeds ADD COLUMN skip_days TEXT NOT NULL DEFAULT '[]';
-- roll_seconds: in which half of what it shows is replaced
ALTER TABLE feeds ADD COLUMN roll_seconds INTEGER;

-- published_note: missing, unreadable, future (then published is when it was first seen); empty: as written
ALTER TABLE releases ADD COLUMN published_note TEXT NOT NULL DEFAULT '';

CREATE INDEX releases_feed ON releases(feed_id);

-- Where releases may have rolled past between two readings.
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed_id INTEGER NOT NULL REFERENCES feeds(id),
    seen_before TEXT NOT NULL,                -- when the feed was last read before
    found TEXT NOT NULL,
    fetch_id INTEGER NOT NULL REFERENCES fetches(id),
    oldest_shown TEXT,                        -- the publisher's date of the oldest item that was shown
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'recovered', 'open')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt TEXT NOT NULL,
    recovered INTEGER NOT NULL DEFAULT 0,     -- releases that were found
    how TEXT NOT NULL DEFAULT '',             -- by which way, or why not
    finished TEXT
) STRICT;
CREATE INDEX gaps_feed ON gaps(feed_id);
CREATE INDEX gaps_pending ON gaps(next_attempt) WHERE status = 'pending';

-- When a feed turned bad, and when it mended.
CREATE TABLE health_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed_id INTEGER NOT NULL REFERENCES feeds(id),
    at TEXT NOT NULL,
    health TEXT NOT NULL,                     -- what it turned: well, failing, gone, silent
    before TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

DROP VIEW feed_health;
CREATE VIEW feed_health AS
SELECT f.id, f.publisher, f.url,
       CASE WHEN NOT f.active THEN 'inactive' WHEN f.last_attempt IS NULL THEN 'not yet read'
            ELSE f.health END AS health,
       f.health_since, f.last_attempt, f.last_success, f.failures, f.failing_since, f.last_error, f.next_due,
       (SELECT max(first_seen) FROM releases r WHERE r.feed_id = f.id) AS last_release,
       (SELECT count(*) FROM gaps g WHERE g.feed_id = f.id AND g.status = 'open') AS open_gaps
FROM feeds f;
"""


@migrations()
def m002_newsrooms(db: Database) -> None:
    """Kinds of newsroom, pace, health, gaps; and releases are known again by their titles, too."""
    run_script(db, _SCRIPT)
    rows = db.query("SELECT id, feed_id, publisher, title, first_seen FROM releases")
    db.conn.executemany(
        "INSERT OR IGNORE INTO sightings(key, release_id, feed_id, first_seen) VALUES (?, ?, ?, ?)",
        [
            (f"title:{row['publisher']}|{title}", row["id"], row["feed_id"], row["first_seen"])
            for row in list(rows)
            if (title := folded_title(row["title"]))
        ],
    )
