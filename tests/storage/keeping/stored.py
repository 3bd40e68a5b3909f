"""Archives as older versions left them: the migrations up to one, and rows of each table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from storage import seals
from storage.connection import APPLICATION_ID
from storage.migrations import migrations

VERSIONS = [migration.name for migration in migrations._migrations]

_ROWS = """
INSERT INTO feeds(id, url, publisher, interval_seconds, fulltext, added, first_read)
    VALUES (1, 'https://quay.example/feed', 'Quay', 1800, 'auto', FIRST, FIRST);
INSERT INTO fetches(id, feed_id, outcome, status, first_at, last_at, seconds, items, new)
    VALUES (1, 1, 'read', 200, FIRST, FIRST, 0.1, 2, 2);
INSERT INTO releases(id, feed_id, fetch_id, publisher, guid, url, title, text, first_seen, content_hash,
                     announce, revision, revised)
    VALUES (1, 1, 1, 'Quay', 'g1', 'https://quay.example/1', 'The Ferry Sails', 'It sails at noon. S-Comm.',
            FIRST, :first, 1, 2, LATER),
           (2, 1, 1, 'Quay', 'g2', 'https://quay.example/2', 'The Ferry Rests', 'Not on Sundays.',
            FIRST, :second, 1, 1, NULL);
INSERT INTO releases_fts(rowid, title, text) SELECT id, title, text FROM releases;
INSERT INTO sightings VALUES ('guid:Quay|g1', 1, 1, FIRST),
                             ('guid:Quay|g2', 2, 1, FIRST);
INSERT INTO revisions(release_id, revision, title, text, content_hash, text_from, fetch_id, replaced,
                      replaced_by)
    VALUES (1, 1, 'The Ferry Sails', 'It sails at one.', :before, 'feed', 1, LATER, 'edit');
INSERT INTO pages(release_id, url, status, next_attempt)
    VALUES (2, 'https://quay.example/2', 'failed', LATER);
INSERT INTO parts(release_id, revision, kind, start_offset, end_offset, value)
    VALUES (1, 2, 'dateline', 0, 2, 'It');
INSERT INTO programs(id, name, rule, added) VALUES ('s-comm', 'Secure Communities', 'v1', FIRST);
INSERT INTO rules VALUES ('s-comm', 'v1', '{}', FIRST);
INSERT INTO mentions(release_id, revision, program_id, term, field, start_offset, end_offset, part, snippet,
                     snippet_offset, why, rule, cause, found, announce)
    VALUES (1, 2, 's-comm', 'S-Comm', 'text', 18, 24, 'body', 'It sails at noon. S-Comm.', 0, 'always', 'v1',
            'edit', LATER, 1);
INSERT INTO subscriptions(id, channel, recipients, programs, leave_out, schedule, timezone, added, planned,
                          last_mention)
    VALUES ('desk', 'mail', '[]', '[]', '[]', 'at-once', 'UTC', FIRST, LATER, 1);
INSERT INTO digests(id, subscription_id, created, since, until, subject, releases, content)
    VALUES (1, 'desk', LATER, FIRST, LATER, 'One', 1, '{}');
INSERT INTO deliveries(id, digest_id, identity, channel, recipient, status, attempts, next_attempt)
    VALUES (1, 1, 'presswatch-1', 'mail', 'you@example.org', 'sent', 1, LATER);
INSERT INTO attempts(delivery_id, at, outcome, said) VALUES (1, LATER, 'accepted', 'OK')
"""


def store(path: Path, version: str) -> dict[str, int]:
    """Make an archive of that version, with rows, and return how many each table has."""
    from presswatch.feeds.keys import digest

    number = VERSIONS.index(version)
    after = VERSIONS[number + 1 : number + 2]
    told = "subscription_id, release_id, program_id, digest_id" + (", kind" if number >= 2 else "")
    values = "'desk', 1, 's-comm', 1" + (", 'new'" if number >= 2 else "")
    hashes = {
        "first": digest("The Ferry Sails", "It sails at noon. S-Comm."),
        "second": digest("The Ferry Rests", "Not on Sundays."),
        "before": digest("The Ferry Sails", "It sails at one."),
    }
    with closing(sqlite3.connect(path)) as connection:
        database = Database(connection)
        for pragma in (f"application_id = {APPLICATION_ID}", "journal_mode = wal", "foreign_keys = on"):
            connection.execute(f"PRAGMA {pragma}")
        migrations.apply(database, stop_before=after)
        rows = _ROWS.replace("FIRST", "'2026-01-01T00:00:00Z'").replace("LATER", "'2026-01-02T00:00:00Z'")
        for statement in rows.split(";\n"):
            connection.execute(statement, hashes if ":" in statement and "INTO re" in statement else {})
        connection.execute(f"INSERT INTO digest_items({told}) VALUES ({values})")
        if "seals" in database.table_names():
            seals.renew(database, [])
        connection.commit()
        return counts(database)


def counts(database: Database) -> dict[str, int]:
    """How many rows each table of ours has."""
    hidden = ("_", "sqlite_", "releases_fts")
    return {table.name: table.count for table in database.tables if not table.name.startswith(hidden)}
