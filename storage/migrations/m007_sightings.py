"""What a feed showed last, without looking at all that it ever showed."""

from __future__ import annotations

from sqlite_utils import Database

from storage.migrations.registry import migrations, run_script


@migrations()
def m007_sightings(database: Database) -> None:
    """An index of sightings by feed and time."""
    run_script(database, "CREATE INDEX sightings_feed ON sightings(feed_id, first_seen DESC, release_id);")
