"""Storing releases that come from a file: known from then on, their mentions found, nobody told.

Like what feeds show, each is looked up by its keys (:mod:`presswatch.feeds.identity`) within the transaction
that stores it, so that importing twice adds nothing, and a feed that shows it later shows nothing new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, cast

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate, identify
from presswatch.feeds.keys import leads_elsewhere
from presswatch.feeds.values import Entry
from presswatch.matching.matcher import Matcher
from presswatch.releases.found import find_in_release
from presswatch.times import to_text
from storage import rows
from storage.connection import writing
from storage.keeping.catching_up import catch_up
from storage.keeping.imported import Imported
from storage.taking import variants
from storage.taking.candidates import IMPORTED, candidates
from storage.taking.rewriting import mention_rows, part_rows
from storage.taking.variants import is_as_stored, row_of
from storage.telling import news

_BATCH = 200
"""Releases that are stored in one transaction."""

_IMPORTED = """
    SELECT r.id FROM releases r JOIN feeds f ON f.id = r.feed_id
    WHERE r.id IN (SELECT value FROM json_each(?)) AND f.url LIKE 'import:%'
"""
_OTHERWISE = """
    SELECT 1 WHERE ? NOT IN (SELECT content_hash FROM releases WHERE id = ?
                             UNION SELECT content_hash FROM revisions WHERE release_id = ?)
"""


@dataclass(frozen=True, slots=True)
class Merged:
    """What the file has at one address, and the archive knows as a release of another: the number of its
    line (0 where the file has none), its address, the release, and that one's address.
    """

    line: int
    url: str
    release_id: int
    known_url: str


@dataclass(frozen=True, slots=True)
class Added:
    """What an import added. Of the releases that were ``known`` before, ``otherwise`` say something else in
    the file than the archive has ever read of them; the archive's stand. Those of another address are
    ``merged``.
    """

    new: int = 0
    mentions: int = 0
    known: int = 0
    otherwise: int = 0
    merged: tuple[Merged, ...] = ()

    def __add__(self, other: Added) -> Added:
        return Added(
            self.new + other.new,
            self.mentions + other.mentions,
            self.known + other.known,
            self.otherwise + other.otherwise,
            self.merged + other.merged,
        )


def import_releases(
    database: Database, found: Iterable[Imported], matcher: Matcher, now: datetime, *, source: str
) -> Iterator[Added]:
    """Store releases, a batch in each transaction, and yield what that added.

    ``source`` is the file's name, which the archive notes as where they are from. The programs of the
    ``matcher`` must be known to the archive (:meth:`storage.archive.Archive.adopt`).
    """
    waiting = iter(found)
    file = _File(database, source, now)
    while batch := list(islice(waiting, _BATCH)):
        with writing(database):
            total = Added()
            for one in batch:
                total += _store(database, file, one, matcher, now)
            news.settle(database, now)
        yield total


class _File:
    """The file that is imported, as the archive knows it: a feed that isn't watched for each origin, and one
    row in ``fetches`` for each feed that it gave anything.
    """

    def __init__(self, database: Database, source: str, now: datetime) -> None:
        self._database = database
        self._source = source
        self._at = to_text(now)
        self._fetches: dict[int, int] = {}

    def feed(self, one: Imported) -> int:
        """The feed's id. It is never that of a watched feed: what came by a file is no habit of one. Where
        the file is from a feed that is known here, it is its publisher's as that is called here: the newsroom
        may have been renamed.
        """
        origin = (one.origin or one.publisher).removeprefix(IMPORTED)
        url = f"{IMPORTED}{origin}"
        query = "SELECT id, publisher FROM feeds WHERE url = ?"
        source = self._database.execute(query, [origin]).fetchone()
        known = self._database.execute(query, [url]).fetchone()
        publisher = source[1] if source else one.publisher
        if known:
            if source and known[1] != publisher:
                self._database.table("feeds").update(known[0], {"publisher": publisher})
            return int(known[0])
        row = {"url": url, "publisher": publisher, "active": 0, "interval_seconds": 0}
        row |= {"fulltext": "never", "added": self._at}
        return cast(int, self._database.table("feeds").insert(row).last_pk)

    def fetch(self, feed_id: int, new: int = 1) -> int:
        """The id of the row that says from which file, and when; so many releases more are from there."""
        if feed_id not in self._fetches:
            row = {"feed_id": feed_id, "outcome": "read", "reason": f"imported from {self._source}"}
            row |= {"first_at": self._at, "last_at": self._at, "seconds": 0.0, "new": 0}
            self._fetches[feed_id] = cast(int, self._database.table("fetches").insert(row).last_pk)
        fetch_id = self._fetches[feed_id]
        self._database.execute("UPDATE fetches SET new = new + ? WHERE id = ?", [new, fetch_id])
        return fetch_id


def _store(database: Database, file: _File, one: Imported, matcher: Matcher, now: datetime) -> Added:
    feed_id = file.feed(one)
    forms: list[dict[str, Any]] = []
    may_be = _candidates(database, one.entry, feed_id)
    verdict = identify(one.entry, may_be)
    known = None if verdict is None else verdict.release_id
    if verdict is None or known is None:
        at_once = {"feed_id": feed_id, "fetch_id": file.fetch(feed_id)}
        release_id, mentions = _add(database, at_once, one, matcher, now)
        result = Added(new=1, mentions=mentions)
    else:
        release_id = known
        differs = database.execute(_OTHERWISE, [one.entry.content_hash, known, known]).fetchone()
        candidate = next(each for each in may_be if each.release_id == known)
        known_url = candidate.link
        whence = partial(file.fetch, feed_id, new=0)
        if catch_up(database, one, known, matcher, fetch=whence, now=now):
            differs = None
        elif not is_as_stored(one.entry, candidate):
            forms.append(
                row_of(
                    one.entry,
                    verdict,
                    feed_id=feed_id,
                    fetch_id=0,
                    now=now,
                    has_text=not differs,
                )
            )
        merged = Merged(one.line, one.entry.link, known, known_url)
        result = Added(
            known=1,
            otherwise=1 if differs else 0,
            merged=(merged,) if leads_elsewhere(one.entry.link, known_url) else (),
        )
    at = one.first_seen or to_text(now)
    seen = [
        {"key": key, "release_id": release_id, "feed_id": feed_id, "first_seen": one.seen.get(key, at)}
        for key in one.entry.keys
    ]
    rows.insert(database, "sightings", seen, ignore=True)
    forms += [{**row, "release_id": release_id, "feed_id": feed_id} for row in one.variants]
    unseen = variants.unseen(database, forms)
    variants.write(database, [{**row, "fetch_id": file.fetch(feed_id, new=0)} for row in unseen])
    return result


def _candidates(database: Database, entry: Entry, feed_id: int) -> list[Candidate]:
    """What the entry may be. Of two imported releases an equal title or text says nothing where their
    addresses differ: nobody imports a site that moved, and a bulletin may have the same title each week.
    """
    found = candidates(database, entry.keys, feed_id=feed_id)
    ids = json.dumps([one.release_id for one in found])
    imported = {release_id for (release_id,) in database.execute(_IMPORTED, [ids])}
    return [
        one
        for one in found
        if not (
            one.release_id in imported
            and all(key.startswith(("title:", "opening:", "text:")) for key in one.keys)
            and leads_elsewhere(entry.link, one.link)
        )
    ]


def _add(
    database: Database, whence: Mapping[str, int], one: Imported, matcher: Matcher, now: datetime
) -> tuple[int, int]:
    """Store a release that is new, and return its id and how many mentions it has."""
    entry = one.entry
    row: dict[str, Any] = {
        **whence,
        "publisher": one.publisher,
        "guid": entry.guid,
        "url": entry.link,
        "title": entry.title,
        "text": entry.text,
        "content": entry.content if entry.content != entry.text else None,
        "language": entry.language,
        "published": to_text(entry.published) if entry.published else None,
        "published_raw": entry.published_raw,
        "first_seen": one.first_seen or to_text(now),
        "content_hash": entry.content_hash,
        "announce": 0,
        **one.columns,
    }
    release_id = cast(int, database.table("releases").insert(row).last_pk)
    database.execute(
        "INSERT INTO releases_fts(rowid, title, text) VALUES (?, ?, ?)", [release_id, entry.title, entry.text]
    )
    of_release = {"release_id": release_id}
    rows.insert(
        database, "revisions", [{**r, **of_release, "fetch_id": whence["fetch_id"]} for r in one.revisions]
    )
    if one.page is not None:
        rows.insert(database, "pages", [{**one.page, **of_release}])
    found = find_in_release(
        matcher, title=entry.title, text=entry.text, content=row["content"] or "", publisher=one.publisher
    )
    revision = row.get("revision", 1)
    mentions = mention_rows(release_id, revision, found.mentions, now, cause="new", announce=lambda _: False)
    rows.insert(database, "mentions", mentions)
    rows.insert(database, "parts", part_rows(release_id, revision, found.parts))
    return release_id, len(mentions)
