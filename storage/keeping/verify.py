"""Whether an archive is whole: its pages, references, search index, rows, and their hashes and seals."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from presswatch.errors import ArchiveError
from presswatch.feeds.keys import digest
from storage.connection import is_busy, may_be_written
from storage.keeping.files import copy_archive, must_be_file, plain_connection
from storage.readable import find_unreadable
from storage.seals import OWNERS, find_altered, unsealed
from storage.set_aside import accepted_releases, noted, waiting

_MOST = 20  # findings of one check that are named

_OF_A_ROW = re.compile("CHECK constraint failed in|(NULL|TEXT|NUMERIC|non-[A-Z]+) value in")
"""How SQLite's check names a value that its table doesn't allow; every page can be read all the same."""

_VERSIONS = """
    SELECT id, revision, title, text, content_hash, text_from FROM releases
    UNION ALL SELECT release_id, revision, title, text, content_hash, text_from FROM revisions
    ORDER BY 1, 2
"""
_QUOTED_OTHERWISE = """
    SELECT DISTINCT m.release_id FROM mentions m
    JOIN releases r ON r.id = m.release_id AND r.revision = m.revision
    WHERE m.field = 'text'
      AND substr(r.text, m.start_offset + 1, m.end_offset - m.start_offset) IS NOT
          substr(m.snippet, m.start_offset - m.snippet_offset + 1, m.end_offset - m.start_offset)
    ORDER BY m.release_id
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: by which check, and in words that a person understands."""

    check: str
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what was wrong.

    ``texts`` were compared with their hashes, those revised included. ``from_pages`` could not be: they hold
    the text of the page behind a release, and the hash is of what the feed gave; they are under seal as all
    that is stored is. ``forgotten`` releases have no text any more, by the user's retention.
    """

    archive: Path
    quick: bool
    releases: int
    texts: int
    from_pages: int
    forgotten: int
    findings: tuple[Finding, ...]
    disagreeing: frozenset[int] = frozenset()
    """The releases whose texts don't agree with their hashes, or whose mentions' words don't stand there."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was wrong."""
        return not self.findings

    @property
    def can_be_used(self) -> bool:
        """Whether SQLite can read all of it: what else may be wrong is wrong with single rows."""
        return all(one.check != "file" for one in self.findings)


def verify(path: Path, *, quick: bool = False) -> Verification:
    """Look over an archive of this or an older version; nothing in it is changed.

    ``quick`` leaves out what reads every text: the rows, seals, index, hashes, passages. Call the whole of it
    under :func:`storage.lock.cycle_lock`, for it takes the write lock while it compares the index. Of a file
    that may not be written, the index is compared in a copy, for which the system's folder of temporary files
    must have room.

    Raises :class:`presswatch.errors.ArchiveError` where there is no archive to look at or no room for the
    copy, and :class:`presswatch.errors.ArchiveBusy` where another process writes for too long.
    """
    must_be_file(path, "the archive that is to be verified")
    writable = may_be_written(path)
    with plain_connection(path, "rw" if writable and not quick else "ro") as connection:
        check = _Check(connection)
        check.run("file", lambda: check.pages(quick=quick))
        if not check.findings:  # of a damaged file, what else SQLite says is worth nothing
            check.run("search index", lambda: iter(check.index_damage))
            check.run("rows", lambda: iter(check.row_damage))
            check.run("references", check.references)
            check.run("set aside", check.put_aside)
            if not quick:
                check.run("rows", check.rows)
                check.run("evidence", check.seals)
            if not quick and not check.index_damage:
                if writable:
                    check.run("search index", check.index)
                else:
                    with _copied(path) as copy:
                        check.run("search index", _Check(copy).index)
            if not quick:
                check.run("content hashes", check.hashes)
                check.run("mentions", check.passages)
        return Verification(
            archive=path,
            quick=quick,
            releases=check.releases,
            texts=check.seen["feed"],
            from_pages=check.seen["page"],
            forgotten=sum(check.marked.values()),
            findings=tuple(check.findings),
            disagreeing=frozenset(check.disagreeing),
        )


def _is(error: sqlite3.Error, code: int) -> bool:
    """Whether the error is of this kind, or a finer one of it (https://sqlite.org/rescode.html)."""
    return error.sqlite_errorcode & 0xFF == code


@contextmanager
def _copied(path: Path) -> Iterator[sqlite3.Connection]:
    with TemporaryDirectory(prefix="presswatch-") as folder:
        copy = Path(folder, "copy.db")
        try:
            copy_archive(path, copy)
        except (ArchiveError, OSError) as error:
            raise ArchiveError(
                f"{path}: the search index cannot be checked: this user may not write the file, and no copy"
                f" of it was made ({error}). The variable TMPDIR names another folder for the copy;"
                " --quick looks at everything that needs none"
            ) from error
        with plain_connection(copy, "rw") as connection:
            yield connection


class _Check:
    """The checks of one file, and what they found."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.findings: list[Finding] = []
        self.seen: Counter[str] = Counter()
        self.releases = 0
        self.marked: dict[int, bool] = {}  # as forgotten; whether no edit has given it a text again
        self.disagreeing: set[int] = set()
        self.index_damage: list[str] = []
        self.row_damage: list[str] = []
        self.accepted: frozenset[int] = frozenset()  # releases that a person knows to say something else

    def run(self, name: str, check: Callable[[], Iterator[str]]) -> None:
        """Note what a check finds. That it cannot be made is a finding too, but for another's lock."""
        try:
            found, count = [], 0
            for count, what in enumerate(check(), 1):
                found += [what] if count <= _MOST else []
        except sqlite3.DatabaseError as error:
            if is_busy(error) or _is(error, sqlite3.SQLITE_READONLY):
                raise
            found, count = [str(error)], 1
        self.findings += [Finding(name, what) for what in found]
        if count > _MOST:
            self.findings.append(Finding(name, f"and {count - _MOST} more; the first {_MOST} are named"))

    def pages(self, *, quick: bool) -> Iterator[str]:
        """Whether SQLite can make sense of each page (https://sqlite.org/pragma.html#pragma_integrity_check)."""
        looked = "PRAGMA quick_check(21)" if quick else "PRAGMA integrity_check(21)"
        for (what,) in self._rows(looked):
            if "FTS5 table" in what:  # which can be built anew of the releases
                self.index_damage.append(what)
            elif _OF_A_ROW.match(what):
                self.row_damage.append(what)
            elif what != "ok":
                yield what
        (self.releases,) = next(self._rows("SELECT count(*) FROM releases"))
        if list(self._rows("SELECT 1 FROM pragma_table_info('releases') WHERE name = 'forgotten'")):
            marked = self._rows("SELECT id, text = '' FROM releases WHERE forgotten IS NOT NULL")
            self.marked = {release_id: bool(is_empty) for release_id, is_empty in marked}
        self.accepted = accepted_releases(self.connection)

    def references(self) -> Iterator[str]:
        """Whether each row that points to another finds it."""
        for table, row, target, _ in self._rows("PRAGMA foreign_key_check"):
            yield f"{table}, row {row}: what it points to in {target} is not there"

    def put_aside(self) -> Iterator[str]:
        """What was found while the archive was in use, and no person has accepted yet."""
        for one in waiting(self.connection):
            yield f"{one} (noted {one.found})"

    def rows(self) -> Iterator[str]:
        """Whether each value can be read as what it is: text, a time, JSON."""
        known = noted(self.connection)
        for one in find_unreadable(self.connection):
            if (one.table, one.row, one.column) not in known:
                yield f"{one.table}, row {one.row}: {one.column} {one.what}"

    def seals(self) -> Iterator[str]:
        """Whether everything is as it was stored (:mod:`storage.seals`)."""
        for table in unsealed(self.connection):
            yield f"{table}: its seals were removed"
        for table, owner in find_altered(self.connection):
            yield (
                f"{table}, {OWNERS.get(table, 'row')} {owner}: not as Presswatch stored it; another program"
                " has changed, added or removed a row"
            )

    def index(self) -> Iterator[str]:
        """Whether the index holds just the words of the releases (https://sqlite.org/fts5.html, 6.4: with
        ``rank`` 1 it's compared with the table that it is of).
        """
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self.connection.execute(
                "INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)"
            )
        except sqlite3.DatabaseError as error:
            if not _is(error, sqlite3.SQLITE_CORRUPT):
                raise
            yield f"it does not hold what the releases say: a text was changed by another program ({error})"
        finally:
            self.connection.execute("ROLLBACK")

    def hashes(self) -> Iterator[str]:
        """Whether each text is the one that was read.

        A text that two feeds gave (:meth:`storage.taking.rewriting.Reading.followed_by`) keeps the hash of
        the first, and ends with that one.
        """
        for release_id, versions in groupby(self._rows(_VERSIONS), key=lambda row: row[0]):
            before: list[tuple[str, str]] = []
            for _, revision, title, text, content_hash, text_from in versions:
                joined = any(hashed == content_hash and text.endswith(f"\n\n{old}") for hashed, old in before)
                before.append((content_hash, text))
                if (release_id in self.marked and not text) or release_id in self.accepted:
                    continue
                self.seen[text_from] += 1
                if text_from == "feed" and digest(title, text) != content_hash and not joined:
                    self.disagreeing.add(release_id)
                    yield f"release {release_id}, revision {revision}: title or text is not what was read"

    def passages(self) -> Iterator[str]:
        """Whether each mention's words stand where it says."""
        for (release_id,) in self._rows(_QUOTED_OTHERWISE):
            if not self.marked.get(release_id) and release_id not in self.accepted:
                self.disagreeing.add(release_id)
                yield f"release {release_id}: a mention's words do not stand where they were found"

    def _rows(self, query: str) -> Iterator[Any]:
        return iter(self.connection.execute(query))
