"""The clock as the archive remembers it, and what is put right once it is noticed that it was ahead."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta

from sqlite_utils import Database

from presswatch.clock import Clock, read_clock
from presswatch.times import from_text, to_text

# When something happened. Evidence (releases, revisions, fetches) stays as it was written down.
_PAST = {
    "subscriptions": ("added", "planned", "gone_since"),
    "digests": ("created", "since", "until"),
    "deliveries": ("finished",),
    "feeds": (
        "added",
        "last_attempt",
        "last_success",
        "last_whole",
        "first_read",
        "failing_since",
        "health_since",
        "moved_since",
        "texts_asked",
        "unknowable",
    ),
    "gaps": ("seen_before", "found", "finished"),
    "health_changes": ("at",),
    "mention_changes": ("found",),
    "pages": ("read_at",),
    "sightings": ("first_seen",),
    "story_members": ("joined",),
}
# For when something is put off.
_FUTURE = {
    "deliveries": ("next_attempt",),
    "feeds": ("next_due",),
    "gaps": ("next_attempt",),
    "pages": ("next_attempt",),
}


def known_clock(database: Database) -> Clock | None:
    """What is known of the clock; ``None`` before the first run."""
    row = next(database.query("SELECT * FROM clock"), None)
    if row is None:
        return None

    def moment(name: str) -> datetime | None:
        return from_text(row[name]) if row[name] else None

    return Clock(
        latest=from_text(row["latest"]),
        steady=from_text(row["steady"]),
        previous=moment("previous"),
        jumped=moment("jumped"),
        behind=moment("behind"),
        set_back=moment("set_back"),
        ahead=moment("ahead"),
    )


def look(database: Database, now: datetime) -> Clock:
    """Note that a run has begun at ``now``. Where that shows that the clock had been ahead, put right what
    was noted then.

    Call it within :func:`storage.connection.writing`, before anything is compared with ``now``.
    """
    known = known_clock(database)
    clock = read_clock(known, now)
    if clock.set_back == now:
        _put_right(database, now)
    values = {field.name: getattr(clock, field.name) for field in fields(Clock)}
    database.execute("DELETE FROM clock")
    database.table("clock").insert(
        {name: to_text(value) if value else None for name, value in values.items()}
    )
    return clock


def _put_right(database: Database, now: datetime) -> None:
    """What has happened, happened before now; and what was put off until a later moment is due."""
    before = to_text(now - timedelta(seconds=1))
    for columns, bound, value in ((_PAST, to_text(now), before), (_FUTURE, to_text(now), to_text(now))):
        for table, names in columns.items():
            for name in names:
                database.execute(
                    f"UPDATE {table} SET {name} = :value WHERE {name} > :bound",  # noqa: S608 (named above)
                    {"value": value, "bound": bound},
                )
