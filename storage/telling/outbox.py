"""What is frozen, and what is to be sent: the archive's side of delivery."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from pydantic import TypeAdapter, ValidationError
from sqlite_utils import Database
from sqlite_utils.db import NotFoundError

from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest
from presswatch.digests.owed import Owed, Position
from presswatch.errors import ArchiveError
from presswatch.times import from_text, to_text
from storage import rows
from storage.taking.health import told_health

_DIGEST = TypeAdapter(Digest)
_LONGEST_DELAY = timedelta(days=1)


def state_of(database: Database, subscription_id: str) -> tuple[datetime, int]:
    """Up to when, and up to which mention, digests have been made for a subscription."""
    try:
        row = database.table("subscriptions").get(subscription_id)
    except NotFoundError as error:
        raise ArchiveError(
            f"the archive doesn't know the subscription {subscription_id} yet; `presswatch run` adds it"
        ) from error
    return from_text(row["planned"]), row["last_mention"]


def freeze(
    database: Database,
    digest: Digest,
    told: Iterable[Owed],
    recipients: Sequence[tuple[str, str]],
) -> None:
    """Store a digest, what it tells, and one delivery for each (channel, recipient).

    Call it within :func:`storage.connection.writing`, together with :func:`move_on`.
    """
    _note_told(database, digest, store(database, digest, recipients), told)


def store(
    database: Database, digest: Digest, recipients: Sequence[tuple[str, str]], *, once: bool = False
) -> int:
    """Store a digest and one delivery for each (channel, recipient); return the digest's id. One that is sent
    ``once``, since a person asked for it, changes nothing about what the subscription is told.

    Call it within :func:`storage.connection.writing`.
    """
    digest_id = cast(
        int,
        database.table("digests")
        .insert(
            {
                "subscription_id": digest.subscription,
                "created": to_text(digest.created),
                "since": to_text(digest.since),
                "until": to_text(digest.until),
                "subject": digest.subject,
                "releases": digest.releases,
                "content": _DIGEST.dump_json(digest).decode(),
                "once": once,
            }
        )
        .last_pk,
    )
    database.table("deliveries").insert_all(
        {
            "digest_id": digest_id,
            "identity": f"presswatch-{secrets.token_hex(16)}",
            "channel": channel,
            "recipient": recipient,
            "next_attempt": to_text(digest.created),
        }
        for channel, recipient in recipients
    )
    return digest_id


def _note_told(database: Database, digest: Digest, digest_id: int, told: Iterable[Owed]) -> None:
    """Note each release that is told, and then those that are only named as publishers of its story.

    What is told twice breaks the table's key, and nothing is stored; who is named twice does no harm.
    """
    keys = [(one.release_id, one.program, one.change, one.kind) for one in told]
    keys += [(one.release_id, one.program, one.removal, "removed") for one in told if one.removal]
    named = [
        (other.release_id, section.program, 0, "also")
        for section in digest.sections
        for item in section.items
        for other in item.others
    ]
    named += [
        (one.release_id, program, 0, "also")
        for later in digest.also
        for program in later.programs
        for one in later.publications
    ]
    columns = ("release_id", "program_id", "change", "kind")
    whose = {"subscription_id": digest.subscription, "digest_id": digest_id}
    for wanted, ignore in ((keys, False), (named, True)):
        items = [whose | dict(zip(columns, key, strict=True)) for key in wanted]
        rows.insert(database, "digest_items", items, ignore=ignore)


def move_on(
    database: Database, subscription_id: str, *, upto: Position, now: datetime, with_health: bool
) -> None:
    """Note that the subscription has been looked at, up to a mention and a time; and ``with_health`` that
    it is told of the feeds' health.
    """
    health = upto.health if with_health else told_health(database, subscription_id)
    database.table("subscriptions").update(
        subscription_id, {"planned": to_text(now), "last_mention": upto.mention, "last_health": health}
    )


def told_last(database: Database, subscription_id: str) -> datetime | None:
    """When the newest digest was made for a subscription; ``None`` if there is none yet."""
    row = database.execute(
        "SELECT created FROM digests WHERE subscription_id = ? AND NOT once ORDER BY id DESC LIMIT 1",
        [subscription_id],
    ).fetchone()
    return from_text(row[0]) if row else None


def newest_digest(database: Database, subscription_id: str) -> Digest | None:
    """The digest that was made last for a subscription; ``None`` if there is none yet, or none that can be
    read any more.
    """
    row = database.execute(
        "SELECT content FROM digests WHERE subscription_id = ? AND NOT once ORDER BY id DESC LIMIT 1",
        [subscription_id],
    ).fetchone()
    with suppress(ValidationError):  # one bad row; `presswatch verify` names it
        return _DIGEST.validate_json(row[0]) if row else None
    return None


def pending(database: Database, now: datetime) -> list[tuple[Delivery, int]]:
    """The deliveries whose time has come, the oldest first, each with its attempts so far.

    One that waits for longer than any pause is due too: the clock was ahead when it was put off.
    """
    found = database.query(
        """
        SELECT d.*, g.subscription_id FROM deliveries d JOIN digests g ON g.id = d.digest_id
        WHERE d.status = 'pending' AND (d.next_attempt <= ? OR d.next_attempt > ?) ORDER BY d.id
        """,
        [to_text(now), to_text(now + _LONGEST_DELAY)],
    )

    @lru_cache(maxsize=8)
    def digest(digest_id: int) -> Digest:
        return _DIGEST.validate_json(database.table("digests").get(digest_id)["content"])

    return [
        (
            Delivery(
                id=row["id"],
                identity=row["identity"],
                subscription=row["subscription_id"],
                channel=row["channel"],
                recipient=row["recipient"],
                digest=digest(row["digest_id"]),
            ),
            row["attempts"],
        )
        for row in found
    ]


def note_attempt(
    database: Database,
    delivery_id: int,
    outcome: str,
    said: str,
    now: datetime,
    *,
    next_attempt: datetime | None = None,
) -> None:
    """Write down what became of an attempt: ``accepted``, ``refused`` (for good) or ``delayed`` until
    ``next_attempt``. Call it within :func:`storage.connection.writing`.
    """
    database.table("attempts").insert(
        {"delivery_id": delivery_id, "at": to_text(now), "outcome": outcome, "said": said}
    )
    attempts = database.table("deliveries").get(delivery_id)["attempts"] + 1
    if next_attempt is not None:
        change = {"attempts": attempts, "next_attempt": to_text(next_attempt)}
    else:
        status = "sent" if outcome == "accepted" else "failed"
        change = {"attempts": attempts, "status": status, "finished": to_text(now)}
    database.table("deliveries").update(delivery_id, change)


def hold_channel(database: Database, channel: str, until: datetime) -> None:
    """Nothing that is pending by this channel is tried before then. Call it within
    :func:`storage.connection.writing`.
    """
    database.execute(
        "UPDATE deliveries SET next_attempt = max(next_attempt, ?) WHERE status = 'pending' AND channel = ?",
        [to_text(until), channel],
    )
