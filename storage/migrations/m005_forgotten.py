"""Releases whose text was let go by the user's retention."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script

_SCRIPT = """
-- forgotten: when its text was removed; NULL: it is there
ALTER TABLE releases ADD COLUMN forgotten TEXT;
"""


@migrations()
def m005_forgotten(db: Database) -> None:
    """A mark by which a text that was removed on purpose is told from one that is missing."""
    run_script(db, _SCRIPT)
