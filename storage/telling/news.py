"""What a subscription is to be told: new mentions, those that edits took out or brought back, and who else
has published a story that was told.

Three things are owed, none of them twice. A *mention that is to be announced* is owed to each subscription
whose position it lies beyond, unless the release, or its story, has been told for that program. A *change of
a mention* (``mention_changes``, written by :mod:`storage.taking.rewriting`) is owed where what was told last
of a release is no longer so; that is looked up afresh each time, so that what comes and goes between two
digests is nothing. A *later publisher* (:mod:`storage.telling.later`) is owed wherever the story was told and
it was not named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from presswatch.digests.owed import Owed, OwedMention
from presswatch.times import to_text
from presswatch.watch import Subscription
from storage.telling import stories
from storage.telling.changes import changes_owed
from storage.telling.choice import is_chosen
from storage.telling.release import owed_release


def settle(database: Database, now: datetime) -> None:
    """Find the story of each release that has got mentions since this was last done.

    Call it at the end of each transaction that stores mentions. It costs nothing when there are none.
    """
    upto = last_mention(database)
    done = database.execute("SELECT last_mention FROM settled").fetchone()[0]
    if upto <= done:
        return
    rows = database.execute(
        "SELECT DISTINCT release_id FROM mentions WHERE id > ? ORDER BY release_id", [done]
    ).fetchall()
    stories.place(database, [row[0] for row in rows], now)
    database.execute("UPDATE settled SET last_mention = ?", [upto])


def last_mention(database: Database) -> int:
    """The id of the newest mention; 0 in an empty archive."""
    return int(database.execute("SELECT coalesce(max(id), 0) FROM mentions").fetchone()[0])


def owed(
    database: Database, subscription: Subscription, after: int, upto: int, planned: datetime
) -> list[Owed]:
    """What the subscription has not been told: among the mentions in (``after``, ``upto``], and of what was
    told before, what edits have changed. ``planned`` is when its digests were last looked at.

    A release is told as it stands now. Where an edit has taken the mention out meanwhile, it is told
    from the last revision that had it: what was said was said.
    """
    found = [
        *_mentions_owed(database, subscription, after, upto, planned),
        *changes_owed(database, subscription, planned),
    ]
    return [one for one in found if _is_about(one, subscription)]


def seen_since(database: Database, subscription: Subscription, since: datetime) -> list[Owed]:
    """Every release first seen at ``since`` or later, of those that the subscription is about, as it stands
    now: told before or not. What was imported from a file was news before that.
    """
    rows = database.query(
        """
        SELECT DISTINCT n.release_id, n.program_id FROM releases r
        JOIN mentions n ON n.release_id = r.id AND n.revision = r.revision
        WHERE r.first_seen >= ? AND r.feed_id NOT IN (SELECT id FROM feeds WHERE url GLOB 'import:*')
        ORDER BY n.release_id, n.program_id
        """,
        [to_text(since)],
    )
    found = [
        owed_release(database, row["release_id"], row["program_id"], subscription, kind="new", before=0)
        for row in list(rows)
        if is_chosen(database, subscription, row["release_id"])
    ]
    return [one for one in found if _is_about(one, subscription)]


def _is_about(one: Owed, subscription: Subscription) -> bool:
    if subscription.programs and one.program not in subscription.programs:
        return False
    return one.kind == "removed" or not _left_out(one.mentions, subscription)


def _left_out(mentions: Iterable[OwedMention], subscription: Subscription) -> bool:
    return all(mention.part in subscription.leave_out for mention in mentions)


def _shown_late(database: Database, subscription: Subscription, planned: datetime) -> list[int]:
    """The releases that a feed has shown for the first time since ``planned``, and another one before.

    Only then may one be of a subscription that chooses by publisher or tag, which its mentions lie behind.
    What a feed shows on its first read was news of others': only as old as that read may announce.
    """
    if not (subscription.publishers or subscription.tags):
        return []
    rows = database.execute(
        """
        SELECT DISTINCT s.release_id FROM sightings s
            JOIN releases r ON r.id = s.release_id JOIN feeds f ON f.id = s.feed_id
        WHERE s.release_id IN (SELECT release_id FROM mentions WHERE found >= :lately AND announce)
          AND r.first_seen < s.first_seen AND r.first_seen >= strftime(
              '%Y-%m-%dT%H:%M:%SZ', f.added, '-' || coalesce(f.announce_seconds, 0) || ' seconds')
        GROUP BY s.release_id, s.feed_id HAVING min(s.first_seen) >= :planned
        """,
        {"planned": to_text(planned), "lately": to_text(planned - stories.WINDOW)},
    )
    return [row[0] for row in rows]


def _mentions_owed(
    database: Database, subscription: Subscription, after: int, upto: int, planned: datetime
) -> list[Owed]:
    rows = database.query(
        """
        SELECT release_id, program_id, min(cause = 'edit') AS edited, min(revision) AS first FROM mentions n
        WHERE id <= :upto AND announce AND (id > :after OR release_id IN (SELECT value FROM json_each(:late)))
          AND NOT EXISTS (SELECT 1 FROM digest_items i WHERE i.subscription_id = :subscription
                          AND i.release_id = n.release_id AND i.program_id = n.program_id)
          AND NOT EXISTS (SELECT 1 FROM story_members s JOIN story_members o ON o.story_id = s.story_id
                          JOIN digest_items i ON i.subscription_id = :subscription
                          AND i.release_id = o.release_id AND i.program_id = n.program_id
                          WHERE s.release_id = n.release_id AND i.kind != 'removed' AND i.change =
                              (SELECT max(change) FROM digest_items l WHERE l.subscription_id = :subscription
                               AND l.release_id = o.release_id AND l.program_id = n.program_id))
        GROUP BY release_id, program_id ORDER BY release_id, program_id
        """,
        {
            "after": after,
            "upto": upto,
            "subscription": subscription.id,
            "late": json.dumps(_shown_late(database, subscription, planned)),
        },
    )
    return [
        owed_release(
            database,
            row["release_id"],
            row["program_id"],
            subscription,
            kind="updated" if row["edited"] else "new",
            before=row["first"] - 1 if row["edited"] else 0,
        )
        for row in rows
        if is_chosen(database, subscription, row["release_id"])
    ]
