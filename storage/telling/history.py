"""How often programs were mentioned in the past weeks: what the small chart in a digest shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from presswatch.times import from_text
from presswatch.watch import Subscription
from storage.telling.choice import is_chosen

WEEKS = 12
LEAST_WEEKS = 2
"""With fewer there is nothing to compare."""

_WEEK = timedelta(days=7)

# The newest first, by the index on (program_id, release_id): ids rise with the time first seen, so that
# whoever reads this can stop at the first release that is too old, however large the archive is.
_MENTIONING = """
    SELECT r.id, r.first_seen, r.announce AND max(m.part NOT IN (SELECT value FROM json_each(:leave_out)))
    FROM mentions m JOIN releases r ON r.id = m.release_id AND r.revision = m.revision
    WHERE m.program_id = :program GROUP BY m.release_id ORDER BY m.release_id DESC
"""


def weeks(
    database: Database, subscription: Subscription, programs: Iterable[str], now: datetime
) -> dict[str, tuple[int, ...]]:
    """Of each program how many releases that mention it were first seen in each of the last weeks.

    The last number is for the seven days up to ``now``; there are at most :data:`WEEKS`. A release counts if
    the subscription is about it, and if it was news when it came: what a feed held when it was read for the
    first time says nothing about that week. Weeks count that the program was watched for as a whole, or back
    to the oldest release that the archive was searched for it; with fewer than :data:`LEAST_WEEKS`, or
    without any release in them, a program is left out.
    """
    counted = {program: _of(database, subscription, program, now) for program in programs}
    return {program: numbers for program, numbers in counted.items() if numbers}


def _of(database: Database, subscription: Subscription, program: str, now: datetime) -> tuple[int, ...]:
    added = _added(database, program) or now
    numbers = [0] * WEEKS
    known = (now - added) // _WEEK
    rows = database.execute(
        _MENTIONING, {"program": program, "leave_out": json.dumps(subscription.leave_out)}
    )
    for release_id, text, counts in rows:
        first_seen = from_text(text)
        age = (now - first_seen) // _WEEK
        if age >= WEEKS:
            break
        if counts and age >= 0 and is_chosen(database, subscription, release_id):
            numbers[age] += 1
            known = max(known, age + 1 if first_seen < added else 0)
    shown = numbers[: max(known, 0)]
    return tuple(reversed(shown)) if len(shown) >= LEAST_WEEKS and any(shown) else ()


def _added(database: Database, program: str) -> datetime | None:
    row = database.execute("SELECT added FROM programs WHERE id = ?", [program]).fetchone()
    return from_text(row[0]) if row else None
