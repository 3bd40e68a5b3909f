"""What takes the place of what leaves the configuration: a newsroom at a new address, a subscription under a
new id. Neither begins from nothing, or what came in between would be told to nobody.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.times import to_text
from presswatch.watch import Feed

_AT_MOST = timedelta(days=60)
_LATELY = timedelta(days=7)

_LEFT_BEHIND = """
    SELECT publisher, min(CASE WHEN health = 'silent' THEN coalesce(
        (SELECT max(first_seen) FROM releases r WHERE r.feed_id = f.id), last_success) ELSE last_success END)
    FROM feeds f WHERE last_success IS NOT NULL AND (
        (active AND (health != 'well' OR url NOT IN (SELECT value FROM json_each(:urls))))
        OR (NOT active AND last_attempt >= :lately))
    GROUP BY publisher
"""


def announced_from(database: Database, feeds: Sequence[Feed], now: datetime) -> dict[str, str]:
    """For each publisher of which something was left behind, since when it was not seen: new addresses of
    that publisher announce from then on. It is at most 60 days ago.

    Left behind is a feed that is not among ``feeds`` any more (since this edit, or for less than a week), or
    that fails or is silent. A silent one may have been abandoned: it was last seen with its last release.
    Call it before the feeds are stored.
    """
    urls = json.dumps([feed.url for feed in feeds])
    earliest = to_text(now - _AT_MOST)
    rows = database.execute(_LEFT_BEHIND, {"urls": urls, "lately": to_text(now - _LATELY)})
    return {publisher: max(since, earliest) for publisher, since in rows}


def rename_subscriptions(database: Database, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Give a subscription its new id, and all that it was told with it, where one vanishes and one appears
    that sends the same programs to the same recipients over the same channel. ``wanted`` are the rows of
    the configuration. Where there are several such, nothing says which is which: each begins anew.
    """
    stored = {row["id"]: row for row in database.table("subscriptions").rows}
    ids = {row["id"] for row in wanted}
    gone = _alike([row for row in stored.values() if row["active"] and row["id"] not in ids])
    come = _alike([row for row in wanted if row["id"] not in stored])
    for what, old in gone.items():
        new = come.get(what, [])
        if len(old) == len(new) == 1:
            _rename(database, old[0], new[0]["id"])


def _alike(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], list[Mapping[str, Any]]]:
    groups: defaultdict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["channel"], row["recipients"], row["programs"]].append(row)
    return groups


def _rename(database: Database, subscription: Mapping[str, Any], new_id: str) -> None:
    database.table("subscriptions").insert({**subscription, "id": new_id})
    old_and_new = [new_id, subscription["id"]]
    database.execute("UPDATE digests SET subscription_id = ? WHERE subscription_id = ?", old_and_new)
    database.execute("UPDATE digest_items SET subscription_id = ? WHERE subscription_id = ?", old_and_new)
    database.table("subscriptions").delete(subscription["id"])
