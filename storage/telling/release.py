"""A release as it is owed: what it says of a program, and since which revision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.digests.model import Kind
from presswatch.digests.owed import Owed, OwedMention
from presswatch.times import from_text
from presswatch.watch import Subscription
from storage.telling import stories

_MOST_MENTIONS = 200


def owed_release(
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
        published=_claimed(release),
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


def _claimed(release: Mapping[str, Any]) -> datetime | None:
    """The publisher's date. One that lay in the future is none: what the archive has for it is our own."""
    if not release["published"] or release["published_note"] == "future":
        return None
    return from_text(release["published"])


def _version(database: Database, release: Mapping[str, Any], revision: int) -> tuple[str, str]:
    """The title and the text of a revision."""
    if revision != release["revision"]:
        release = database.table("revisions").get((release["id"], revision))
    return release["title"], release["text"]


def _removed_at(database: Database, release_id: int, program: str) -> int | None:
    """The revision since which the program is not mentioned, if that was an edit of the publisher's."""
    kind, revision = last_change(database, release_id, program)
    return revision if kind == "removed" else None


def last_change(database: Database, release_id: int, program: str) -> tuple[str, int]:
    row = database.execute(
        "SELECT kind, revision FROM mention_changes WHERE release_id = ? AND program_id = ?"
        " ORDER BY id DESC LIMIT 1",
        [release_id, program],
    ).fetchone()
    return row or ("", 0)
