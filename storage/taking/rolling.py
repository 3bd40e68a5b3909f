"""Looking, when a reading is stored, whether releases may have rolled past since the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.values import Read
from presswatch.recovery.decide import Shown, may_have_missed
from storage.taking import gaps


def look_for_gap(
    database: Database,
    feed: Mapping[str, Any],
    reading: Read,
    were_known: Sequence[bool],
    *,
    fetch_id: int,
    now: datetime,
) -> bool:
    """Note a gap if there may be one, and say so. ``were_known`` says of each of the reading's entries
    whether the archive had its release before; ``now`` is when their sightings are stored.
    """
    if feed["first_read"] is None or not reading.entries:
        return False
    if any(kept.place >= len(reading.kept) for kept in reading.kept):
        return False  # below something new stands what was there before
    shown = [
        Shown(matched.entry.keys, matched.entry.published, known)
        for matched, known in zip(reading.entries, were_known, strict=True)
    ]
    for kept in reading.kept:
        at_place = kept.place == kept.before
        shown.insert(kept.place, Shown((), kept.published, known=True, at_its_place=at_place))
    last = gaps.last_shown(database, feed["id"], fetch_id=fetch_id, now=now)
    if last is None or not may_have_missed(
        last.items, shown, seen_before=last.seen_before, kind=feed["kind"], steady=last.steady
    ):
        return False
    dates = [item.published for item in shown if item.published is not None and not item.known]
    gaps.note(
        database,
        feed["id"],
        seen_before=last.seen_before,
        fetch_id=fetch_id,
        oldest_shown=min(dates, default=None),
        now=now,
    )
    return True
