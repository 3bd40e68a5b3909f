"""One story, many publishers: which releases are nearly the same text, as the archive knows it.

Only releases that mention a program have a place here, for only they are told. A release is looked at
when it gets mentions: it joins the story of the most similar release of another newsroom
(:class:`presswatch.digests.stories.Newsroom`), of the sixty days around it, if the texts themselves are alike
(:mod:`presswatch.digests.stories`) and don't contrast, as texts made from one template do
(:mod:`presswatch.digests.contrast`). A newsroom stands in a story once; its own texts are never merged.
Stories don't merge. When a release has another text, it stays in
its story while one of the others tells the same, or after an edit is alike: a number that one publisher
corrects makes no other story. Or else it leaves and looks for another.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlite_utils import Database

from presswatch.digests.contrast import PartSpan, Version, contrast
from presswatch.digests.model import Publication
from presswatch.digests.stories import Newsroom, alike, common_text, least_shared, sample, shingles
from presswatch.feeds.keys import host_in
from presswatch.feeds.likeness import compare_texts
from presswatch.feeds.titles import compare_titles
from presswatch.times import from_text, to_text
from storage import rows

WINDOW = timedelta(days=60)
_MOST_TRIES = 8
_PASSED_ON = ("same", "same whole", "same words", "nearly")


def place(database: Database, release_ids: Iterable[int], now: datetime) -> None:
    """Find each release's story. Call it within :func:`storage.connection.writing`."""
    _forget_old(database, now)
    for release_id in release_ids:
        _place(database, release_id, now)
        _join_original(database, release_id, now)


def story_of(database: Database, release_id: int) -> int | None:
    """The story that the release is in, if several published it."""
    row = database.execute("SELECT story_id FROM story_members WHERE release_id = ?", [release_id]).fetchone()
    return row[0] if row else None


def publications(
    database: Database, story_id: int, program: str, leave_out: tuple[str, ...]
) -> list[Publication]:
    """The releases of a story that mention the program now, the first seen first. A mention in a part
    that is left out doesn't count.
    """
    found = database.query(
        """
        SELECT r.id AS release_id, r.publisher, r.url
        FROM story_members s JOIN releases r ON r.id = s.release_id
        WHERE s.story_id = ? AND EXISTS (
            SELECT 1 FROM mentions m
            WHERE m.release_id = r.id AND m.revision = r.revision AND m.program_id = ?
              AND m.part NOT IN (SELECT value FROM json_each(?)))
        ORDER BY r.id
        """,
        [story_id, program, json.dumps(leave_out)],
    )
    return [Publication(**row) for row in found]


def _forget_old(database: Database, now: datetime) -> None:
    """Drop what is too old to be found any more."""
    oldest = (
        "SELECT s.release_id, r.first_seen FROM story_shingles s JOIN releases r ON r.id = s.release_id"
        " ORDER BY s.release_id LIMIT 1"
    )
    since = to_text(now - WINDOW)
    while (row := database.execute(oldest).fetchone()) and row[1] < since:
        database.execute("DELETE FROM story_shingles WHERE release_id = ?", [row[0]])


def _place(database: Database, release_id: int, now: datetime) -> None:
    version = _version_of(database, release_id)
    own = _shingles_of(version)
    found_by = sample(own)
    known_by = database.execute(
        "SELECT shingle FROM story_shingles WHERE release_id = ? ORDER BY shingle", [release_id]
    ).fetchall()
    story = story_of(database, release_id)
    if story is None and found_by == [row[0] for row in known_by]:
        return
    database.execute("DELETE FROM story_shingles WHERE release_id = ?", [release_id])
    index = [{"shingle": shingle, "release_id": release_id} for shingle in found_by]
    rows.insert(database, "story_shingles", index)

    def tells_the_same(other_id: int, *, corrected: bool = False) -> bool:
        other = _version_of(database, other_id)
        return alike(own, _shingles_of(other)) and (corrected or not contrast(version, other))

    if story is not None:
        corrected = _was_edited(database, release_id)
        if any(tells_the_same(o, corrected=corrected) for o in _members(database, story, release_id)):
            return
        database.execute("DELETE FROM story_members WHERE release_id = ?", [release_id])
    for candidate in _candidates(database, release_id, found_by):
        if tells_the_same(candidate["release_id"]):
            _join(database, release_id, candidate, now)
            return


_AT_ONE_ADDRESS = """
    SELECT DISTINCT o.id AS release_id, o.title, o.text, m.story_id FROM releases r
    JOIN sightings s INDEXED BY sightings_release ON s.release_id = r.id AND s.key GLOB 'link:*'
    JOIN sightings t ON t.key = s.key AND t.release_id != r.id
    JOIN releases o ON o.id = t.release_id AND o.publisher != r.publisher
    LEFT JOIN story_members m ON m.release_id = o.id
    WHERE r.id = ? AND o.first_seen >= ? ORDER BY o.id LIMIT ?
"""


def _join_original(database: Database, release_id: int, now: datetime) -> None:
    """Put a release in the story of the one that it passes on: of another publisher, at the same address,
    under the same title, with the same text or its beginning. However short that is, it is nothing else, also
    where its publisher has a version of its own in that story.
    """
    if story_of(database, release_id) is not None:
        return
    title, text = database.execute("SELECT title, text FROM releases WHERE id = ?", [release_id]).fetchone()
    others = database.query(_AT_ONE_ADDRESS, [release_id, to_text(now - WINDOW), _MOST_TRIES])
    for other in list(others):
        same_title = compare_titles(title, other["title"]) == "same"
        if same_title and compare_texts(text, other["text"]) in _PASSED_ON:
            _join(database, release_id, other, now)
            return


def _was_edited(database: Database, release_id: int) -> bool:
    """Whether the release has another text now since it was edited, and not since its page was read."""
    last = "SELECT replaced_by FROM revisions WHERE release_id = ? ORDER BY revision DESC LIMIT 1"
    return bool(database.execute(last, [release_id]).fetchone() == ("edit",))


def _version_of(database: Database, release_id: int) -> Version:
    """The release as it stands now."""
    publisher, title, text, revision = database.execute(
        "SELECT publisher, title, text, revision FROM releases WHERE id = ?", [release_id]
    ).fetchone()
    parts = database.execute(
        "SELECT kind, start_offset, end_offset, value FROM parts WHERE release_id = ? AND revision = ?",
        [release_id, revision],
    )
    mentions = database.execute(
        "SELECT field, start_offset, end_offset FROM mentions WHERE release_id = ? AND revision = ?",
        [release_id, revision],
    ).fetchall()
    return Version(
        publisher=publisher,
        title=title,
        text=text,
        parts=tuple(PartSpan(*part) for part in parts),
        mentions=tuple((start, end) for field, start, end in mentions if field == "text"),
        title_mentions=any(field == "title" for field, *_ in mentions),
    )


def _shingles_of(version: Version) -> frozenset[int]:
    return shingles(common_text(version.text, [(p.kind, p.start, p.end) for p in version.parts]))


def _members(database: Database, story_id: int, without: int) -> list[int]:
    found = database.execute(
        "SELECT release_id FROM story_members WHERE story_id = ? AND release_id != ? LIMIT ?",
        [story_id, without, _MOST_TRIES],
    )
    return [row[0] for row in found]


def _candidates(database: Database, release_id: int, found_by: list[int]) -> Iterator[Mapping[str, Any]]:
    """Releases worth a closer look, the most similar first: one of each story that lacks the newsroom."""
    feed_id, first_seen = database.execute(
        "SELECT feed_id, first_seen FROM releases WHERE id = ?", [release_id]
    ).fetchone()
    newsroom = _newsroom_of(database, release_id)
    at = from_text(first_seen)
    found = database.query(
        """
        SELECT s.release_id, m.story_id, r.publisher FROM (
            SELECT release_id, count(*) AS shared FROM story_shingles
            WHERE shingle IN (SELECT value FROM json_each(:found_by)) AND release_id != :release_id
            GROUP BY release_id HAVING count(*) >= :least) s
        JOIN releases r ON r.id = s.release_id LEFT JOIN story_members m ON m.release_id = s.release_id
        WHERE (r.publisher != :publisher OR r.feed_id != :feed_id) AND r.first_seen BETWEEN :since AND :until
        ORDER BY s.shared DESC, s.release_id
        """,
        {
            "found_by": json.dumps(found_by),
            "release_id": release_id,
            "publisher": newsroom.publisher,
            "feed_id": feed_id,
            "since": to_text(at - WINDOW),
            "until": to_text(at + WINDOW),
            "least": least_shared(len(found_by)),
        },
    )
    seen: set[int] = set()
    tries = 0
    for row in found:
        story = row["story_id"]
        if story is not None:
            if story in seen:
                continue
            seen.add(story)
            if _publishes(database, newsroom, story):
                continue
        elif not newsroom.is_beside(_newsroom_of(database, row["release_id"])):
            continue
        tries += 1
        yield row
        if tries == _MOST_TRIES:
            return


def _publishes(database: Database, newsroom: Newsroom, story_id: int) -> bool:
    """Whether the newsroom is in the story already."""
    found = database.execute(
        "SELECT m.release_id FROM story_members m JOIN releases r ON r.id = m.release_id"
        " WHERE m.story_id = ? AND r.publisher = ?",
        [story_id, newsroom.publisher],
    ).fetchall()
    return any(not newsroom.is_beside(_newsroom_of(database, release_id)) for (release_id,) in found)


def _newsroom_of(database: Database, release_id: int) -> Newsroom:
    publisher, link = database.execute(
        "SELECT publisher, url FROM releases WHERE id = ?", [release_id]
    ).fetchone()
    feeds = database.execute(
        "SELECT DISTINCT f.url, f.active AND f.health != 'gone' FROM sightings s INDEXED BY sightings_release"
        " JOIN feeds f ON f.id = s.feed_id WHERE s.release_id = ?",
        [release_id],
    ).fetchall()
    if not any(is_read for _, is_read in feeds):
        return Newsroom(publisher)
    return Newsroom(publisher, frozenset({host_in(link), *(host_in(url) for url, _ in feeds)} - {""}))


def _join(database: Database, release_id: int, other: Mapping[str, Any], now: datetime) -> None:
    story = other["story_id"]
    members = [release_id]
    if story is None:
        story = cast(int, database.table("stories").insert({"begun": to_text(now)}).last_pk)
        members.append(other["release_id"])
    joined = to_text(now)
    rows.insert(
        database,
        "story_members",
        [{"release_id": member, "story_id": story, "joined": joined} for member in members],
    )
