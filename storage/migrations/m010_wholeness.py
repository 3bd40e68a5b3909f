"""Whether a feed carries whole texts or teasers is learned from its pages."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

_SCRIPT = """
-- texts: unknown, whole, teasers, unreadable
ALTER TABLE feeds ADD COLUMN texts TEXT NOT NULL DEFAULT 'unknown';
-- texts_asked: when a page was asked for to learn that
ALTER TABLE feeds ADD COLUMN texts_asked TEXT;
-- pages_failing: why the pages asked for last could not be read
ALTER TABLE feeds ADD COLUMN pages_failing TEXT NOT NULL DEFAULT '';
"""


@migrations()
def m010_wholeness(database: Database) -> None:
    """What is known of a feed's texts."""
    run_script(database, _SCRIPT)
