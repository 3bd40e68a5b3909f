"""What edits took out of what was told, or brought back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from presswatch.digests.owed import Owed
from presswatch.times import from_text, to_text
from presswatch.watch import Subscription
from storage.telling.cuts import feed_was_cut
from storage.telling.release import last_change, owed_release

_ONCE_IN = timedelta(days=1)
_STANDS = timedelta(hours=6)
"""How long a change must have stood before it is told: servers show old copies, sites are being worked on."""
_AT_LATEST = timedelta(days=5)
"""After which a change is told though nothing could be read since then that would agree. A page that fails is
given up before that, and it is less than _LOOK_BACK."""
_LOOK_BACK = timedelta(days=7)


def changes_owed(database: Database, subscription: Subscription, planned: datetime) -> list[Owed]:
    """Of what was told, the releases that no longer mention the program, or again do after that was told.

    Each is told when it has stood for some hours and what said so was read again meanwhile: the page, if it
    is to be read (a feed that has turned to teasers takes nothing out), else the feed. Of each kind
    one is told a day, so that a page that changes to and fro doesn't flood anybody.
    """
    rows = database.query(
        """
        SELECT DISTINCT c.release_id, c.program_id FROM mention_changes c
        WHERE c.found >= :since
          AND EXISTS (SELECT 1 FROM digest_items i WHERE i.subscription_id = :subscription
                      AND i.release_id = c.release_id AND i.program_id = c.program_id)
        ORDER BY c.release_id, c.program_id
        """,
        {"since": to_text(planned - _LOOK_BACK), "subscription": subscription.id},
    )
    found = []
    for row in list(rows):
        pair = (row["release_id"], row["program_id"])
        kind, revision = last_change(database, *pair)
        told = database.execute(
            "SELECT i.kind, i.change FROM digest_items i"
            " WHERE i.subscription_id = ? AND i.release_id = ? AND i.program_id = ?"
            " ORDER BY i.change DESC LIMIT 1",
            [subscription.id, *pair],
        ).fetchone()
        is_news = revision > told[1] and (kind == "removed") is (told[0] != "removed")
        if not is_news or (kind == "again") is not _mentions_now(database, *pair):
            continue
        if kind == "removed" and feed_was_cut(database, row["release_id"], revision):
            continue
        once = _not_before(database, subscription.id, *pair, kind)
        stood = _stood_at(database, *pair, revision)
        found.append(
            owed_release(
                database,
                *pair,
                subscription,
                kind="removed" if kind == "removed" else "again",
                before=revision - 1,
                change=revision,
                not_before=max(once, stood) if once else stood,
            )
        )
    return found


def _stood_at(database: Database, release_id: int, program: str, revision: int) -> datetime:
    """When a change has stood for long enough."""
    found = database.execute(
        "SELECT max(found) FROM mention_changes WHERE release_id = ? AND program_id = ? AND revision = ?",
        [release_id, program, revision],
    ).fetchone()[0]
    agreed = _was_read_since(database, release_id, found)
    return from_text(found) + (_STANDS if agreed else _AT_LATEST)


def _was_read_since(database: Database, release_id: int, found: str) -> bool:
    """Whether what a release says now was read again after that: its page, or the feed."""
    page = database.execute("SELECT status, read_at FROM pages WHERE release_id = ?", [release_id]).fetchone()
    if page is not None and (page[1] or "") > found:
        return True
    if page is not None and page[0] == "pending":
        return False
    feed = database.execute(
        "SELECT f.last_success FROM releases r JOIN fetches x ON x.id = r.fetch_id"
        " JOIN feeds f ON f.id = x.feed_id WHERE r.id = ?",
        [release_id],
    ).fetchone()
    return feed is not None and (feed[0] or "") > found


def _mentions_now(database: Database, release_id: int, program: str) -> bool:
    row = database.execute(
        "SELECT 1 FROM mentions m JOIN releases r ON r.id = m.release_id AND r.revision = m.revision"
        " WHERE m.release_id = ? AND m.program_id = ? LIMIT 1",
        [release_id, program],
    ).fetchone()
    return row is not None


def _not_before(
    database: Database, subscription: str, release_id: int, program: str, kind: str
) -> datetime | None:
    """A day after the last time that a change of the kind was told of the release and program."""
    last = database.execute(
        "SELECT max(d.created) FROM digest_items i JOIN digests d ON d.id = i.digest_id"
        " WHERE i.subscription_id = ? AND i.release_id = ? AND i.program_id = ? AND i.kind = ?",
        [subscription, release_id, program, kind],
    ).fetchone()[0]
    return from_text(last) + _ONCE_IN if last else None
