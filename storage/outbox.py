"""What is frozen and what is sent, and how the feeds fare meanwhile: the archive's side of delivery."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from pydantic import TypeAdapter
from sqlite_utils import Database
from sqlite_utils.db import NotFoundError

from presswatch.digests.delivery import Delivery
from presswatch.digests.health import HealthChange
from presswatch.digests.model import Coverage, Digest, FailedFeed, Gap, SilentFeed
from presswatch.digests.owed import Owed, Position
from presswatch.errors import ArchiveError
from presswatch.times import from_text, to_text
from storage import rows

_DIGEST = TypeAdapter(Digest)
_LONGEST_DELAY = timedelta(days=1)
_REMEMBERED = timedelta(days=7)


def state_of(database: Database, subscription_id: str) -> tuple[datetime, int]:
    """Up to when, and up to which mention, digests have been made for a subscription."""
    try:
        row = database.table("subscriptions").get(subscription_id)
    except NotFoundError as error:
        raise ArchiveError(
            f"the archive doesn't know the subscription {subscription_id} yet; `presswatch run` adds it"
        ) from error
    return from_text(row["planned"]), row["last_mention"]


def coverage(database: Database, subscription_id: str = "") -> Coverage:
    """How the watched feeds fare, of each the last attempt; and the gaps found or settled since the
    subscription's last digest.
    """
    feeds = list(database.query("SELECT * FROM feeds WHERE active ORDER BY publisher, url"))
    return Coverage(
        feeds=len(feeds),
        read=sum(1 for feed in feeds if feed["last_attempt"] and not feed["failures"]),
        failed=tuple(
            FailedFeed(feed["publisher"], feed["url"], feed["last_error"])
            for feed in feeds
            if feed["failures"]
        ),
        silent=tuple(
            SilentFeed(feed["publisher"], feed["url"], _last_news(database, feed))
            for feed in feeds
            if feed["health"] == "silent" and not feed["failures"]
        ),
        gaps=_gaps(database, subscription_id),
    )


def _last_news(database: Database, feed: Mapping[str, Any]) -> datetime:
    """When the feed last showed something new."""
    row = database.execute(
        "SELECT max(first_at) FROM fetches WHERE feed_id = ? AND new > 0", [feed["id"]]
    ).fetchone()
    return from_text(row[0] or feed["health_since"] or feed["added"])


def _gaps(database: Database, subscription_id: str) -> tuple[Gap, ...]:
    """The gaps that the subscription's last digest did not show as they are now."""
    last = newest_digest(database, subscription_id)
    if last is not None:
        since, shown = last.until, {(gap.id, gap.status) for gap in last.coverage.gaps}
    else:
        added = database.execute("SELECT added FROM subscriptions WHERE id = ?", [subscription_id]).fetchone()
        if added is None:
            return ()
        since, shown = from_text(added[0]), set()
    found = database.query(
        """
        SELECT g.*, f.publisher, f.url FROM gaps g JOIN feeds f ON f.id = g.feed_id
        WHERE f.active AND max(g.found, coalesce(g.finished, '')) >= ? ORDER BY f.publisher, g.id
        """,
        [to_text(since)],
    )
    gaps = (
        Gap(
            id=row["id"],
            publisher=row["publisher"],
            url=row["url"],
            since=from_text(row["seen_before"]),
            until=from_text(row["found"]),
            status=row["status"],
            recovered=row["recovered"],
            how=row["how"],
        )
        for row in found
    )
    return tuple(gap for gap in gaps if (gap.id, gap.status) not in shown)


def last_health(database: Database) -> int:
    """The id of the newest change of a feed's health; 0 if there was none."""
    return int(database.execute("SELECT coalesce(max(id), 0) FROM health_changes").fetchone()[0])


def health_changes(database: Database, subscription_id: str) -> list[HealthChange]:
    """The changes of watched feeds' health that the subscription has not been told of, the oldest first."""
    found = database.query(
        "SELECT h.*, f.publisher, f.url FROM health_changes h JOIN feeds f ON f.id = h.feed_id"
        " WHERE f.active AND h.id > ? ORDER BY h.id",
        [_told_health(database, subscription_id)],
    )
    return [
        HealthChange(
            feed_id=row["feed_id"],
            publisher=row["publisher"],
            url=row["url"],
            at=from_text(row["at"]),
            health=row["health"],
            before=row["before"],
            reason=row["reason"],
        )
        for row in found
    ]


def _told_health(database: Database, subscription_id: str) -> int:
    """Up to which change of a feed's health the subscription was told; a new one starts at the present."""
    told, planned = database.execute(
        "SELECT last_health, planned FROM subscriptions WHERE id = ?", [subscription_id]
    ).fetchone()
    if told is None:
        told = database.execute(
            "SELECT coalesce(max(id), 0) FROM health_changes WHERE at <= ?", [planned]
        ).fetchone()[0]
    return int(told)


def forget_absent(database: Database, now: datetime) -> None:
    """Let subscriptions that have been out of the configuration for a week begin anew with feeds' health."""
    database.execute(
        "UPDATE subscriptions SET last_health = NULL WHERE NOT active AND planned < ?",
        [to_text(now - _REMEMBERED)],
    )


def freeze(
    database: Database,
    digest: Digest,
    told: Iterable[Owed],
    recipients: Sequence[tuple[str, str]],
) -> None:
    """Store a digest, what it tells, and one delivery for each (channel, recipient).

    Call it within :func:`storage.connection.writing`, together with :func:`move_on`.
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
            }
        )
        .last_pk,
    )
    _note_told(database, digest, digest_id, told)
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
    health = upto.health if with_health else _told_health(database, subscription_id)
    database.table("subscriptions").update(
        subscription_id, {"planned": to_text(now), "last_mention": upto.mention, "last_health": health}
    )


def told_last(database: Database, subscription_id: str) -> datetime | None:
    """When the newest digest was made for a subscription; ``None`` if there is none yet."""
    row = database.execute(
        "SELECT created FROM digests WHERE subscription_id = ? ORDER BY id DESC LIMIT 1", [subscription_id]
    ).fetchone()
    return from_text(row[0]) if row else None


def newest_digest(database: Database, subscription_id: str) -> Digest | None:
    """The digest that was made last for a subscription; ``None`` if there is none yet."""
    row = database.execute(
        "SELECT content FROM digests WHERE subscription_id = ? ORDER BY id DESC LIMIT 1", [subscription_id]
    ).fetchone()
    return _DIGEST.validate_json(row[0]) if row else None


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
