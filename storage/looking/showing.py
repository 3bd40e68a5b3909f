"""All that the archive knows of one release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.keys import canonical_link
from presswatch.wellformed import well_formed
from storage.looking.query import QueryError

Row = dict[str, Any]

_LARGEST_ID = 2**63 - 1
_MENTIONS = """
    SELECT id, revision, program_id AS program, term, field, start_offset AS start, end_offset AS end, part,
           snippet, why, rule, cause, found, announce
    FROM mentions WHERE release_id = ? ORDER BY revision DESC, field = 'text', start_offset, id
"""
_PARTS = """
    SELECT kind, start_offset AS start, end_offset AS end, value, date FROM parts
    WHERE release_id = ? AND revision = (SELECT revision FROM releases WHERE id = release_id)
    ORDER BY start_offset, end_offset DESC, id
"""
_REVISIONS = """
    SELECT v.revision, v.title, v.text, v.published, v.content_hash, v.text_from, v.replaced, v.replaced_by,
           f.last_at AS fetched
    FROM revisions v JOIN fetches f ON f.id = v.fetch_id WHERE v.release_id = ? ORDER BY v.revision
"""
_SIGHTINGS = """
    SELECT s.key, f.url AS feed, f.publisher, s.first_seen
    FROM sightings s JOIN feeds f ON f.id = s.feed_id WHERE s.release_id = ? ORDER BY s.first_seen, s.key
"""
_VARIANTS = """
    SELECT v.guid, v.url, v.title, v.dates, v.why, f.url AS feed, v.first_seen, v.last_seen
    FROM variants v JOIN feeds f ON f.id = v.feed_id WHERE v.release_id = ? ORDER BY v.id
"""
_PAGE = """
    SELECT url, status, attempts, reason, http_status, read_at, final_url, kind, size, body_hash
    FROM pages WHERE release_id = ?
"""
_STORY = """
    SELECT release_id, publisher, title, url, first_seen, joined FROM story_publishers
    WHERE story_id = (SELECT story_id FROM story_members WHERE release_id = ?) ORDER BY release_id
"""
_CHANGES = """
    SELECT program_id AS program, revision, kind, found FROM mention_changes WHERE release_id = ? ORDER BY id
"""
_TOLD = """
    SELECT DISTINCT i.digest_id AS digest, i.subscription_id AS subscription, i.program_id AS program, i.kind,
           g.created, g.subject
    FROM digest_items i JOIN digests g ON g.id = i.digest_id WHERE i.release_id = ?
    ORDER BY i.digest_id, i.program_id
"""
_DELIVERIES = """
    SELECT d.id, d.digest_id AS digest, l.subscription_id AS subscription, l.channel, l.recipient, l.status,
           l.attempts, l.finished, l.identity
    FROM deliveries d JOIN delivery_log l ON l.id = d.id
    WHERE d.digest_id IN (SELECT digest_id FROM digest_items WHERE release_id = ?) ORDER BY d.id
"""


class NoRelease(QueryError):
    """There is no release of that number or address; the message says how to find one."""


class SeveralReleases(QueryError):
    """Several releases were seen at that address; the message lists them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A release and all about it. Rows have their tables' names of columns, but ``program`` for a program's
    id, and ``start`` and ``end`` for offsets in characters of the title or text of their revision. Times are
    UTC, as the archive holds them.

    ``release`` is the row as it stands now, with the address of its ``feed`` and when that was ``fetched``;
    ``mentions`` are of all revisions, those of the present one first; ``parts`` of the present one.
    ``revisions`` are the former ones, the first one first; ``page`` is the page behind it, if any;
    ``variants`` are the other forms in which it was shown, each with why it was taken for this release;
    ``story`` who published the same text, itself included; ``told`` the digests that announced it, and
    ``deliveries`` whereto these went.
    """

    release: Row
    mentions: list[Row]
    parts: list[Row]
    revisions: list[Row]
    sightings: list[Row]
    variants: list[Row]
    page: Row | None
    story: list[Row]
    changes: list[Row]
    told: list[Row]
    deliveries: list[Row]


def find(database: Database, wanted: str) -> int:
    """The id of the release that has this number, or was seen at this address, whatever its scheme,
    ``www.``, fragment or tracking parameters (:func:`presswatch.feeds.keys.canonical_link`).

    Raises :class:`NoRelease` or :class:`SeveralReleases`.
    """
    wanted = well_formed(wanted.strip())
    number = wanted.removeprefix("#")
    if number.isascii() and number.isdigit():
        return _existing(database, number)
    link = canonical_link(wanted) or canonical_link(f"https://{wanted}")
    rows = database.execute(
        "SELECT DISTINCT r.id, r.publisher, r.title, r.url FROM sightings s"
        " JOIN releases r ON r.id = s.release_id WHERE s.key IN (?, ?) ORDER BY r.id DESC LIMIT 20",
        [f"link:{link}", f"guid:{wanted}"],
    ).fetchall()
    exact = [row for row in rows if canonical_link(row[3]) == link]
    rows = exact if len(exact) == 1 else rows
    if not rows:
        raise NoRelease(
            f"no release was seen at {wanted[:200]!r}; `presswatch search` finds releases and their numbers"
        )
    if len(rows) > 1:
        listed = "; ".join(f"{row[0]} ({row[1]}: {row[2][:80]})" for row in rows)
        raise SeveralReleases(f"several releases were seen at that address, name one by its number: {listed}")
    return int(rows[0][0])


def show(database: Database, release_id: int) -> Shown:
    """All about a release that there is."""
    (release,) = _rows(
        database,
        "SELECT r.*, f.url AS feed, t.last_at AS fetched FROM releases r"
        " JOIN feeds f ON f.id = r.feed_id JOIN fetches t ON t.id = r.fetch_id WHERE r.id = ?",
        release_id,
    )
    page = _rows(database, _PAGE, release_id)
    return Shown(
        release=release,
        mentions=_rows(database, _MENTIONS, release_id),
        parts=_rows(database, _PARTS, release_id),
        revisions=_rows(database, _REVISIONS, release_id),
        sightings=_rows(database, _SIGHTINGS, release_id),
        variants=_rows(database, _VARIANTS, release_id),
        page=page[0] if page else None,
        story=_rows(database, _STORY, release_id),
        changes=_rows(database, _CHANGES, release_id),
        told=_rows(database, _TOLD, release_id),
        deliveries=_rows(database, _DELIVERIES, release_id),
    )


def _existing(database: Database, number: str) -> int:
    release_id = int(number) if len(number) <= 19 else 0
    found = (
        release_id <= _LARGEST_ID
        and database.execute("SELECT 1 FROM releases WHERE id = ?", [release_id]).fetchone()
    )
    if not found:
        raise NoRelease(
            f"there is no release {number[:30]}; `presswatch search` finds releases and their numbers"
        )
    return release_id


def _rows(database: Database, sql: str, release_id: int) -> list[Row]:
    return list(database.query(sql, [release_id]))
