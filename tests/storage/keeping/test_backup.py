"""Copies of the archive."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from presswatch.errors import ArchiveBusy, ArchiveError
from storage.archive import Archive
from storage.keeping.backup import back_up
from storage.keeping.verify import verify
from storage.unusable import UnusableArchive
from tests.storage.keeping.office import PLAIN, Office, fill, office

NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def test_a_copy_is_of_one_moment_though_somebody_writes(tmp_path: Path) -> None:
    """Releases come two in a transaction: each copy has an even number of them, and is whole."""
    path, stop, written = tmp_path / "archive.db", threading.Event(), threading.Event()
    Archive(path).close()

    def write() -> None:
        with Archive(path) as archive:
            newsrooms, number = office(archive), 0
            while not stop.is_set():
                number += 1
                newsrooms.show_together(
                    ("Harbour", f"a{number}", PLAIN, ""), ("River", f"b{number}", PLAIN, "")
                )
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(30)
        made = [back_up(path, tmp_path / "copies", NIGHT + timedelta(days=day)) for day in range(4)]
    finally:
        stop.set()
        writer.join()
    for backup in made:
        assert verify(backup.path).is_whole
        with Archive(backup.path, read_only=True) as copy:
            assert copy.database.table("releases").count == backup.releases
        assert backup.releases % 2 == 0
    assert 0 < made[0].releases < made[-1].releases


def test_the_newest_copies_stay(archive: Archive, tmp_path: Path) -> None:
    """As many as asked for; what is named otherwise is somebody else's."""
    folder = tmp_path / "copies"
    back_up(archive.path, folder, NIGHT - timedelta(days=400), keep=3)
    others = ["archive-before-the-move.db", "other-20200101T000000Z.db", "notes.txt"]
    for name in others:
        (folder / name).write_text("mine")
    made = [back_up(archive.path, folder, NIGHT + timedelta(days=day // 2), keep=3) for day in range(5)]
    visible = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    assert visible == sorted([*others, *(each.path.name for each in made[-3:])])
    assert [len(each.removed) for each in made] == [0, 0, 1, 1, 1]


def test_a_damaged_archive_removes_no_good_copy(archive: Archive, newsrooms: Office, tmp_path: Path) -> None:
    """A copy with an altered row is kept beside the good one; of a file that is damaged there is no copy."""
    fill(newsrooms)
    good = back_up(archive.path, tmp_path / "copies", NIGHT, keep=1)
    archive.database.execute("UPDATE releases SET text = 'Other words.' WHERE id = 1")
    archive.database.commit()
    altered = back_up(archive.path, tmp_path / "copies", NIGHT + timedelta(days=1), keep=1)
    assert {"content hashes", "search index"} <= {one.check for one in altered.findings}
    assert altered.removed == ()
    archive.close()
    content = archive.path.read_bytes()
    archive.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ArchiveError, match=r"not whole|damaged"):
        back_up(archive.path, tmp_path / "copies", NIGHT + timedelta(days=2), keep=1)
    made = [path for path in (tmp_path / "copies").glob("*.db*") if path.suffix != ".lock"]
    assert sorted(made) == [good.path, altered.path]


def test_what_a_kill_left_is_cleared_away(archive: Archive, tmp_path: Path) -> None:
    """An unfinished copy has no name of a copy, and is gone with the next."""
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / ".archive.db.unfinished").write_bytes(b"half")
    (folder / ".archive.db.unfinished-journal").write_bytes(b"half")
    made = back_up(archive.path, folder, NIGHT)
    assert {path.name for path in folder.iterdir()} == {made.path.name, ".archive.db.backup.lock"}


def test_a_copy_needs_an_archive_a_folder_and_room(archive: Archive, tmp_path: Path) -> None:
    """Each is said in words."""
    with pytest.raises(UnusableArchive, match="presswatch run"):
        back_up(tmp_path / "missing.db", tmp_path, NIGHT)
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="nothing was changed"):
        back_up(archive.path, tmp_path / "file", NIGHT)


def test_two_copies_at_once_are_one_too_many(archive: Archive, tmp_path: Path) -> None:
    """The second is told, and leaves the first alone."""
    from filelock import FileLock

    with FileLock(tmp_path / ".archive.db.backup.lock"), pytest.raises(ArchiveBusy, match="another backup"):
        back_up(archive.path, tmp_path, NIGHT)
