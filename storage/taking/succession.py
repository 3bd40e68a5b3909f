"""What takes the place of what leaves the configuration: a newsroom at a new address, a subscription or a
program under a new id. None begins from nothing, or what came in between would be told to nobody.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.digests.succession import REMEMBERED, takes_place_of
from presswatch.matching.program import Program
from presswatch.times import to_text
from presswatch.watch import Feed, Subscription
from storage.telling.redirecting import revive

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


def rename_programs(database: Database, wanted: Sequence[Program]) -> None:
    """Give a program its new id, and all that was found of it with it, where one vanishes and one appears
    whose rule is the same but for the id; where there are several such, nothing says which is which.

    Call it before the programs are stored.
    """
    stored = list(
        database.query(
            "SELECT p.id, p.active, r.definition FROM programs p"
            " JOIN rules r ON r.program_id = p.id AND r.version = p.rule"
        )
    )
    known, ids = {row["id"] for row in stored}, {program.id for program in wanted}
    gone: defaultdict[str, list[str]] = defaultdict(list)
    for row in stored:
        if row["active"] and row["id"] not in ids:
            gone[_rule(json.loads(row["definition"]))].append(row["id"])
    come: defaultdict[str, list[str]] = defaultdict(list)
    for program in wanted:
        if program.id not in known:
            come[_rule(asdict(program))].append(program.id)
    for rule, old in gone.items():
        if len(old) == len(come[rule]) == 1:
            _rename_program(database, old[0], come[rule][0])


def _rule(definition: Mapping[str, Any]) -> str:
    """What a program's rule says, without its names."""
    said = {name: value for name, value in definition.items() if name not in {"id", "name", "description"}}
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def _rename_program(database: Database, old: str, new: str) -> None:
    database.execute("PRAGMA defer_foreign_keys = on")  # within this transaction
    database.execute("UPDATE programs SET id = ? WHERE id = ?", [new, old])
    for table in database.tables:
        if "program_id" in table.columns_dict:
            database.execute(
                f"UPDATE {table.name} SET program_id = ? WHERE program_id = ?",  # noqa: S608 (our tables)
                [new, old],
            )


def rename_subscriptions(
    database: Database, wanted: Sequence[Subscription], now: datetime, steady: datetime
) -> None:
    """Give each subscription that takes another's place what that one was told and is owed: see
    :func:`presswatch.digests.succession.takes_place_of`. By the ``steady`` clock it is told who left lately.

    Call it before the subscriptions are stored.
    """
    stored = {row["id"]: row for row in database.table("subscriptions").rows}
    left = {row["id"] for row in left_lately(database, [one.id for one in wanted], steady)}
    gone = [subscription_of(row) for row in stored.values() if row["id"] in left]
    come = [one for one in wanted if one.formerly or one.id not in stored]
    for new, old in takes_place_of(gone, come).items():
        if old in stored and old != new:
            _rename(database, stored[old], new, stored.get(new), now)


def left_lately(database: Database, wanted: Sequence[str], steady: datetime) -> list[dict[str, Any]]:
    """The rows of subscriptions that are not among these ids, and have been gone for no longer than they are
    remembered, by the ``steady`` clock.
    """
    return list(
        database.query(
            "SELECT * FROM subscriptions WHERE id NOT IN (SELECT value FROM json_each(:wanted))"
            " AND (active OR gone_since >= :lately) ORDER BY id",
            {"wanted": json.dumps(list(wanted)), "lately": to_text(steady - REMEMBERED)},
        )
    )


def subscription_of(row: Mapping[str, Any]) -> Subscription:
    """A subscription as the archive remembers it: what it chose, and who was told."""
    return Subscription(
        id=row["id"],
        channel=row["channel"],
        recipients=tuple(json.loads(row["recipients"])),
        programs=tuple(json.loads(row["programs"])),
        publishers=tuple(json.loads(row["publishers"])),
        tags=tuple(json.loads(row["tags"])),
        languages=tuple(json.loads(row["languages"])),
        leave_out=tuple(json.loads(row["leave_out"])),
        schedule=row["schedule"],
    )


def _rename(
    database: Database,
    old: Mapping[str, Any],
    new_id: str,
    begun: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """``begun`` is the row of the new subscription where it is known already: it then goes back to what the
    old one was owed, but for what it has told itself.
    """
    if begun is None:
        database.table("subscriptions").insert({**old, "id": new_id, "active": 1, "gone_since": None})
    else:
        together = {"active": 1, "gone_since": None}
        for name in ("added", "planned", "last_mention", "last_health"):
            together[name] = min((row[name] for row in (old, begun) if row[name] is not None), default=None)
        database.table("subscriptions").update(new_id, together)
    revive(database, old["id"], old["gone_since"], now)
    new_and_old = [new_id, old["id"]]
    database.execute("UPDATE digests SET subscription_id = ? WHERE subscription_id = ?", new_and_old)
    database.execute(
        "UPDATE OR IGNORE digest_items SET subscription_id = ? WHERE subscription_id = ?", new_and_old
    )
    database.execute("DELETE FROM digest_items WHERE subscription_id = ?", [old["id"]])
    database.table("subscriptions").delete(old["id"])
