"""An archive of any older version comes up to date, whole or not at all."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage.archive import Archive
from storage.keeping.backup import back_up
from storage.keeping.other_archive import read_archive
from storage.keeping.verify import verify
from storage.migrations import migrations
from tests.storage.keeping.stored import VERSIONS, counts, store
from tests.support.setup import NOW

OLDER = VERSIONS[:-1]

KILLED_AT = """
import os, signal, sqlite3, sys
from pathlib import Path
connect, left = sqlite3.connect, int(sys.argv[2])
def count(statement):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
def traced(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.set_trace_callback(count)
    return connection
sqlite3.connect = traced
from storage.connection import open_database
open_database(Path(sys.argv[1]))
print("done")
"""


def schema(path: Path) -> list[tuple[str, ...]]:
    """All that defines the archive's tables, indexes and views."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall()


def applied(path: Path) -> list[str]:
    """The migrations that the archive has had."""
    with closing(sqlite3.connect(path)) as connection:
        return [done.name for done in migrations.applied(Database(connection))]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_released_version_comes_up_to_date(tmp_path: Path, version: str) -> None:
    """With all its rows, whole, and with the tables that a new archive has."""
    path = tmp_path / "archive.db"
    before = store(path, version)
    assert verify(path).is_whole
    with Archive(path) as archive:
        after = counts(archive.database)
        told = [row["release_id"] for row in archive.database.table("digest_items").rows]
    assert before.items() <= {**after, "sightings": before["sightings"]}.items()
    assert after["sightings"] >= before["sightings"]
    assert told == [1]
    found = verify(path)
    assert (found.findings, found.releases, found.texts) == ((), 2, 3)
    Archive(tmp_path / "new.db").close()
    assert [row[:2] for row in schema(path)] == [row[:2] for row in schema(tmp_path / "new.db")]


@pytest.mark.parametrize("version", OLDER)
def test_a_copy_of_an_older_version_can_be_made_and_brought_in(tmp_path: Path, version: str) -> None:
    """Neither changes it."""
    path = tmp_path / "archive.db"
    store(path, version)
    copy = back_up(path, tmp_path / "copies", NOW).path
    assert [one.entry.title for one in read_archive(copy, tmp_path)] == ["The Ferry Sails", "The Ferry Rests"]
    assert applied(path) == applied(copy) == VERSIONS[: VERSIONS.index(version) + 1]


@pytest.mark.parametrize("version", OLDER)
def test_a_migration_that_fails_leaves_the_archive_as_it_was(
    tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though earlier ones had been done: all of them are one transaction."""
    path = tmp_path / "archive.db"
    before, tables = store(path, version), schema(path)
    last = migrations._migrations[-1]
    monkeypatch.setattr(last, "fn", _then_fail(last.fn))
    with pytest.raises(RuntimeError, match="half way"):
        Archive(path)
    assert schema(path) == tables
    monkeypatch.undo()
    assert verify(path).is_whole
    with Archive(path) as archive:
        assert counts(archive.database)["releases"] == before["releases"]


def _then_fail(migrate: Callable[[Database], None]) -> Callable[[Database], None]:
    def failing(database: Database) -> None:
        migrate(database)
        raise RuntimeError("half way")

    return failing


def test_a_kill_at_any_statement_leaves_one_of_the_two_versions(tmp_path: Path) -> None:
    """From the first version to this: killed early, in the middle, late, and at the end."""
    kept = tmp_path / "kept.db"
    store(kept, VERSIONS[0])
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA journal_mode = delete")
    seen: set[tuple[str, ...]] = set()
    for at in range(4, 800, 37):
        path = tmp_path / f"{at}.db"
        path.write_bytes(kept.read_bytes())
        command = [sys.executable, "-c", KILLED_AT, str(path), str(at)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3]
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        assert verify(path).is_whole
        seen.add(tuple(applied(path)))
        with Archive(path) as archive:
            assert archive.database.table("releases").count == 2
        if done.returncode == 0:
            break
    assert seen == {tuple(VERSIONS[:1]), tuple(VERSIONS)}
