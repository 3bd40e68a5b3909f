"""What subscriptions are told beyond new mentions: stories, mentions that go and come back, feeds' health."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

_SCRIPT = """
-- A text that several publishers released. A release that nobody else published is in none.
CREATE TABLE stories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    begun TEXT NOT NULL                       -- when a second publisher was found
) STRICT;
CREATE TABLE story_members (
    release_id INTEGER PRIMARY KEY REFERENCES releases(id),
    story_id INTEGER NOT NULL REFERENCES stories(id),
    joined TEXT NOT NULL
) STRICT;
CREATE INDEX story_members_story ON story_members(story_id);
CREATE INDEX story_members_joined ON story_members(joined);

-- By what a text that is nearly the same is found: hashes of some five-word sequences of each release of
-- the last 60 days that has mentions.
CREATE TABLE story_shingles (
    shingle INTEGER NOT NULL,
    release_id INTEGER NOT NULL REFERENCES releases(id),
    PRIMARY KEY (shingle, release_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_shingles_release ON story_shingles(release_id);

-- One row: up to which mention releases have been looked at for stories.
CREATE TABLE settled (
    last_mention INTEGER NOT NULL
) STRICT;
INSERT INTO settled SELECT coalesce(
    (SELECT min(m.id) - 1 FROM mentions m JOIN releases r ON r.id = m.release_id WHERE r.first_seen >=
        (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(first_seen), '-60 days') FROM releases)),
    (SELECT max(id) FROM mentions), 0);

-- When a publisher's edit took a program's last mention out of a release, and when one came back.
CREATE TABLE mention_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    release_id INTEGER NOT NULL REFERENCES releases(id),
    revision INTEGER NOT NULL,                -- of the release, the first without it, or with it again
    program_id TEXT NOT NULL REFERENCES programs(id),
    kind TEXT NOT NULL CHECK (kind IN ('removed', 'again')),
    found TEXT NOT NULL
) STRICT;
CREATE INDEX mention_changes_found ON mention_changes(found);
CREATE INDEX mention_changes_release ON mention_changes(release_id, program_id);

-- A release is told once to a subscription for a program, and so is each change of that; the key sees to it.
ALTER TABLE digest_items RENAME TO digest_items_before;
CREATE TABLE digest_items (
    subscription_id TEXT NOT NULL REFERENCES subscriptions(id),
    release_id INTEGER NOT NULL REFERENCES releases(id),
    program_id TEXT NOT NULL REFERENCES programs(id),
    change INTEGER NOT NULL DEFAULT 0,        -- 0: that it mentions the program; else the revision told of
    kind TEXT NOT NULL CHECK (kind IN ('new', 'updated', 'also', 'removed', 'again')),
    digest_id INTEGER NOT NULL REFERENCES digests(id),
    PRIMARY KEY (subscription_id, release_id, program_id, change)
) STRICT, WITHOUT ROWID;
INSERT INTO digest_items(subscription_id, release_id, program_id, kind, digest_id)
SELECT subscription_id, release_id, program_id, 'new', digest_id FROM digest_items_before;
DROP TABLE digest_items_before;
CREATE INDEX digest_items_release ON digest_items(release_id);
CREATE INDEX digest_items_digest ON digest_items(digest_id);
CREATE INDEX digests_subscription ON digests(subscription_id);

-- last_health: up to which of health_changes; NULL: what came after `planned`
ALTER TABLE subscriptions ADD COLUMN last_health INTEGER;
UPDATE subscriptions SET last_health = (SELECT coalesce(max(id), 0) FROM health_changes);

CREATE VIEW story_publishers AS
SELECT m.story_id, r.id AS release_id, r.publisher, r.title, r.url, r.first_seen, m.joined
FROM story_members m JOIN releases r ON r.id = m.release_id;
"""


@migrations()
def m003_news(db: Database) -> None:
    """Stories, changes of mentions, what each subscription was told of them."""
    run_script(db, _SCRIPT)
