"""Deliveries that a person has ended, and digests that a person asked for."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

_SCRIPT = """
-- 1: it has failed, since a person said so
ALTER TABLE deliveries ADD COLUMN abandoned INTEGER NOT NULL DEFAULT 0;

-- 1: sent since a person asked for it; what was told by it is owed as before
ALTER TABLE digests ADD COLUMN once INTEGER NOT NULL DEFAULT 0;

DROP VIEW delivery_log;
CREATE VIEW delivery_log AS
SELECT d.id, g.subscription_id, g.subject, g.created, d.channel, d.recipient,
       CASE WHEN d.abandoned THEN 'abandoned' ELSE d.status END AS status,
       d.attempts, d.next_attempt, d.finished, d.identity,
       (SELECT said FROM attempts a WHERE a.delivery_id = d.id ORDER BY a.id DESC LIMIT 1) AS last_said
FROM deliveries d JOIN digests g ON g.id = d.digest_id;
"""


@migrations()
def m004_deliveries(db: Database) -> None:
    """Marks on what was done by hand."""
    run_script(db, _SCRIPT)
