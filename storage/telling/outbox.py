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

from presswatch.digests.delivery import Delivery, Due
from presswatch.digests.model import Digest
from presswatch.digests.owed import Owed, Position
from presswatch.digests.parts import told_in
from presswatch.errors import ArchiveError
from presswatch.times import from_text, to_text
from storage import rows
from storage.taking.health import told_health

_DIGEST = TypeAdapter(Digest)
_LONGEST_DELAY = timedelta(days=1)

_Key = tuple[int, str, int, str]
"""Of what is told: release, program, change, kind."""


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
    parts: Sequence[Digest],
    told: Sequence[Owed],
    recipients: Sequence[tuple[str, str]],
) -> None:
    """Store a digest in its parts, what each tells, and one delivery of each to each (channel, recipient).

    What is told in any part is noted before what is only named in one: that may be told in another. Call it
    within :func:`storage.connection.writing`, together with :func:`move_on`.
    """
    stored = [(part, store(database, part, recipients)) for part in parts]
    for (part, digest_id), shared in zip(stored, told_in(parts, told), strict=True):
        _note_told(database, part, digest_id, shared)
    for part, digest_id in stored:
        _note_named(database, part, digest_id)


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
    owe(database, digest_id, recipients, digest.created)
    return digest_id


def owe(database: Database, digest_id: int, addresses: Iterable[tuple[str, str]], now: datetime) -> None:
    """Store a delivery of a digest to each address, due now, with an identity of its own."""
    database.table("deliveries").insert_all(
        {
            "digest_id": digest_id,
            "identity": f"presswatch-{secrets.token_hex(16)}",
            "channel": channel,
            "recipient": recipient,
            "next_attempt": to_text(now),
        }
        for channel, recipient in addresses
    )


def _note_told(database: Database, digest: Digest, digest_id: int, told: Iterable[Owed]) -> None:
    """Note each release that is told. What is told twice breaks the table's key, and nothing is stored."""
    keys = [(one.release_id, one.program, one.change, one.kind) for one in told]
    keys += [(one.release_id, one.program, one.removal, "removed") for one in told if one.removal]
    _insert(database, digest, digest_id, keys, ignore=False)


def _note_named(database: Database, digest: Digest, digest_id: int) -> None:
    """Note the releases that are only named, as publishers of a story. Who is named twice does no harm."""
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
    _insert(database, digest, digest_id, named, ignore=True)


def _insert(
    database: Database,
    digest: Digest,
    digest_id: int,
    keys: Iterable[_Key],
    *,
    ignore: bool,
) -> None:
    columns = ("release_id", "program_id", "change", "kind")
    whose = {"subscription_id": digest.subscription, "digest_id": digest_id}
    items = [whose | dict(zip(columns, key, strict=True)) for key in keys]
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


def pending(database: Database, now: datetime) -> list[Due]:
    """The deliveries whose time has come, the oldest first.

    One that waits for longer than any pause is due too: the clock was ahead when it was put off.
    """
    found = database.query(
        """ SELECT d.*, g.subscription_id, g.created, g.once FROM deliveries d JOIN digests g ON g.id =
        d.digest_id WHERE d.status = 'pending' AND (d.next_attempt <= ? OR d.next_attempt > ?) ORDER BY d.id
        """,
        [to_text(now), to_text(now + _LONGEST_DELAY)],
    )

    @lru_cache(maxsize=8)
    def digest(digest_id: int) -> Digest:
        return _DIGEST.validate_json(database.table("digests").get(digest_id)["content"])

    return [
        Due(
            Delivery(
                id=row["id"],
                identity=row["identity"],
                subscription=row["subscription_id"],
                channel=row["channel"],
                recipient=row["recipient"],
                digest=digest(row["digest_id"]),
            ),
            created=from_text(row["created"]),
            attempts=row["attempts"],
            unanswered=row["unanswered"],
            once=bool(row["once"]),
        )
        for row in found
    ]


def claim(database: Database, delivery_id: int, now: datetime, until: datetime) -> None:
    """Note that an attempt begins, which counts whatever becomes of it; if nothing more is noted, the
    delivery is not tried again before ``until``. Call it within :func:`storage.connection.writing`.
    """
    database.table("attempts").insert(
        {"delivery_id": delivery_id, "at": to_text(now), "outcome": "begun", "said": ""}
    )
    database.execute(
        "UPDATE deliveries SET attempts = attempts + 1, unanswered = unanswered + 1, next_attempt = ?"
        " WHERE id = ?",
        [to_text(until), delivery_id],
    )


def note_attempt(
    database: Database,
    delivery_id: int,
    outcome: str,
    said: str,
    now: datetime,
    *,
    next_attempt: datetime | None = None,
) -> None:
    """Write down what became of the attempt that was claimed last: ``accepted``, ``refused`` (for good) or
    ``delayed`` until ``next_attempt``. Call it within :func:`storage.connection.writing`.
    """
    (begun,) = database.execute(
        "SELECT max(id) FROM attempts WHERE delivery_id = ? AND outcome = 'begun'", [delivery_id]
    ).fetchone()
    database.table("attempts").update(begun, {"at": to_text(now), "outcome": outcome, "said": said})
    database.execute("UPDATE deliveries SET unanswered = unanswered - 1 WHERE id = ?", [delivery_id])
    if next_attempt is not None:
        change = {"next_attempt": to_text(next_attempt)}
    else:
        status = "sent" if outcome == "accepted" else "failed"
        change = {"status": status, "finished": to_text(now)}
    database.table("deliveries").update(delivery_id, change)


def give_up(database: Database, delivery_id: int, outcome: str, said: str, now: datetime) -> None:
    """Write down that a delivery has failed for good without another attempt, and why: ``unknown``, since
    nothing is known of several, or ``withdrawn``. Call it within :func:`storage.connection.writing`.
    """
    database.table("attempts").insert(
        {"delivery_id": delivery_id, "at": to_text(now), "outcome": outcome, "said": said}
    )
    change = {"status": "failed", "finished": to_text(now), "withdrawn": int(outcome == "withdrawn")}
    database.table("deliveries").update(delivery_id, change)


def hold_channel(database: Database, channel: str, until: datetime) -> None:
    """Nothing that is pending by this channel is tried before then. Call it within
    :func:`storage.connection.writing`.
    """
    database.execute(
        "UPDATE deliveries SET next_attempt = max(next_attempt, ?) WHERE status = 'pending' AND channel = ?",
        [to_text(until), channel],
    )
