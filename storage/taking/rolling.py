"""Looking, when a reading is stored, whether releases may have rolled past since the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.values import Read
from presswatch.recovery.decide import NEWS_SITEMAP_KEEPS, Shown, keeps_by_age, may_have_missed
from presswatch.times import from_text, to_text
from storage.taking import gaps


def look_for_gap(
    database: Database,
    feed: Mapping[str, Any],
    reading: Read,
    release_ids: Sequence[int],
    *,
    fetch_id: int,
    now: datetime,
) -> bool:
    """Note a gap if there may be one, and say so; note, too, if that can't be known. ``release_ids`` are
    those of the reading's entries; ``now`` is when their sightings are stored. That another feed showed a
    release before says nothing of this one.
    """
    if feed["first_read"] is None or not reading.entries:
        return False
    if any(kept.before == 0 and kept.place == len(reading.entries) for kept in reading.kept):
        return False  # what stood on top stands right below all that is new
    known = gaps.known_to(database, feed["id"], release_ids, now=now)
    shown = [
        Shown(matched.entry.keys, matched.entry.published, release_id in known)
        for matched, release_id in zip(reading.entries, release_ids, strict=True)
    ]
    for kept in reading.kept:
        at_place = kept.place == kept.before
        shown.insert(kept.place, Shown((), kept.published, known=True, at_its_place=at_place))
    last = gaps.last_shown(database, feed["id"], fetch_id=fetch_id, now=now)
    if last is None:
        return False
    by_age = reading.listed is not None and (
        reading.listed.is_news
        or keeps_by_age(gaps.counts(database, feed["id"], fetch_id=fetch_id), NEWS_SITEMAP_KEEPS)
    )
    # That a list which leaves out by age was empty says that nothing young was there.
    seen_before = max(last.seen_before, from_text(feed["last_success"])) if by_age else last.seen_before
    missed = may_have_missed(
        last.items,
        shown,
        seen_before=seen_before,
        now=now,
        kind=feed["kind"],
        steady=last.steady,
        keeps=NEWS_SITEMAP_KEEPS if by_age else None,
        names_older=reading.names_older,
    )
    if missed is None:
        database.table("feeds").update(feed["id"], {"unknowable": to_text(now)})
    if not missed:
        return False
    dates = [item.published for item in shown if item.published is not None and not item.known]
    gaps.note(
        database,
        feed["id"],
        seen_before=seen_before,
        fetch_id=fetch_id,
        oldest_shown=min(dates, default=None),
        now=now,
    )
    return True
