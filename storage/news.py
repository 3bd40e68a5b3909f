"""What a subscription is to be told: new mentions, those that edits took out or brought back, and who else
has published a story that was told.

Three things are owed, none of them twice. A *mention that is to be announced* is owed to each subscription
whose position it lies beyond, unless the release, or its story, has been told for that program. A *change of
a mention* (``mention_changes``, written by :mod:`storage.rewriting`) is owed where what was told last of a
release is no longer so; that is looked up afresh each time, so that what comes and goes between two digests
is nothing. A *later publisher* is owed wherever the story was told and it was not named.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.digests.model import Kind, LaterPublishers, Publication
from presswatch.digests.owed import Owed, OwedMention
from presswatch.times import from_text, to_text
from presswatch.watch import Subscription
from storage import stories
from storage.choice import is_chosen

_MOST_MENTIONS = 200
_ONCE_IN = timedelta(days=1)
_LOOK_BACK = timedelta(days=7)


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
        *_changes_owed(database, subscription, planned),
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
        _owed(database, row["release_id"], row["program_id"], subscription, kind="new", before=0)
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
        _owed(
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


def _owed(
    database: Database,
    release_id: int,
    program: str,
    subscription: Subscription,
    *,
    kind: Kind,
    before: int,
    change: int = 0,
    not_before: datetime | None = None,
) -> Owed:
    """The release as it is told: from the last revision that mentions the program, compared with the
    revision ``before`` the edit, or the present one if the mention was removed.
    """
    release = database.table("releases").get(release_id)
    pair = [release_id, program]
    revision = database.execute(
        "SELECT max(revision) FROM mentions WHERE release_id = ? AND program_id = ?", pair
    ).fetchone()[0]
    title, text = _version(database, release, revision)
    taken_out, removal = "", None
    if revision != release["revision"] and kind != "removed":
        taken_out, removal = "; no longer in the text", _removed_at(database, release_id, program)
    compared = None
    if kind == "removed":
        compared = (release["title"], release["text"])
    elif before:
        compared = _version(database, release, before)
    rows = database.query(
        "SELECT * FROM mentions WHERE release_id = ? AND program_id = ? AND revision = ? ORDER BY id LIMIT ?",
        [*pair, revision, _MOST_MENTIONS],
    )
    story = None if change else stories.story_of(database, release_id)
    return Owed(
        release_id=release_id,
        program=program,
        kind=kind,
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
        compared=compared,
        change=change,
        removal=removal,
        story=story,
        publications=tuple(stories.publications(database, story, program, subscription.leave_out))
        if story is not None
        else (),
        not_before=not_before,
    )


def _version(database: Database, release: Mapping[str, Any], revision: int) -> tuple[str, str]:
    """The title and the text of a revision."""
    if revision != release["revision"]:
        release = database.table("revisions").get((release["id"], revision))
    return release["title"], release["text"]


def _removed_at(database: Database, release_id: int, program: str) -> int | None:
    """The revision since which the program is not mentioned, if that was an edit of the publisher's."""
    kind, revision = _last_change(database, release_id, program)
    return revision if kind == "removed" else None


def _last_change(database: Database, release_id: int, program: str) -> tuple[str, int]:
    row = database.execute(
        "SELECT kind, revision FROM mention_changes WHERE release_id = ? AND program_id = ?"
        " ORDER BY id DESC LIMIT 1",
        [release_id, program],
    ).fetchone()
    return row or ("", 0)


def _changes_owed(database: Database, subscription: Subscription, planned: datetime) -> list[Owed]:
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
        kind, revision = _last_change(database, *pair)
        told = database.execute(
            "SELECT i.kind, i.change FROM digest_items i"
            " WHERE i.subscription_id = ? AND i.release_id = ? AND i.program_id = ?"
            " ORDER BY i.change DESC LIMIT 1",
            [subscription.id, *pair],
        ).fetchone()
        is_news = revision > told[1] and (kind == "removed") is (told[0] != "removed")
        if is_news and (kind == "again") is _mentions_now(database, *pair):
            found.append(
                _owed(
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


def later_publishers(
    database: Database, subscription: Subscription, told: Iterable[Owed], now: datetime
) -> list[LaterPublishers]:
    """Who has published a story that was told, and was never named: of each story, for the same programs.

    ``told`` is what is about to be told, which is not meant. Only releases that were to be announced
    count, and of each that mentions the program now.
    """
    rows = list(
        database.query(
            """
            SELECT m.story_id, m.release_id, r.publisher, r.url, i.program_id
            FROM story_members m JOIN releases r ON r.id = m.release_id
                JOIN story_members o ON o.story_id = m.story_id AND o.release_id != m.release_id
                JOIN digest_items i ON i.subscription_id = :subscription AND i.release_id = o.release_id
            WHERE NOT EXISTS (SELECT 1 FROM digest_items d WHERE d.subscription_id = :subscription
                              AND d.release_id = m.release_id AND d.program_id = i.program_id)
              AND EXISTS (SELECT 1 FROM mentions a WHERE a.release_id = m.release_id
                          AND a.program_id = i.program_id AND a.announce)
              AND EXISTS (SELECT 1 FROM mentions n WHERE n.release_id = m.release_id
                          AND n.program_id = i.program_id AND n.revision = r.revision
                          AND n.part NOT IN (SELECT value FROM json_each(:leave_out)))
              AND m.joined >= :since
            GROUP BY m.release_id, i.program_id ORDER BY m.story_id, m.release_id, i.program_id
            """,
            {
                "subscription": subscription.id,
                "leave_out": json.dumps(subscription.leave_out),
                "since": to_text(now - stories.WINDOW),
            },
        )
    )
    about_to = {(one.release_id, one.program) for one in told}
    programs: dict[int, list[str]] = defaultdict(list)
    releases: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        asked = not subscription.programs or row["program_id"] in subscription.programs
        if asked and (row["release_id"], row["program_id"]) not in about_to:
            programs[row["release_id"]].append(row["program_id"])
            releases[row["release_id"]] = row
    grouped: dict[tuple[int, tuple[str, ...]], list[Mapping[str, Any]]] = defaultdict(list)
    for release_id, release in releases.items():
        grouped[release["story_id"], tuple(programs[release_id])].append(release)
    return [_later(database, subscription.id, *key, publishers) for key, publishers in grouped.items()]


def _later(
    database: Database,
    subscription: str,
    story_id: int,
    programs: tuple[str, ...],
    rows: Iterable[Mapping[str, Any]],
) -> LaterPublishers:
    first = next(
        database.query(
            "SELECT r.title, r.url, r.publisher FROM story_members m JOIN releases r ON r.id = m.release_id"
            " JOIN digest_items i ON i.release_id = r.id AND i.subscription_id = ?"
            " WHERE m.story_id = ? ORDER BY i.digest_id, i.kind = 'also', r.id LIMIT 1",
            [subscription, story_id],
        )
    )
    return LaterPublishers(
        title=first["title"],
        url=first["url"],
        publisher=first["publisher"],
        programs=programs,
        publications=tuple(Publication(row["release_id"], row["publisher"], row["url"]) for row in rows),
    )
