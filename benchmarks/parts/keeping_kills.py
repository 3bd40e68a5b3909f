"""Killing what writes to an archive, again and again, and looking at what is left."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from storage.archive import Archive
from storage.keeping.verify import verify
from tests.storage.keeping.office import PLAIN, office
from tests.storage.keeping.stored import VERSIONS, store

ROOT = Path(__file__).parents[2]
_MORE = """
WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
INSERT INTO releases(id, feed_id, fetch_id, publisher, guid, url, title, text, first_seen, content_hash,
                     announce)
SELECT i, 1, 1, publisher, 'g' || i, url || i, title, text, first_seen, content_hash, 0
FROM n, releases WHERE id = 2
"""


@dataclass
class Row:
    """Of one way of writing: kills of those ``planned``, how many hit it while it ran, what had been
    acknowledged before, what was lost of that, how often the archive wasn't whole, and each broken promise in
    words.
    """

    name: str
    planned: int
    kills: int = 0
    running: int = 0
    acknowledged: int = 0
    lost: int = 0
    not_whole: int = 0
    wrong: list[str] = field(default_factory=list)

    def look(self, archive: Path) -> None:
        """Note what verify finds."""
        found = verify(archive).findings
        self.not_whole += bool(found)
        self.wrong += [f"{self.name}, {archive.name}: {finding.check}: {finding.what}" for finding in found]

    def expect(self, wanted: set[str], have: set[str]) -> None:
        """Note what is missing."""
        self.lost += len(wanted - have)
        self.wrong += [f"{self.name}: lost {name}" for name in sorted(wanted - have)[:5]]


class Killer:
    """Starts processes and kills them at chance instants of their work, which are spread over all of it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def takes(self, prepare: Callable[[], object], *arguments: object) -> float:
        """How long the work takes if nobody kills it, in seconds: the least of some tries, for a kill that
        comes after the end shows nothing. Each begins with ``prepare``.
        """
        return min((prepare(), self._takes(arguments))[1] for _ in range(3))

    def finish(self, *arguments: object) -> None:
        """Let the work be done."""
        self._takes(arguments)

    def _takes(self, arguments: tuple[object, ...]) -> float:
        with _start(arguments) as process:
            _line(process)
            begun = time.monotonic()
            process.communicate()
            if process.returncode:
                raise RuntimeError(f"{arguments[0]} failed by itself")
            return time.monotonic() - begun

    def kill(self, row: Row, within: float, *arguments: object) -> list[str]:
        """Kill it within so many seconds of its beginning; what it had said by then."""
        with _start(arguments) as process:
            _line(process)
            time.sleep(within * (row.kills + self.chance.random()) / row.planned)
            process.send_signal(signal.SIGKILL)
            said = process.communicate()[0].split("\n")[:-1]
            row.kills += 1
            row.running += process.returncode == -signal.SIGKILL
        return said


def kill_writes(killer: Killer, folder: Path, kills: int) -> Row:
    """One archive, written to by one process after another. What was said to be stored must be there."""
    row, archive = Row("write", kills), folder / "archive.db"
    Archive(archive).close()
    wanted: set[str] = set()
    for _ in range(kills):
        said = killer.kill(row, 0.5, "write", archive)
        wanted |= {f"Release {letter}{number}" for number in said for letter in "ab"}
        row.acknowledged += len(said)
        row.look(archive)
        have = _titles(archive)
        row.expect(wanted, have)
        if len(have) % 2:
            row.wrong.append("write: half of a transaction was stored")
    return row


def kill_migrations(killer: Killer, folder: Path, kills: int) -> Row:
    """An archive of the first version, brought up to date: afterwards it's of one version or the other."""
    row, old = Row("migration", kills), folder / "old.db"
    store(old, VERSIONS[0])
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(_MORE)
        connection.execute("INSERT INTO releases_fts(releases_fts) VALUES ('rebuild')")
        connection.commit()
        connection.execute("PRAGMA journal_mode = delete")
    archive = folder / "archive.db"

    def prepare() -> None:
        _replace(archive, old)

    takes = killer.takes(prepare, "migration", archive)
    wanted = _rows(archive)
    for _ in range(kills):
        prepare()
        killer.kill(row, takes, "migration", archive)
        row.acknowledged += 1
        row.look(archive)
        row.expect(wanted, _rows(archive))
        Archive(archive).close()
        row.look(archive)
        row.expect(wanted, _rows(archive))
    return row


def kill_backups(killer: Killer, folder: Path, kills: int) -> Row:
    """Each file that has a copy's name is whole, and there are never fewer of them than before."""
    row, archive, copies = Row("backup", kills), folder / "archive.db", folder / "copies"
    _fill(archive, "old", 400)
    takes = killer.takes(lambda: None, "backup", archive, copies)
    for _ in range(kills):
        before = min(len(list(copies.glob("archive-*.db"))), 3)
        killer.kill(row, takes, "backup", archive, copies)
        row.look(archive)
        made = list(copies.glob("archive-*.db"))
        row.acknowledged += len(made)
        for copy in made:
            row.look(copy)
        if len(made) < before:
            row.wrong.append(f"backup: {before} copies became {len(made)}")
    return row


def kill_restores(killer: Killer, folder: Path, kills: int) -> Row:
    """In the archive's place is one of the two, whole, and each release of both is in a file somewhere."""
    row, archive, copy = Row("restore", kills), folder / "archive.db", folder / "copy.db"
    _fill(copy, "old", 200)
    fresh = folder / "fresh.db"
    _fill(fresh, "new", 200)

    def prepare() -> None:
        _replace(archive, fresh)

    takes = killer.takes(prepare, "restore", archive, copy)
    for _ in range(kills):
        prepare()
        killer.kill(row, takes, "restore", archive, copy)
        row.acknowledged += 400
        row.look(archive)
        asides = list(folder.glob("archive-replaced-*.db"))
        for aside in asides:
            row.look(aside)
        row.look(copy)
        have = set().union(*(_titles(path) for path in (archive, copy, *asides)))
        row.expect(_titles(fresh) | _titles(copy), have)
        if len(_titles(archive)) != 200:
            row.wrong.append("restore: the archive is neither of the two")
    return row


def kill_imports(killer: Killer, folder: Path, kills: int) -> Row:
    """What had been there stays; importing once more adds what is missing, and nothing twice."""
    row, archive, other = Row("import", kills), folder / "archive.db", folder / "other.db"
    own = folder / "own.db"
    _fill(own, "own", 20)
    _fill(other, "old", 600)

    def prepare() -> None:
        _replace(archive, own)

    takes = killer.takes(prepare, "import", archive, other)
    for _ in range(kills):
        prepare()
        killer.kill(row, takes, "import", archive, other)
        row.acknowledged += 20
        row.look(archive)
        row.expect(_titles(own), _titles(archive))
        killer.finish("import", archive, other)
        row.expect(_titles(own) | _titles(other), _titles(archive))
        row.look(archive)
        with Archive(archive) as opened:
            if opened.database.table("releases").count != 620:
                row.wrong.append("import: a release is there twice")
    return row


WAYS: tuple[Callable[[Killer, Path, int], Row], ...] = (
    kill_writes,
    kill_migrations,
    kill_backups,
    kill_restores,
    kill_imports,
)


def _start(arguments: tuple[object, ...]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.parts.keeping_child", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _line(process: subprocess.Popen[str]) -> None:
    if process.stdout is None or process.stdout.readline() != "ready\n":
        raise RuntimeError("the process did not begin")


def _fill(archive: Path, name: str, releases: int) -> None:
    """An archive with releases, as one file."""
    with Archive(archive) as opened:
        newsrooms = office(opened)
        for first in range(0, releases, 50):
            of_feed = [
                ("Harbour", f"{name}{first + n}", f"{name}{first + n}: {PLAIN * 40}", "") for n in range(50)
            ]
            newsrooms.show_together(*of_feed[: releases - first])
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("PRAGMA journal_mode = delete")


def _replace(archive: Path, by: Path) -> None:
    """Put a copy in the archive's place, and remove all that was beside it."""
    for path in archive.parent.glob("archive*"):
        path.unlink()
    shutil.copyfile(by, archive)


def _titles(archive: Path) -> set[str]:
    with closing(sqlite3.connect(archive)) as connection:
        return {row[0] for row in connection.execute("SELECT title FROM releases")}


def _rows(archive: Path) -> set[str]:
    """What must outlive a migration, a word a row."""
    with closing(sqlite3.connect(archive)) as connection:
        found = connection.execute(
            "SELECT 'release ' || id FROM releases UNION ALL SELECT 'mention ' || id FROM mentions"
            " UNION ALL SELECT 'told ' || release_id FROM digest_items UNION ALL"
            " SELECT 'delivery ' || identity FROM deliveries UNION ALL SELECT key FROM sightings"
            " WHERE substr(key, 1, 5) NOT IN ('title', 'openi', 'text:')"
            " UNION ALL SELECT 'revision ' || release_id FROM revisions"
        )
        return {row[0] for row in found}
