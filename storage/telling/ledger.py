"""What became of deliveries: listing them, and what a person may do about one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.digests.ledger import Attempt, DeliveryState
from presswatch.errors import ArchiveError, UnknownDelivery
from presswatch.times import from_text, to_text


def deliveries(
    database: Database, *, status: str = "", subscription: str = "", limit: int = 50
) -> list[DeliveryState]:
    """The newest deliveries, of one status and one subscription if these are given."""
    rows = database.query(
        "SELECT * FROM delivery_log WHERE (:status = '' OR status = :status)"
        " AND (:subscription = '' OR subscription_id = :subscription) ORDER BY id DESC LIMIT :limit",
        {"status": status, "subscription": subscription, "limit": limit},
    )
    return [_state(row) for row in rows]


def delivery(database: Database, delivery_id: int) -> tuple[DeliveryState, list[Attempt]]:
    """One delivery, and all that was tried, the first attempt first.

    Raises :class:`UnknownDelivery` if there is none of that number.
    """
    found = list(database.query("SELECT * FROM delivery_log WHERE id = ?", [delivery_id]))
    if not found:
        raise UnknownDelivery(f"there is no delivery {delivery_id}; `presswatch deliveries` lists them")
    rows = database.query("SELECT * FROM attempts WHERE delivery_id = ? ORDER BY id", [delivery_id])
    return _state(found[0]), [Attempt(from_text(row["at"]), row["outcome"], row["said"]) for row in rows]


def retry(database: Database, delivery_ids: Sequence[int], now: datetime) -> None:
    """Let deliveries that are not sent be due now, also those that failed for good or were abandoned.

    Raises :class:`ArchiveError` for one that is sent or was withdrawn, and :class:`UnknownDelivery`. Call it
    within :func:`storage.connection.writing`.
    """
    for delivery_id in delivery_ids:
        state = delivery(database, delivery_id)[0]
        if state.status == "sent":
            raise ArchiveError(f"delivery {delivery_id} was accepted by the other side; nothing was changed")
        if state.status == "withdrawn":
            raise ArchiveError(
                f"delivery {delivery_id} was withdrawn: {state.last_said}; nothing was changed"
            )
        change = {"status": "pending", "abandoned": 0, "finished": None, "attempts": 0, "unanswered": 0}
        database.table("deliveries").update(delivery_id, change | {"next_attempt": to_text(now)})


def abandon(database: Database, delivery_ids: Sequence[int], now: datetime) -> None:
    """Give up deliveries that are pending. Raises, and is called, as :func:`retry`."""
    for delivery_id in delivery_ids:
        status = delivery(database, delivery_id)[0].status
        if status != "pending":
            raise ArchiveError(f"delivery {delivery_id} is {status}, not pending; nothing was changed")
        change = {"status": "failed", "abandoned": 1, "finished": to_text(now)}
        database.table("deliveries").update(delivery_id, change)


def _state(row: dict[str, Any]) -> DeliveryState:
    return DeliveryState(
        id=row["id"],
        identity=row["identity"],
        subscription=row["subscription_id"],
        subject=row["subject"],
        channel=row["channel"],
        recipient=row["recipient"],
        status=row["status"],
        created=from_text(row["created"]),
        next_attempt=from_text(row["next_attempt"]),
        finished=from_text(row["finished"]) if row["finished"] else None,
        attempts=row["attempts"],
        last_said=row["last_said"] or "",
    )
