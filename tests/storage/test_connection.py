"""Opening the archive."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from presswatch.errors import ArchiveBusy, ArchiveError
from storage.archive import Archive
from storage.lock import cycle_lock


def test_a_new_archive_is_ours_strict_and_in_wal(tmp_path: Path) -> None:
    """The file says whose it is; every table of ours is STRICT; readers don't block the writer."""
    with Archive(tmp_path / "new" / "archive.db") as archive:
        database = archive.database
        assert database.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"PrsW", "big")
        assert database.journal_mode == "wal"
        assert database.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        loose = [t.name for t in database.tables if not t.strict and not t.name.startswith(("_", "sqlite_"))]
        assert [name for name in loose if not name.startswith("releases_fts")] == []


def test_every_view_can_be_read(tmp_path: Path) -> None:
    """The views answer, also in an empty archive."""
    with Archive(tmp_path / "archive.db") as archive:
        assert archive.database.view_names()
        for view in archive.database.view_names():
            assert list(archive.database.view(view).rows) == []


def test_sqlite_utils_finds_the_search_index(tmp_path: Path) -> None:
    """`sqlite-utils search archive.db releases …` works without us."""
    with Archive(tmp_path / "archive.db") as archive:
        assert archive.database.table("releases").detect_fts() == "releases_fts"


@pytest.mark.parametrize("read_only", [False, True])
def test_another_file_is_refused_and_left_as_it_was(tmp_path: Path, read_only: bool) -> None:
    """A text, or somebody else's database, is not an archive, and not a byte of it changes."""
    text = tmp_path / "notes.txt"
    text.write_text("not a database " * 100)
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(ArchiveError, match="not a"):
            Archive(path, read_only=read_only)
        assert path.read_bytes() == before


def test_an_archive_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """Its schema may mean something that this version doesn't know."""
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        archive.database.table("_sqlite_migrations").insert(
            {"migration_set": "presswatch", "name": "m999_from_the_future", "applied_at": "2030"}
        )
    with pytest.raises(ArchiveError, match="newer"):
        Archive(path)


def test_reading_needs_an_archive(tmp_path: Path) -> None:
    """Opened for reading, a missing archive is an error that says what to do, and no file is made."""
    with pytest.raises(ArchiveError, match="presswatch run"):
        Archive(tmp_path / "archive.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_sees_what_was_committed_while_a_writer_writes(tmp_path: Path) -> None:
    """Reading while a cycle writes neither fails nor waits."""
    path = tmp_path / "archive.db"
    with Archive(path) as writer, Archive(path, read_only=True) as reader:
        writer.database.execute("BEGIN IMMEDIATE")
        writer.database.execute("INSERT INTO programs VALUES ('p', 'P', '', 'v', 1, 'now')")
        assert reader.database.table("programs").count == 0
        writer.database.commit()
        assert reader.database.table("programs").count == 1


def test_one_process_at_a_time_is_at_work(tmp_path: Path) -> None:
    """The second to come is told; when the first is done, it may."""
    path = tmp_path / "archive.db"
    with cycle_lock(path), pytest.raises(ArchiveBusy, match="another"), cycle_lock(path):
        pass
    with cycle_lock(path):
        pass
