"""The pool of releases that the entries of one document may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate
from presswatch.feeds.titles import compare_titles, words_of_the_site
from presswatch.feeds.values import Entry
from storage.taking.batch import Batch
from storage.taking.candidates import candidates, last_shown
from storage.taking.revising import Source

_FEWEST_REBUILT, _MOST_REBUILT = 3, 60  # items of a site that may have been rebuilt
_NAMES = ("guid:", "path:", "link:")


class Pool:
    """What the entries of a document may be: releases of their publisher, stored or about to be."""

    def __init__(self, database: Database, batch: Batch, source: Source, entries: Sequence[Entry]) -> None:
        self._batch = batch
        self._source = source
        self._by_key: dict[str, dict[int, Candidate]] = {}
        self._said: dict[tuple[object, ...], int] = {}
        self._last_shown: list[Candidate] = []
        self._site: frozenset[str] = frozenset()
        self.releases: dict[int, Candidate] = {}
        keys = {key for entry in entries for key in entry.keys}
        for key in keys:
            for feed_id, host, candidate in batch.candidates.get((source.publisher, key), ()):
                elsewhere, other_host = feed_id != source.feed_id, host != source.host
                self._put([key], replace(candidate, elsewhere=elsewhere, other_host=other_host))
        for candidate in candidates(database, keys, feed_id=source.feed_id):
            self._put(candidate.keys, candidate)

    def _put(self, keys: Iterable[str], candidate: Candidate) -> None:
        before = self.releases.get(candidate.release_id)
        if before is not None:
            candidate = replace(
                candidate,
                keys=before.keys | candidate.keys,
                elsewhere=before.elsewhere and candidate.elsewhere,
                other_host=before.other_host and candidate.other_host,
            )
        self.releases[candidate.release_id] = candidate
        self._index(keys, candidate)

    def _index(self, keys: Iterable[str], candidate: Candidate) -> None:
        for key in keys:
            self._by_key.setdefault(key, {})[candidate.release_id] = candidate

    def add_last_shown(self, database: Database, entries: Sequence[Entry], count: int) -> None:
        """Where most of a document has names that nobody knows, add what its feed showed last: the site may
        have been rebuilt, and its titles with it.
        """
        named = [e for e in entries if any(k in self._by_key for k in e.keys if k.startswith(_NAMES))]
        if min(len(entries), count) < _FEWEST_REBUILT or 2 * len(named) > len(entries):
            return
        self._site = words_of_the_site(entry.title for entry in entries)
        self._last_shown = last_shown(database, self._source.feed_id, min(count, _MOST_REBUILT))
        self.releases = {c.release_id: c for c in self._last_shown} | self.releases

    def known_by(self, entry: Entry) -> list[Candidate]:
        """Those that share a key with the entry, that are listed with the same words in the same document, or
        that were shown last under nearly the same title.
        """
        ids = dict.fromkeys(found for key in entry.keys for found in self._by_key.get(key, ()))
        known = [self.releases[found] for found in ids]
        said = self._said.get((entry.title, entry.published, entry.text))
        if said is not None and said not in ids:
            known.append(replace(self.releases[said], keys=frozenset()))
        for candidate in self._last_shown:
            alike = candidate.release_id not in ids and compare_titles(
                entry.title, candidate.title, self._site
            )
            if alike in ("same", "alike"):
                known.append(replace(candidate, keys=frozenset()))
        return known

    def add(self, release_id: int, entry: Entry) -> None:
        """Note that the entry is that release, for those that follow."""
        keys = frozenset(entry.keys)
        known = self.releases.get(release_id)
        candidate = (
            replace(known, keys=known.keys | keys)
            if known is not None
            else Candidate(
                release_id=release_id,
                keys=keys,
                title=entry.title,
                link=entry.link,
                published=entry.published,
                content_hash=entry.content_hash,
                text=entry.text,
                language=entry.language,
                guid=entry.guid,
                published_raw=entry.published_raw,
            )
        )
        self.releases[release_id] = candidate
        self._index(entry.keys, candidate)
        for key in entry.keys:
            self._batch.candidates.setdefault((self._source.publisher, key), []).append(
                (self._source.feed_id, self._source.host, candidate)
            )
        self._said[entry.title, entry.published, entry.text] = release_id
