"""Putting a copy back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from presswatch.errors import ArchiveBusy, ArchiveError
from storage.archive import Archive
from storage.keeping.backup import back_up
from storage.keeping.restore import restore
from storage.keeping.verify import verify
from storage.unusable import UnusableArchive
from tests.storage.keeping.office import PLAIN, Office, fill

NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def titles(path: Path) -> list[str]:
    """The titles of an archive's releases."""
    with Archive(path, read_only=True) as archive:
        return [row["title"] for row in archive.database.table("releases").rows]


@pytest.fixture
def copy(archive: Archive, newsrooms: Office, tmp_path: Path) -> Path:
    """A copy of five releases, since when a sixth has come; nobody has the archive open."""
    fill(newsrooms)
    made = back_up(archive.path, tmp_path / "copies", NIGHT).path
    newsrooms.show("Harbour", "6", PLAIN)
    archive.close()
    return made


def test_the_copy_takes_the_place_and_nothing_is_lost(archive: Archive, copy: Path) -> None:
    """What was there lies beside it, whole; the copy is as it was."""
    before = copy.read_bytes()
    done = restore(copy, archive.path, NIGHT)
    assert done.aside is not None
    assert done.releases == len(titles(archive.path)) == 5
    assert titles(done.aside)[-1] == "Release 6"
    assert verify(archive.path).is_whole
    assert verify(done.aside).is_whole
    assert copy.read_bytes() == before
    assert sorted(path.name for path in copy.parents[1].glob("archive*.db")) == [
        "archive-replaced-20261125T030000Z.db",
        "archive.db",
    ]


def test_what_was_committed_and_not_yet_in_the_file_is_not_lost(archive: Archive, copy: Path) -> None:
    """A process that was killed leaves its last transactions in the -wal; they go aside with the rest."""
    with closing(sqlite3.connect(archive.path)) as writing:
        writing.execute("PRAGMA wal_autocheckpoint = 0")
        writing.execute("UPDATE releases SET title = 'Changed' WHERE id = 1")
        writing.commit()
        kept = {e: archive.path.with_name(f"archive.db{e}").read_bytes() for e in ("", "-wal")}
    for ending, content in kept.items():
        archive.path.with_name(f"archive.db{ending}").write_bytes(content)
    done = restore(copy, archive.path, NIGHT)
    assert done.aside is not None
    assert titles(done.aside)[0] == "Changed"
    assert titles(archive.path)[0] == "Release 1"


def test_nothing_is_done_while_a_program_has_the_archive_open(archive: Archive, copy: Path) -> None:
    """Its own end of the file would be lost, or be written into the new one."""
    with Archive(archive.path, read_only=True) as reader:
        assert reader.database.table("releases").count == 6
        with pytest.raises(ArchiveBusy, match="open"):
            restore(copy, archive.path, NIGHT)
    assert len(titles(archive.path)) == 6
    assert not list(archive.path.parent.glob("*replaced*"))


def test_a_damaged_archive_is_moved_aside_as_it_is(archive: Archive, copy: Path) -> None:
    """With what SQLite has beside it: that must never be applied to the new one."""
    archive.path.write_bytes(b"\xff" * 50_000)
    archive.path.with_name("archive.db-wal").write_bytes(b"\xff" * 100)
    done = restore(copy, archive.path, NIGHT)
    assert done.aside is not None
    assert done.aside.read_bytes() == b"\xff" * 50_000
    assert done.aside.with_name(done.aside.name + "-wal").exists()
    assert verify(archive.path).is_whole


def test_where_there_is_none_a_copy_becomes_the_archive(copy: Path, tmp_path: Path) -> None:
    """On a new machine."""
    done = restore(copy, tmp_path / "new" / "archive.db", NIGHT)
    assert (done.releases, done.aside) == (5, None)


def test_what_is_not_whole_replaces_nothing(archive: Archive, copy: Path, tmp_path: Path) -> None:
    """A missing file, a text, half a copy, one of a newer version: each is refused."""
    (tmp_path / "text").write_text("words " * 1000)
    with pytest.raises(UnusableArchive, match="no such file"):
        restore(tmp_path / "missing.db", archive.path, NIGHT)
    with pytest.raises(ArchiveError, match="not an archive"):
        restore(tmp_path / "text", archive.path, NIGHT)
    half = tmp_path / "half.db"
    half.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    with pytest.raises(ArchiveError, match=r"not whole|damaged"):
        restore(half, archive.path, NIGHT)
    with closing(sqlite3.connect(copy)) as changed:
        changed.execute("INSERT INTO _sqlite_migrations VALUES (99, 'presswatch', 'm999_later', '2030')")
        changed.commit()
    with pytest.raises(UnusableArchive, match="newer"):
        restore(copy, archive.path, NIGHT)
    assert len(titles(archive.path)) == 6
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_copy_with_a_changed_row_is_put_in_place_and_named(archive: Archive, copy: Path) -> None:
    """It may be the only one; what was there lies beside it."""
    with closing(sqlite3.connect(copy)) as changed:
        changed.execute("UPDATE releases SET content = '<p>Other words.' WHERE id = 1")
        changed.commit()
    done = restore(copy, archive.path, NIGHT)
    assert [one.check for one in done.findings] == ["evidence"]
    assert "releases, id 1" in done.findings[0].what
    assert done.aside is not None and titles(done.aside)[-1] == "Release 6"
