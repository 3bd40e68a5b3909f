"""What edits took out of what was told, or brought back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from presswatch.digests.owed import Owed
from presswatch.times import from_text, to_text
from presswatch.watch import Subscription
from storage.telling.release import last_change, owed_release

_ONCE_IN = timedelta(days=1)


_LOOK_BACK = timedelta(days=7)


def changes_owed(database: Database, subscription: Subscription, planned: datetime) -> list[Owed]:
    """Of what was told, the releases that no longer mention the program, or again do after that was told.

    One whose page is still to be read waits for it: a feed that has turned to teasers takes nothing out.
    Of each kind one is told a day, so that a page that changes to and fro doesn't flood anybody.
    """
    rows = database.query(
        """
        SELECT DISTINCT c.release_id, c.program_id FROM mention_changes c
        WHERE c.found >= :since
          AND EXISTS (SELECT 1 FROM digest_items i WHERE i.subscription_id = :subscription
                      AND i.release_id = c.release_id AND i.program_id = c.program_id)
          AND NOT EXISTS (SELECT 1 FROM pages p WHERE p.release_id = c.release_id AND p.status = 'pending')
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
        if is_news and (kind == "again") is _mentions_now(database, *pair):
            found.append(
                owed_release(
                    database,
                    *pair,
                    subscription,
                    kind="removed" if kind == "removed" else "again",
                    before=revision - 1,
                    change=revision,
                    not_before=_not_before(database, subscription.id, *pair, kind),
                )
            )
    return found


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
