"""What is owed, what is frozen, what is sent: the archive's side of delivery."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from pydantic import TypeAdapter
from sqlite_utils import Database
from sqlite_utils.db import NotFoundError

from presswatch.digests.compose import Owed, OwedMention
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Coverage, Digest, FailedFeed
from presswatch.errors import ArchiveError
from presswatch.times import from_text, to_text
from presswatch.watch import Subscription

_DIGEST = TypeAdapter(Digest)
_MOST_MENTIONS = 200
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


def last_mention(database: Database) -> int:
    """The id of the newest mention; 0 in an empty archive."""
    return int(database.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()[0])


def owed(database: Database, subscription: Subscription, after: int, upto: int) -> list[Owed]:
    """What the subscription has not been told, among the mentions in (``after``, ``upto``].

    A release is told as it stands now. Where an edit has taken the mention out meanwhile, it is told
    from the last revision that had it: what was said was said.
    """
    news = database.query(
        """
        SELECT release_id, program_id, min(cause = 'edit') AS edited FROM mentions n
        WHERE id > ? AND id <= ? AND announce
          AND NOT EXISTS (SELECT 1 FROM digest_items i WHERE i.subscription_id = ?
                          AND i.release_id = n.release_id AND i.program_id = n.program_id)
        GROUP BY release_id, program_id ORDER BY release_id, program_id
        """,
        [after, upto, subscription.id],
    )
    found = []
    for pair in news:
        if subscription.programs and pair["program_id"] not in subscription.programs:
            continue
        release = _owed(database, pair["release_id"], pair["program_id"], edited=bool(pair["edited"]))
        if not all(mention.part in subscription.leave_out for mention in release.mentions):
            found.append(release)
    return found


def _owed(database: Database, release_id: int, program: str, *, edited: bool) -> Owed:
    release = database.table("releases").get(release_id)
    pair = [release_id, program]
    revision = database.execute(
        "SELECT max(revision) FROM mentions WHERE release_id = ? AND program_id = ?", pair
    ).fetchone()[0]
    text, title = release["text"], release["title"]
    taken_out = ""
    if revision != release["revision"]:
        older = database.table("revisions").get((release_id, revision))
        text, title, taken_out = older["text"], older["title"], "; no longer in the text"
    rows = database.query(
        "SELECT * FROM mentions WHERE release_id = ? AND program_id = ? AND revision = ? ORDER BY id LIMIT ?",
        [*pair, revision, _MOST_MENTIONS],
    )
    return Owed(
        release_id=release_id,
        program=program,
        kind="updated" if edited else "new",
        title=title,
        text=text,
        url=release["url"],
        publisher=release["publisher"],
        published=from_text(release["published"]) if release["published"] else None,
        first_seen=from_text(release["first_seen"]),
        mentions=tuple(
            OwedMention(
                row["field"],
                row["start_offset"],
                row["end_offset"],
                row["snippet"],
                row["snippet_offset"],
                row["why"] + taken_out,
                row["part"],
            )
            for row in rows
        ),
    )


def coverage(database: Database) -> Coverage:
    """How the watched feeds fare: of each, the last attempt."""
    feeds = list(database.query("SELECT * FROM feeds WHERE active ORDER BY publisher, url"))
    failed = [
        FailedFeed(feed["publisher"], feed["url"], feed["last_error"]) for feed in feeds if feed["failures"]
    ]
    read = sum(1 for feed in feeds if feed["last_attempt"] and not feed["failures"])
    return Coverage(len(feeds), read, tuple(failed))


def freeze(
    database: Database,
    digest: Digest,
    told: Iterable[Owed],
    recipients: Sequence[tuple[str, str]],
) -> None:
    """Store a digest, what it tells, and one delivery for each (channel, recipient).

    Call it within :func:`storage.connection.writing`, together with :func:`move_on`.
    """
    digest_id = (
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
        .last_pk
    )
    database.table("digest_items").insert_all(
        {
            "subscription_id": digest.subscription,
            "release_id": release.release_id,
            "program_id": release.program,
            "digest_id": digest_id,
        }
        for release in told
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


def move_on(database: Database, subscription_id: str, *, upto: int, now: datetime) -> None:
    """Note that the subscription has been looked at, up to a mention and a time."""
    database.table("subscriptions").update(subscription_id, {"planned": to_text(now), "last_mention": upto})


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
    rows = database.query(
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
        for row in rows
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
