"""The view of feeds' health says what ``presswatch feeds`` says; and what of feeds is read may change."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

_SCRIPT = """
DROP VIEW feed_health;
CREATE VIEW feed_health AS
SELECT f.id, f.publisher, f.url,
       CASE WHEN NOT f.active THEN 'inactive'
            WHEN f.health != 'well' OR f.last_success IS NOT NULL THEN f.health
            WHEN f.failures THEN 'failing' ELSE 'not yet read' END AS health,
       f.health_since, f.last_attempt, f.last_success, f.failures, f.failing_since, f.last_error, f.next_due,
       (SELECT max(first_seen) FROM releases r WHERE r.feed_id = f.id) AS last_release,
       (SELECT count(*) FROM gaps g WHERE g.feed_id = f.id AND g.status = 'open') AS open_gaps
FROM feeds f;
DROP VIEW coverage_by_publisher;
CREATE VIEW coverage_by_publisher AS
SELECT r.publisher, count(*) AS releases,
       count(*) FILTER (WHERE (r.id, r.revision) IN (SELECT release_id, revision FROM mentions))
           AS with_mentions,
       min(r.first_seen) AS first_seen, max(r.first_seen) AS last_seen
FROM releases r GROUP BY r.publisher;
ALTER TABLE feeds ADD COLUMN read_otherwise INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN announce_from TEXT;
ALTER TABLE feeds ADD COLUMN warning TEXT NOT NULL DEFAULT '';
-- What sitemaps have listed; in a table of its own, since it is long and seldom needed.
CREATE TABLE listings (
    feed_id INTEGER PRIMARY KEY REFERENCES feeds(id),
    addresses BLOB NOT NULL
) STRICT;
"""


@migrations()
def m008_feeds(database: Database) -> None:
    """Coverage counts what is mentioned now. A feed that was never read is not well. A list of which another
    part is read, or that is read at another address, shows old things anew.
    """
    run_script(database, _SCRIPT)
