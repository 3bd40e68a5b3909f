"""The first schema."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

_TABLES = """
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    publisher TEXT NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]',          -- a JSON list
    title TEXT NOT NULL DEFAULT '',           -- as the feed says it
    active INTEGER NOT NULL DEFAULT 1,        -- 0: no longer in the configuration
    interval_seconds INTEGER NOT NULL,
    announce_seconds INTEGER,                 -- NULL: on the first read, announce everything
    fulltext TEXT NOT NULL,                   -- whether pages are read: auto, always, never
    added TEXT NOT NULL,
    last_attempt TEXT,
    last_success TEXT,
    first_read TEXT,                          -- the first time that it showed an item
    last_whole TEXT,                          -- the last time that it was sent whole
    failures INTEGER NOT NULL DEFAULT 0,      -- in a row
    last_error TEXT NOT NULL DEFAULT '',
    last_fetch INTEGER REFERENCES fetches(id),
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    body_hash TEXT NOT NULL DEFAULT '',
    known TEXT NOT NULL DEFAULT '[]'          -- fingerprints of what the last body showed, a JSON list
) STRICT;

-- Like answers that follow each other share a row: first_at to last_at, so many times.
CREATE TABLE fetches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed_id INTEGER NOT NULL REFERENCES feeds(id),
    outcome TEXT NOT NULL CHECK (outcome IN ('read', 'unchanged', 'failed')),
    status INTEGER,                           -- of HTTP, if there was an answer
    reason TEXT NOT NULL DEFAULT '',
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    seconds REAL NOT NULL,                    -- of the last of them
    size INTEGER,                             -- of the body, in bytes
    body_hash TEXT NOT NULL DEFAULT '',       -- SHA-256
    items INTEGER,                            -- that the feed showed
    new INTEGER                               -- releases first seen in it
) STRICT;
CREATE INDEX fetches_feed ON fetches(feed_id);

CREATE TABLE releases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,     -- rises with first_seen
    feed_id INTEGER NOT NULL REFERENCES feeds(id),
    fetch_id INTEGER NOT NULL REFERENCES fetches(id),
    publisher TEXT NOT NULL,
    guid TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    content TEXT,                             -- as published, where that is not the text itself
    language TEXT NOT NULL DEFAULT '',
    published TEXT,                           -- the publisher's claim
    published_raw TEXT NOT NULL DEFAULT '',   -- as it was written
    first_seen TEXT NOT NULL,
    text_from TEXT NOT NULL DEFAULT 'feed' CHECK (text_from IN ('feed', 'page')),
    content_hash TEXT NOT NULL,               -- SHA-256 of title and text as the feed gave them
    announce INTEGER NOT NULL,                -- 0: archived without telling anyone
    revision INTEGER NOT NULL DEFAULT 1,
    revised TEXT
) STRICT;
CREATE INDEX releases_publisher ON releases(publisher);

-- Every key by which a release was ever seen, and where.
CREATE TABLE sightings (
    key TEXT NOT NULL,
    release_id INTEGER NOT NULL REFERENCES releases(id),
    feed_id INTEGER NOT NULL REFERENCES feeds(id),
    first_seen TEXT NOT NULL,
    PRIMARY KEY (key, release_id, feed_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sightings_release ON sightings(release_id);

-- What a release said before: before it was edited, or before its page was read. What it says now is in
-- releases.
CREATE TABLE revisions (
    release_id INTEGER NOT NULL REFERENCES releases(id),
    revision INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    content TEXT,
    published TEXT,
    content_hash TEXT NOT NULL,
    text_from TEXT NOT NULL,
    fetch_id INTEGER NOT NULL REFERENCES fetches(id),
    replaced TEXT NOT NULL,
    replaced_by TEXT NOT NULL CHECK (replaced_by IN ('edit', 'page')),
    PRIMARY KEY (release_id, revision)
) STRICT;

-- The page behind a release, where the feed carries only the first lines.
CREATE TABLE pages (
    release_id INTEGER PRIMARY KEY REFERENCES releases(id),
    url TEXT NOT NULL,                        -- as the feed gave it
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'read', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',          -- of the last failure
    http_status INTEGER,
    read_at TEXT,
    final_url TEXT NOT NULL DEFAULT '',       -- after redirects
    kind TEXT NOT NULL DEFAULT '',            -- html or pdf
    size INTEGER,                             -- in bytes
    body_hash TEXT NOT NULL DEFAULT '',       -- SHA-256 of the bytes
    title TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX pages_pending ON pages(next_attempt) WHERE status = 'pending';

-- What a release is made of, where its text shows it.
CREATE TABLE parts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    release_id INTEGER NOT NULL REFERENCES releases(id),
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,                       -- subhead, dateline, embargo, contacts, quotation, …
    start_offset INTEGER NOT NULL,            -- in characters of the text
    end_offset INTEGER NOT NULL,
    value TEXT NOT NULL,                      -- the place, the speaker, the names, the address
    date TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX parts_release ON parts(release_id);
CREATE INDEX parts_kind ON parts(kind);

CREATE TABLE programs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    rule TEXT NOT NULL,                       -- the version in force
    active INTEGER NOT NULL DEFAULT 1,
    added TEXT NOT NULL
) STRICT;

-- Every version of every program's rule, so that a mention can always say by which it was found.
CREATE TABLE rules (
    program_id TEXT NOT NULL REFERENCES programs(id),
    version TEXT NOT NULL,
    definition TEXT NOT NULL,                 -- JSON
    adopted TEXT NOT NULL,
    PRIMARY KEY (program_id, version)
) STRICT;

CREATE TABLE mentions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    release_id INTEGER NOT NULL REFERENCES releases(id),
    revision INTEGER NOT NULL,                -- of the release, to which the offsets belong
    program_id TEXT NOT NULL REFERENCES programs(id),
    term TEXT NOT NULL,
    field TEXT NOT NULL CHECK (field IN ('title', 'text')),
    start_offset INTEGER NOT NULL,            -- in characters
    end_offset INTEGER NOT NULL,
    part TEXT NOT NULL,                       -- title, body, or a kind of parts
    snippet TEXT NOT NULL,
    snippet_offset INTEGER NOT NULL,
    why TEXT NOT NULL,
    rule TEXT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('new', 'edit', 'page', 'rematch')),
    found TEXT NOT NULL,
    announce INTEGER NOT NULL,                -- 0: archived without telling anyone
    FOREIGN KEY (program_id, rule) REFERENCES rules(program_id, version)
) STRICT;
CREATE INDEX mentions_release ON mentions(release_id);
CREATE INDEX mentions_program ON mentions(program_id, release_id);

CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    recipients TEXT NOT NULL,                 -- a JSON list
    programs TEXT NOT NULL,                   -- a JSON list; empty for all
    leave_out TEXT NOT NULL,                  -- a JSON list of parts
    schedule TEXT NOT NULL,
    timezone TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 1,
    added TEXT NOT NULL,
    planned TEXT NOT NULL,                    -- up to when digests have been made
    last_mention INTEGER NOT NULL             -- up to which mention
) STRICT;

CREATE TABLE digests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription_id TEXT NOT NULL REFERENCES subscriptions(id),
    created TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    subject TEXT NOT NULL,
    releases INTEGER NOT NULL,
    content TEXT NOT NULL                     -- the digest as it was frozen, JSON
) STRICT;

-- A release is told once to a subscription for a program; the key sees to it.
CREATE TABLE digest_items (
    subscription_id TEXT NOT NULL REFERENCES subscriptions(id),
    release_id INTEGER NOT NULL REFERENCES releases(id),
    program_id TEXT NOT NULL REFERENCES programs(id),
    digest_id INTEGER NOT NULL REFERENCES digests(id),
    PRIMARY KEY (subscription_id, release_id, program_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_items_release ON digest_items(release_id);
CREATE INDEX digest_items_digest ON digest_items(digest_id);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest_id INTEGER NOT NULL REFERENCES digests(id),
    identity TEXT NOT NULL UNIQUE,            -- the webhook-id; the left side of the Message-ID
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt TEXT NOT NULL,
    finished TEXT,
    UNIQUE (digest_id, channel, recipient)
) STRICT;
CREATE INDEX deliveries_pending ON deliveries(next_attempt) WHERE status = 'pending';

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
    at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'delayed', 'refused')),
    said TEXT NOT NULL                        -- by the other side
) STRICT;
CREATE INDEX attempts_delivery ON attempts(delivery_id);

CREATE VIRTUAL TABLE releases_fts USING fts5(
    title, text, content="releases", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
);
"""

_VIEWS = r"""
CREATE VIEW release_programs AS
SELECT r.id AS release_id, m.program_id, r.publisher, r.title, r.url,
       coalesce(r.published, r.first_seen) AS date, r.first_seen, count(*) AS mentions
FROM mentions m JOIN releases r ON r.id = m.release_id AND r.revision = m.revision
GROUP BY r.id, m.program_id;

CREATE VIEW mentions_by_month AS
SELECT substr(date, 1, 7) AS month, program_id, count(*) AS releases, sum(mentions) AS mentions
FROM release_programs GROUP BY month, program_id;

CREATE VIEW coverage_by_publisher AS
SELECT r.publisher, count(*) AS releases,
       count(*) FILTER (WHERE r.id IN (SELECT release_id FROM mentions)) AS with_mentions,
       min(r.first_seen) AS first_seen, max(r.first_seen) AS last_seen
FROM releases r GROUP BY r.publisher;

CREATE VIEW feed_health AS
SELECT f.id, f.publisher, f.url,
       CASE WHEN NOT f.active THEN 'inactive'
            WHEN f.last_attempt IS NULL THEN 'not yet read'
            WHEN f.failures > 0 THEN 'failing' ELSE 'well' END AS state,
       f.last_attempt, f.last_success, f.failures, f.last_error,
       (SELECT max(first_seen) FROM releases r WHERE r.feed_id = f.id) AS last_release
FROM feeds f;

CREATE VIEW quotations AS
SELECT r.id AS release_id, r.publisher, p.value AS speaker,
       substr(r.text, p.start_offset + 1, p.end_offset - p.start_offset) AS words
FROM parts p JOIN releases r ON r.id = p.release_id AND r.revision = p.revision WHERE p.kind = 'quotation';

CREATE VIEW signatories AS
SELECT r.id AS release_id, r.publisher, trim(line.value) AS name
FROM parts p JOIN releases r ON r.id = p.release_id AND r.revision = p.revision,
     json_each('[' || replace(json_quote(replace(p.value, '\', '/')), '\n', '","') || ']') line
WHERE p.kind = 'signatories' AND trim(line.value) != '';

CREATE VIEW datelines AS
SELECT r.id AS release_id, r.publisher, p.value AS place, p.date
FROM parts p JOIN releases r ON r.id = p.release_id AND r.revision = p.revision WHERE p.kind = 'dateline';

CREATE VIEW delivery_log AS
SELECT d.id, g.subscription_id, g.subject, d.channel, d.recipient, d.status, d.attempts, d.next_attempt,
       d.finished, d.identity,
       (SELECT said FROM attempts a WHERE a.delivery_id = d.id ORDER BY a.id DESC LIMIT 1) AS last_said
FROM deliveries d JOIN digests g ON g.id = d.digest_id;
"""


@migrations()
def m001_spine(db: Database) -> None:
    """Feeds, releases, mentions, subscriptions, digests, deliveries."""
    run_script(db, _TABLES + _VIEWS)
