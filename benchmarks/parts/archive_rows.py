"""The rows of an archive as they can be compared with those of another: without times and numbers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_QUESTIONS = {
    "feeds": """
        SELECT url, publisher, title, active, failures, last_error, etag, last_modified, body_hash, known,
               kind, health, moved_to, ttl_seconds FROM feeds
    """,
    "fetches": """
        SELECT f.url, t.outcome, t.status, t.reason, t.size, t.body_hash, t.items, t.new, t.times
        FROM fetches t JOIN feeds f ON f.id = t.feed_id
    """,
    "releases": """
        SELECT f.url, r.publisher, r.guid, r.url, r.title, r.text, r.content, r.language, r.published,
               r.published_raw, r.text_from, r.content_hash, r.announce, r.revision, r.published_note
        FROM releases r JOIN feeds f ON f.id = r.feed_id
    """,
    "sightings": """
        SELECT s.key, f.url, r.publisher, r.guid, r.url, r.content_hash
        FROM sightings s JOIN feeds f ON f.id = s.feed_id JOIN releases r ON r.id = s.release_id
    """,
    "parts": """
        SELECT r.publisher, r.guid, r.url, p.revision, p.kind, p.start_offset, p.end_offset, p.value, p.date
        FROM parts p JOIN releases r ON r.id = p.release_id
    """,
    "mentions": """
        SELECT r.publisher, r.guid, r.url, m.revision, m.program_id, m.term, m.field, m.start_offset,
               m.end_offset, m.part, m.snippet, m.snippet_offset, m.why, m.rule, m.cause, m.announce
        FROM mentions m JOIN releases r ON r.id = m.release_id
    """,
    "revisions": """
        SELECT r.publisher, r.guid, r.url, v.revision, v.title, v.text, v.content_hash
        FROM revisions v JOIN releases r ON r.id = v.release_id
    """,
}

Rows = dict[str, list[str]]


def comparable_rows(archive: Path) -> Rows:
    """Each table's rows, as text, in an order that does not depend on when they were stored."""
    with closing(sqlite3.connect(archive)) as connection:
        return {
            table: sorted(repr(row) for row in connection.execute(question))
            for table, question in _QUESTIONS.items()
        }


def differences(one: Rows, other: Rows) -> list[str]:
    """What one holds and the other doesn't, in words; empty if they are the same."""
    return [
        f"{table}: {len(set(one[table]) ^ set(other[table]))} rows differ, {len(one[table])} and "
        f"{len(other[table])} in all"
        for table in one
        if one[table] != other[table]
    ]
