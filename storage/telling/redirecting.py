"""Deliveries that are under way follow their subscriptions through changes of the configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from sqlite_utils import Database

from presswatch.digests.addresses import Addressed, Redirection, addresses_of_once, redirected
from presswatch.digests.succession import REMEMBERED
from presswatch.times import to_text
from presswatch.watch import Subscription, Watch
from storage.telling.outbox import give_up, owe

_UNDER_WAY = """
    SELECT d.id, d.digest_id, d.channel, d.recipient, d.status, d.withdrawn, g.subscription_id, g.once
    FROM deliveries d JOIN digests g ON g.id = d.digest_id
    WHERE d.digest_id IN (SELECT digest_id FROM deliveries WHERE status = 'pending'
                          OR (withdrawn AND finished >= :since))
    ORDER BY d.digest_id, d.id
"""


def follow(database: Database, watch: Watch, now: datetime, steady: datetime) -> None:
    """Bring what is pending in line with the configuration: see :mod:`presswatch.digests.addresses`. What was
    withdrawn for less than a week, by the ``steady`` clock, is pending again if its address is back.

    Call it within :func:`storage.connection.writing`, once the archive knows the subscriptions.
    """
    since = to_text(steady - REMEMBERED)
    subscriptions = {one.id: one for one in watch.subscriptions}
    channels = frozenset(channel.id for channel in watch.channels)
    rows = list(database.query(_UNDER_WAY, {"since": since}))
    for digest_id, group in groupby(rows, key=lambda row: row["digest_id"]):
        deliveries = list(group)
        subscription = subscriptions.get(deliveries[0]["subscription_id"])
        known = [_addressed(row) for row in deliveries]
        if deliveries[0]["once"]:
            present: Sequence[tuple[str, str]] = addresses_of_once(known, subscription, channels)
        else:
            present = subscription.addresses if subscription else ()
        # Withdrawn at a time that is believed, so that it can be told for how long.
        _redirect(database, digest_id, redirected(known, present), subscription, max(now, steady))


def revive(database: Database, subscription_id: str, since: str | None, now: datetime) -> None:
    """What was withdrawn from a subscription since it was gone is pending again.

    Call it within :func:`storage.connection.writing`.
    """
    if since is None:
        return
    rows = database.execute(
        "SELECT d.id FROM deliveries d JOIN digests g ON g.id = d.digest_id"
        " WHERE g.subscription_id = ? AND d.withdrawn AND d.finished >= ?",
        [subscription_id, since],
    )
    _make_due(database, [row[0] for row in rows.fetchall()], now)


def _redirect(
    database: Database,
    digest_id: int,
    changes: Iterable[Redirection],
    subscription: Subscription | None,
    now: datetime,
) -> None:
    handed_on = []
    for change in changes:
        channel, recipient = change.address
        if change.what == "revive":
            _make_due(database, [change.id], now)
        elif change.what == "move":
            moved = {"channel": channel, "recipient": recipient, "attempts": 0, "next_attempt": to_text(now)}
            database.table("deliveries").update(change.id, moved)
        elif change.what == "hand on":
            owe(database, digest_id, [change.address], now)
            handed_on.append(recipient if recipient == channel else f"{recipient} by {channel}")
        else:
            give_up(database, change.id, "withdrawn", _why(change, subscription, handed_on), now)


def _why(change: Redirection, subscription: Subscription | None, handed_on: Sequence[str]) -> str:
    if subscription is None:
        return "the subscription is not in the configuration any more"
    gone = f"the subscription {subscription.id} doesn't go to {change.address[1]} any more"
    return f"{gone}; this goes to {', '.join(handed_on)} instead" if handed_on else gone


def _make_due(database: Database, delivery_ids: Iterable[int], now: datetime) -> None:
    change = {"status": "pending", "withdrawn": 0, "finished": None, "next_attempt": to_text(now)}
    for delivery_id in delivery_ids:
        database.table("deliveries").update(delivery_id, change)


def _addressed(row: Mapping[str, Any]) -> Addressed:
    state: Literal["pending", "withdrawn", "settled"] = "settled"
    if row["withdrawn"]:
        state = "withdrawn"
    elif row["status"] == "pending":
        state = "pending"
    return Addressed(row["id"], (row["channel"], row["recipient"]), state)
