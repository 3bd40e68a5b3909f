"""Attempts are stored before they are made; deliveries can be withdrawn; what the clock has shown."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

_SCRIPT = """
DROP VIEW delivery_log;
ALTER TABLE attempts RENAME TO attempts_before;
DROP INDEX attempts_delivery;
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
    at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (
        outcome IN ('begun', 'accepted', 'delayed', 'refused', 'unknown', 'withdrawn')),
    said TEXT NOT NULL                        -- by the other side
) STRICT;
INSERT INTO attempts SELECT * FROM attempts_before;
DROP TABLE attempts_before;
CREATE INDEX attempts_delivery ON attempts(delivery_id);

-- unanswered: attempts that were begun and of whose outcome nothing was noted; one of them may be under way
ALTER TABLE deliveries ADD COLUMN unanswered INTEGER NOT NULL DEFAULT 0;
-- 1: it has failed, since nobody at its address is to be told any more
ALTER TABLE deliveries ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deliveries_withdrawn ON deliveries(finished) WHERE withdrawn;
CREATE VIEW delivery_log AS
SELECT d.id, g.subscription_id, g.subject, g.created, d.channel, d.recipient,
       CASE WHEN d.abandoned THEN 'abandoned' WHEN d.withdrawn THEN 'withdrawn' ELSE d.status END AS status,
       d.attempts, d.next_attempt, d.finished, d.identity,
       (SELECT said FROM attempts a WHERE a.delivery_id = d.id ORDER BY a.id DESC LIMIT 1) AS last_said
FROM deliveries d JOIN digests g ON g.id = d.digest_id;

ALTER TABLE subscriptions ADD COLUMN publishers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE subscriptions ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE subscriptions ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE subscriptions ADD COLUMN gone_since TEXT;
UPDATE subscriptions SET gone_since = planned WHERE NOT active;

-- One row: see presswatch/clock.py
CREATE TABLE clock (
    latest TEXT NOT NULL,
    previous TEXT,
    steady TEXT NOT NULL,
    jumped TEXT,
    behind TEXT,
    set_back TEXT,
    ahead TEXT
) STRICT;
"""


@migrations()
def m011_outbox(database: Database) -> None:
    """An attempt that was begun, a delivery that was withdrawn, a clock that was wrong."""
    run_script(database, _SCRIPT)
