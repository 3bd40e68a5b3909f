"""What an entry may be: the releases of its publisher that were ever seen under one of its keys."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate
from presswatch.feeds.keys import host_of_feed
from presswatch.times import from_text

IMPORTED = "import:"
"""How the address of a feed begins that stands for a file: what follows is the feed's there."""

_KEYS = 6  # of a release, mostly
_MOST_ALIKE = 20
"""Releases of one title, or of one text, that are looked at: the newest."""

# That a feed showed it, of which publisher that is, and whether it is still read.
_SEEN = """
    SELECT s.key, s.release_id, f.id AS feed_id, f.url, f.active AND f.health != 'gone' AS is_read
    FROM sightings s JOIN feeds f ON f.id = s.feed_id
    WHERE s.key IN (SELECT value FROM json_each(:keys))
      AND f.publisher = (SELECT publisher FROM feeds WHERE id = :feed_id)
    ORDER BY s.key, s.release_id DESC
"""
_RELEASES = """
    SELECT id, guid, url, title, text, language, published, published_raw, content_hash
    FROM releases WHERE id IN (SELECT value FROM json_each(?))
"""


def candidates(database: Database, keys: Iterable[str], *, feed_id: int) -> list[Candidate]:
    """The releases that were ever seen under one of the keys in a feed of this one's publisher, each once. A
    key is the publisher's: what another claims under it is another release.

    What is imported from another archive is told apart as there, by the hosts of the feeds that it is from.
    """
    asked = list(keys)
    if not asked:
        return []
    address = _address_of(database, feed_id)
    host, imports = host_of_feed(address.removeprefix(IMPORTED)), address.startswith(IMPORTED)
    shared: defaultdict[int, set[str]] = defaultdict(set)
    here: set[int] = set()
    same_host: set[int] = set()
    of_key: Counter[str] = Counter()
    last: tuple[str, int] | None = None
    for row in database.query(_SEEN, {"keys": json.dumps(asked), "feed_id": feed_id}):
        key, release_id = row["key"], row["release_id"]
        if (key, release_id) != last:
            last = key, release_id
            of_key[key] += 1
        if of_key[key] > _MOST_ALIKE and key.startswith(("title:", "opening:", "text:")):
            continue
        shared[release_id].add(key)
        is_read = row["is_read"] or (imports and row["url"].startswith(IMPORTED))
        if row["feed_id"] == feed_id or not (host and is_read):
            here.add(release_id)
        elif host_of_feed(row["url"].removeprefix(IMPORTED)) == host:
            same_host.add(release_id)
    recurring = {key for key, count in of_key.items() if count > 1 and key.startswith("title:")}
    return [
        replace(
            _candidate(row, shared[row["id"]]),
            elsewhere=row["id"] not in here,
            other_host=row["id"] not in here | same_host,
            recurring=not recurring.isdisjoint(shared[row["id"]]),
        )
        for row in database.query(_RELEASES, [json.dumps(list(shared))])
    ]


def with_keys(database: Database, keys: Mapping[int, Set[str]]) -> list[Candidate]:
    """The releases with these ids, each with the keys that are given for it."""
    rows = database.query(_RELEASES, [json.dumps(list(keys))])
    return [_candidate(row, keys[row["id"]]) for row in rows]


def last_shown(database: Database, feed_id: int, count: int) -> list[Candidate]:
    """The releases that the feed showed last for the first time, so many; without keys."""
    rows = database.execute(
        "SELECT release_id FROM sightings WHERE feed_id = ? ORDER BY first_seen DESC, release_id LIMIT ?",
        [feed_id, count * _KEYS],
    )
    ids = list(dict.fromkeys(release_id for (release_id,) in rows))[:count]
    return with_keys(database, dict.fromkeys(ids, frozenset()))


def _address_of(database: Database, feed_id: int) -> str:
    row = database.execute("SELECT url FROM feeds WHERE id = ?", [feed_id]).fetchone()
    return str(row[0]) if row else ""


def _candidate(row: Mapping[str, Any], keys: Set[str]) -> Candidate:
    return Candidate(
        release_id=row["id"],
        keys=frozenset(keys),
        title=row["title"],
        link=row["url"],
        published=from_text(row["published"]) if row["published"] else None,
        content_hash=row["content_hash"],
        text=row["text"],
        language=row["language"],
        guid=row["guid"],
        published_raw=row["published_raw"],
    )
