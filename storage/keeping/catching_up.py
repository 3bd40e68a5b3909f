"""An archive that was restored catches up with the one that it took the place of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from presswatch.matching.matcher import Matcher
from presswatch.releases.found import find_in_release
from presswatch.times import to_text
from storage.keeping.imported import Imported
from storage.taking.rewriting import Reading, rewrite

_STATE = ("title", "text", "content_hash", "text_from")
"""By which two archives say the same of a release."""


def catch_up(
    database: Database,
    one: Imported,
    release_id: int,
    matcher: Matcher,
    *,
    fetch: Callable[[], int],
    now: datetime,
) -> bool:
    """Where another archive has gone on from what this one says of a release, say what it says since, state
    by state, and tell nobody; return whether that was so. ``fetch`` gives the row of ``fetches`` that stands
    for the import. A release whose words were forgotten in either stays as it is.
    """
    ours = database.table("releases").get(release_id)
    states = _states(one)
    same = [n for n, state in enumerate(states) if all(state[name] == ours[name] for name in _STATE)]
    if not same or same[-1] == len(states) - 1 or ours["forgotten"] or one.columns.get("forgotten"):
        return False
    fetch_id = fetch()
    for before, state in pairwise(states[same[-1] :]):
        found = find_in_release(
            matcher,
            title=state["title"],
            text=state["text"],
            content=state["content"] or "",
            publisher=one.publisher,
        )
        rewrite(
            database,
            database.table("releases").get(release_id),
            Reading(state["text"], found.mentions, found.parts),
            replaced_by=before["replaced_by"],
            now=now,
            is_old=True,
            **{name: state[name] for name in _STATE if name != "text"},
            content=state["content"],
            published=state["published"],
            fetch_id=fetch_id,
        )
    return True


def _states(one: Imported) -> list[Mapping[str, Any]]:
    """What the other archive read of the release, the first state first."""
    entry = one.entry
    present = {
        "title": entry.title,
        "text": entry.text,
        "content_hash": entry.content_hash,
        "published": to_text(entry.published) if entry.published else None,
        "content": None,
        "text_from": "feed",
        **one.columns,
    }
    return [*sorted(one.revisions, key=lambda state: int(state["revision"])), present]
