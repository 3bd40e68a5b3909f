"""Feeds that turn from whole texts to summaries: what they no longer say was not taken out by anybody."""

from __future__ import annotations

import re
from collections import Counter

from sqlite_utils import Database

from presswatch.feeds.keys import folded_title

_MANY = 3
_NO_WORD = re.compile(r"[\W_]+")


def feed_was_cut(database: Database, release_id: int, revision: int) -> bool:
    """Whether a revision came with a reading of the feed in which most of what it showed anew, and at least
    three releases, had less than half of the text that they had before, each in words of its own.

    Releases that were withdrawn together say the same ("This statement was withdrawn"), perhaps beside their
    titles: these were edited. It says nothing of a release whose page was read since then.
    """
    release = database.table("releases").get(release_id)
    if release["text_from"] != "feed":
        return False
    before = database.execute(
        "SELECT replaced FROM revisions WHERE release_id = ? AND revision = ?", [release_id, revision - 1]
    ).fetchone()
    if before is None:
        return False
    rows = list(
        database.query(
            """
            SELECT r.id, v.text AS before,
                coalesce(n.title, r.title) AS title, coalesce(n.text, r.text) AS now
            FROM releases r JOIN revisions v ON v.release_id = r.id AND v.replaced = :at
                AND v.replaced_by = 'edit'
            LEFT JOIN revisions n ON n.release_id = v.release_id AND n.revision = v.revision + 1
            WHERE r.feed_id = :feed AND r.revised >= :at
            """,
            {"feed": release["feed_id"], "at": before[0]},
        )
    )
    cut = {
        row["id"]: _said(row["title"], row["now"]) for row in rows if 2 * len(row["now"]) < len(row["before"])
    }
    if release_id not in cut or len(cut) < _MANY or 2 * len(cut) <= len(rows):
        return False
    return not cut[release_id] or Counter(cut.values())[cut[release_id]] == 1


def _said(title: str, text: str) -> str:
    """The words of a text, but for its title."""
    words, name = _NO_WORD.sub(" ", f" {text.casefold()} "), folded_title(title)
    return (words.replace(f" {name} ", " ") if name else words).strip()
