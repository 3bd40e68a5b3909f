"""What the page of a release shows besides its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

MOST_CHARACTERS = 200_000
"""Of a text that is shown on a page; the rest is in the data."""

_MENTIONS = """
SELECT m.*, p.name AS program FROM mentions m JOIN programs p ON p.id = m.program_id
WHERE m.release_id = :id AND m.revision = :revision ORDER BY m.field = 'text', m.start_offset"""
_PARTS = """SELECT kind, value, date, start_offset, end_offset FROM parts
WHERE release_id = :id AND revision = :revision ORDER BY start_offset LIMIT 500"""
_REVISIONS = """SELECT release_id, revision, title, replaced, replaced_by, content_hash FROM revisions
WHERE release_id = :id ORDER BY revision DESC"""
_STORY = """SELECT s.release_id, s.publisher, s.title, s.first_seen FROM story_publishers s
WHERE s.story_id = (SELECT story_id FROM story_members WHERE release_id = :id) AND s.release_id <> :id
ORDER BY s.first_seen"""
_CHANGES = """SELECT c.program_id, p.name AS program, c.kind, c.revision, c.found
FROM mention_changes c JOIN programs p ON p.id = c.program_id WHERE c.release_id = :id ORDER BY c.id DESC"""
_FEED = "SELECT id, url, publisher FROM feeds WHERE id = :id"

PROGRAMS = """SELECT DISTINCT m.release_id, p.id, p.name FROM mentions m
JOIN releases r ON r.id = m.release_id AND r.revision = m.revision JOIN programs p ON p.id = m.program_id
WHERE m.release_id IN (SELECT value FROM json_each(:ids)) ORDER BY p.name"""

Row = Mapping[str, Any]


class Asked(Protocol):
    """A database that answers, as Datasette's does."""

    async def execute(self, sql: str, params: Mapping[str, Any]) -> Iterable[Row]:
        """The rows of a query."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether it is a mention."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """All that hangs on a release: ``title`` and ``text`` cut into pieces where mentions begin and end."""

    title: list[Piece]
    text: list[Piece]
    cut: bool
    mentions: list[tuple[Row, list[Piece]]]
    changes: list[Row]
    parts: list[Row]
    revisions: list[Row]
    story: list[Row]
    feed: Row | None
    link: str


async def details(database: Asked, release: Row) -> Details:
    """Look up what belongs to the row of a release."""
    key = {"id": release["id"], "revision": release["revision"]}
    mentions = list(await database.execute(_MENTIONS, key))
    feeds = list(await database.execute(_FEED, {"id": release["feed_id"]}))
    text = release["text"]
    return Details(
        title=pieces(release["title"], _places(mentions, "title")),
        text=pieces(text[:MOST_CHARACTERS], _places(mentions, "text")),
        cut=len(text) > MOST_CHARACTERS,
        mentions=[(mention, _snippet(mention)) for mention in mentions],
        changes=list(await database.execute(_CHANGES, key)),
        parts=list(await database.execute(_PARTS, key)),
        revisions=list(await database.execute(_REVISIONS, key)),
        story=list(await database.execute(_STORY, key)),
        feed=feeds[0] if feeds else None,
        link=web_address(release["url"]),
    )


def web_address(text: str) -> str:
    """The text if it is an address of the web; else nothing, so that no page links to a script."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


def pieces(text: str, places: Iterable[tuple[int, int]]) -> list[Piece]:
    """Cut a text at the places (start, end; in characters); those that overlap are one."""
    found: list[Piece] = []
    done = 0
    for start, end in sorted(places):
        begin, stop = max(start, done), min(end, len(text))
        if begin >= stop:
            continue
        found += [Piece(text[done:begin])] if begin > done else []
        found.append(Piece(text[begin:stop], marked=True))
        done = stop
    return found + ([Piece(text[done:])] if done < len(text) else [])


def _places(mentions: Iterable[Row], field: str) -> list[tuple[int, int]]:
    return [(m["start_offset"], m["end_offset"]) for m in mentions if m["field"] == field]


def _snippet(mention: Row) -> list[Piece]:
    start = mention["start_offset"] - mention["snippet_offset"]
    return pieces(mention["snippet"], [(start, start + mention["end_offset"] - mention["start_offset"])])
