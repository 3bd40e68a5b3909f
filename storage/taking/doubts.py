"""Doubts about a page that was read: is it the release's, or what the site shows instead of it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.keys import folded_title
from presswatch.feeds.likeness import is_the_same
from presswatch.feeds.titles import is_generic, is_inviting
from presswatch.pages.soft404 import judge
from presswatch.pages.values import PageRead

_UNLIKE = "the page says nothing of what the release is about; it may be an error page that calls itself well"
_FOR_SEVERAL = "the site shows one page for several releases"
_FRONT_PAGE = "the link leads to the site's front page"
_MOST_COMPARED = 20  # pages of the publisher that were read last
_MANY = 3  # releases of one title
_OTHERS_IF_UNKNOWN = 2  # a release may be listed under two addresses; nothing else is known of it


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a page may not be the release's. Where that is ``certain``, it never becomes its text."""

    reason: str
    certain: bool


def doubt_about(
    database: Database,
    release: Mapping[str, Any],
    row: Mapping[str, Any],
    read: PageRead,
    together: Sequence[PageRead],
) -> Doubt | None:
    """The doubt about a page that was read, ``together`` with others; ``None``: it is the release's own as
    far as anybody can tell. ``row`` is what was stored of it before.

    A page that says nothing of its release may still be it: its title rewritten, its teaser written by hand.
    One that the site shows for other releases too, under other titles, is not.
    """
    url, text = row["url"], release["text"]
    if row["reason"] == _UNLIKE and release["text_from"] == "page":
        text = _teaser(database, release)  # what was read in doubt must not vouch for itself
    judgement = judge(read, url=url, title=release["title"], text=text)
    if judgement == "unlike":
        says_nothing = is_generic(release["title"]) or _is_title_of_many(database, release)
        title, text = "" if says_nothing else release["title"], "" if is_inviting(text) else text
        judgement = judge(read, url=url, title=title, text=text)
    if judgement == "own":
        return None
    if judgement == "front page":
        return Doubt(_FRONT_PAGE, certain=True)
    others = _others(database, release, read, together)
    if judgement == "unknown":
        return Doubt(_FOR_SEVERAL, certain=True) if len(others) >= _OTHERS_IF_UNKNOWN else None
    title = folded_title(release["title"])
    if any(not title or folded_title(other) != title for other in others):
        return Doubt(_FOR_SEVERAL, certain=True)
    return Doubt(_UNLIKE, certain=False)


def _teaser(database: Database, release: Mapping[str, Any]) -> str:
    """What the feed said last of a release, before its page was read."""
    row = database.execute(
        "SELECT text FROM revisions WHERE release_id = ? AND text_from = 'feed'"
        " ORDER BY revision DESC LIMIT 1",
        [release["id"]],
    ).fetchone()
    return str(row[0]) if row else ""


def _is_title_of_many(database: Database, release: Mapping[str, Any]) -> bool:
    """Whether the title says nothing of the release: "Read more", "Weekly bulletin"."""
    same = database.execute(
        "SELECT count(*) FROM (SELECT 1 FROM releases WHERE publisher = ? AND title = ? LIMIT ?)",
        [release["publisher"], release["title"], _MANY],
    )
    return bool(same.fetchone()[0] == _MANY)


def _others(
    database: Database, release: Mapping[str, Any], read: PageRead, together: Iterable[PageRead]
) -> list[str]:
    """The titles of the publisher's other releases for which the site shows this page."""
    before = database.query(
        "SELECT r.id, r.title, p.text FROM releases r JOIN pages p ON p.release_id = r.id"
        " WHERE r.publisher = ? AND p.text != '' ORDER BY r.id DESC LIMIT ?",
        [release["publisher"], _MOST_COMPARED],
    )
    texts = {row["id"]: (row["title"], row["text"]) for row in before}
    for other in together:
        row = database.execute(
            "SELECT title FROM releases WHERE id = ? AND publisher = ?",
            [other.release_id, release["publisher"]],
        ).fetchone()
        if row is not None:
            texts[other.release_id] = (row[0], other.text)
    texts.pop(release["id"], None)
    return [title for title, text in texts.values() if text == read.text or is_the_same(text, read.text)]
