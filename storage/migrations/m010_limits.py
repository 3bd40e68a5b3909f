"""The limits of what a feed shows: teasers only, no order, a beginning that was cut."""

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
-- unknowable: when last nothing told whether releases had rolled past
ALTER TABLE feeds ADD COLUMN unknowable TEXT;
-- began_cut: its first reading broke off, and none has been whole since
ALTER TABLE feeds ADD COLUMN began_cut INTEGER NOT NULL DEFAULT 0;
-- dated_now: how many releases its first reading dated as of that moment
ALTER TABLE feeds ADD COLUMN dated_now INTEGER NOT NULL DEFAULT 0;
"""


@migrations()
def m010_limits(database: Database) -> None:
    """What is known of a feed's texts, its order and its beginning."""
    run_script(database, _SCRIPT)
