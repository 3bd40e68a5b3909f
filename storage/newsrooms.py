"""How the watched newsrooms fare, read from the archive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.health_report import FeedHealth, shown_state
from presswatch.pages.wholeness import what_is_not_read
from presswatch.times import from_text

_HEALTH = """
WITH newest AS (
    SELECT feed_id, max(min(coalesce(published, first_seen), first_seen)) AS at FROM releases GROUP BY feed_id
), holes AS (
    SELECT feed_id, count(*) FILTER (WHERE status = 'open') AS open,
           count(*) FILTER (WHERE status = 'pending') AS pending,
           max(found) FILTER (WHERE status = 'open') AS last
    FROM gaps GROUP BY feed_id
)
SELECT f.*, newest.at AS last_release, coalesce(holes.open, 0) AS open_gaps,
       coalesce(holes.pending, 0) AS pending_gaps, holes.last AS last_gap
FROM feeds f LEFT JOIN newest ON newest.feed_id = f.id LEFT JOIN holes ON holes.feed_id = f.id
WHERE f.active ORDER BY f.id
"""


def feed_health(database: Database) -> list[FeedHealth]:
    """How each feed that is watched fares, in the order in which they were added."""
    return [_health(row) for row in database.query(_HEALTH)]


def _health(row: dict[str, Any]) -> FeedHealth:
    last_success = _moment(row["last_success"])
    state = shown_state(row["health"], last_success, row["failures"])
    return FeedHealth(
        url=row["url"],
        publisher=row["publisher"],
        kind=row["kind"],
        state=state,
        interval=timedelta(seconds=row["interval_seconds"]),
        since=_moment(row["health_since"] if state == row["health"] else row["failing_since"]),
        last_attempt=_moment(row["last_attempt"]),
        last_success=last_success,
        last_release=_moment(row["last_release"]),
        failing_since=_moment(row["failing_since"]),
        failures=row["failures"],
        last_error=row["last_error"],
        next_due=_moment(row["next_due"]),
        open_gaps=row["open_gaps"],
        pending_gaps=row["pending_gaps"],
        last_gap=_moment(row["last_gap"]),
        moved_to=row["moved_to"],
        warning=_warning(row),
        texts=row["texts"],
    )


def _warning(row: dict[str, Any]) -> str:
    teasers = what_is_not_read(row["texts"], row["fulltext"], row["pages_failing"])
    only = f"only what the feed carries is searched: {teasers}" if teasers else ""
    return "; ".join(part for part in (row["warning"], only) if part)


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None
