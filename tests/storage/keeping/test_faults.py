"""A full disk, a file that can't be written, others at work: a cycle ends cleanly and says what to do."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from presswatch.errors import ArchiveBusy, ArchiveError
from storage import connection
from storage.archive import Archive
from storage.keeping.backup import back_up
from storage.keeping.verify import verify
from storage.lock import cycle_lock
from tests.storage.keeping.office import PLAIN, Office, office
from tests.support.feeds import item, rss
from tests.support.setup import NOW, write_config
from tests.support.site import Site

ROOT = Path(__file__).parents[3]
FEED = "https://a.example/feed"


Done = subprocess.CompletedProcess[str]


def call(*command: str | Path, largest_file: int | None = None) -> Done:
    """A process that can write no file larger than so many bytes."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    words = [str(word) for word in command]
    return subprocess.run(
        words, cwd=ROOT, preexec_fn=limit, capture_output=True, text=True, check=False, timeout=100
    )


def run(config: Path, *prefix: str, largest_file: int | None = None) -> Done:
    """A cycle as a process."""
    command = (*prefix, sys.executable, "-m", "cli.main", "run", "--json", "-c", config)
    return call(*command, largest_file=largest_file)


def titles(path: Path) -> list[str]:
    """The titles of an archive's releases, in their order."""
    with Archive(path, read_only=True) as archive:
        return [row["title"] for row in archive.database.query("SELECT title FROM releases ORDER BY title")]


def publish(site: Site, folder: Path, numbers: range, words: int = 1) -> Path:
    """A feed with these releases, and the watch that reads it."""
    feed = site.publish("/feed", rss([item(number, "Plain words. " * words) for number in numbers]))
    return write_config(folder, [feed])


def test_a_full_disk_ends_the_cycle_in_words(site: Site, tmp_path: Path) -> None:
    """What was stored before is there; once there is room, the next cycle takes up all that is new."""
    archive = tmp_path / "archive.db"
    assert run(publish(site, tmp_path, range(3))).returncode == 0
    config = publish(site, tmp_path, range(60), words=4000)
    failed = run(config, largest_file=archive.stat().st_size + 100_000)
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "room" in failed.stderr
    assert titles(archive) == [f"Release {number}" for number in range(3)]
    assert verify(archive).is_whole
    assert run(config).returncode == 0
    assert titles(archive) == sorted(f"Release {number}" for number in range(60))


def test_a_transaction_that_finds_no_room_leaves_nothing(newsrooms: Office) -> None:
    """SQLite says that the disk is full: all of the shard's readings are stored, or none."""
    newsrooms.show("Harbour", "1", PLAIN)
    database = newsrooms.archive.database
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(ArchiveError, match="make room and run again"):
        newsrooms.show_together(("Harbour", "2", PLAIN, ""), ("River", "3", PLAIN * 5000, ""))
    assert titles(newsrooms.archive.path) == ["Release 1"]
    database.execute("PRAGMA max_page_count = 1000000")
    newsrooms.show_together(("Harbour", "2", PLAIN, ""), ("River", "3", PLAIN * 5000, ""))
    assert titles(newsrooms.archive.path) == ["Release 1", "Release 2", "Release 3"]
    assert verify(newsrooms.archive.path).is_whole


def test_a_copy_for_which_there_is_no_room_is_none(newsrooms: Office, tmp_path: Path) -> None:
    """The copies that there are stay as they are, and no half of one is left."""
    newsrooms.show("Harbour", "1", PLAIN)
    folder = tmp_path / "copies"
    good = back_up(newsrooms.archive.path, folder, NOW).path
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        with pytest.raises(ArchiveError, match="room"):
            back_up(newsrooms.archive.path, folder, NOW, keep=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path for path in folder.iterdir() if path.suffix == ".db"] == [good]
    assert not list(folder.glob("*unfinished*"))
    assert verify(good).is_whole


def without_rights() -> list[str]:
    """What to put before a command so that a file's permissions hold for it, whoever runs the tests."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("the superuser may write any file, and there is no setpriv here to forbid it")
    return ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", "--"]


def test_a_file_that_cannot_be_written_is_named(site: Site, tmp_path: Path) -> None:
    """With what to do; nothing of it changes, and when it can be again nothing was missed."""
    archive = tmp_path / "archive.db"
    run(publish(site, tmp_path, range(3)))
    with closing(sqlite3.connect(archive)) as settled:
        settled.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = archive.read_bytes()
    config = publish(site, tmp_path, range(6))
    archive.chmod(0o444)
    failed = run(config, *without_rights())
    assert failed.returncode == 1
    assert failed.stderr.strip().endswith("the archive cannot be written; check its permissions")
    assert "Traceback" not in failed.stderr
    assert archive.read_bytes() == before
    archive.chmod(0o644)
    assert run(config).returncode == 0
    assert titles(archive) == [f"Release {number}" for number in range(6)]


def ask(config: Path, name: str, *arguments: str | Path, largest_file: int | None = None) -> Done:
    """Another command, as a process that may write only what permissions allow."""
    command = (*without_rights(), sys.executable, "-m", "cli.main", name, "-c", config, *arguments)
    return call(*command, largest_file=largest_file)


def test_a_backup_that_cannot_be_written_is_verified(newsrooms: Office, tmp_path: Path) -> None:
    """It is whole, and what is wrong with it is found all the same; without room for a copy, that is said."""
    newsrooms.show("Harbour", "1", PLAIN)
    config = write_config(tmp_path, [FEED])
    backup = back_up(newsrooms.archive.path, tmp_path / "copies", NOW).path
    backup.chmod(0o444)
    before = backup.read_bytes()
    well = ask(config, "verify", backup)
    assert (well.returncode, well.stderr) == (0, "")
    assert "whole" in well.stdout
    cramped = ask(config, "verify", backup, largest_file=50_000)
    assert (cramped.returncode, cramped.stdout) == (1, "")
    assert "the search index cannot be checked" in cramped.stderr
    assert "Traceback" not in cramped.stderr
    assert backup.read_bytes() == before
    backup.chmod(0o644)
    with closing(sqlite3.connect(backup)) as spoilt:
        spoilt.execute("UPDATE releases SET text = 'Other words.'")
        spoilt.commit()
    backup.chmod(0o444)
    found = ask(config, "verify", backup)
    assert found.returncode == 1
    assert "a text was changed by another program" in found.stdout


def test_a_copy_of_the_live_file_is_read_where_nothing_can_be_written(
    newsrooms: Office, tmp_path: Path
) -> None:
    """All that only reads does, and leaves nothing there; if its newest part is beside it, that is said."""
    newsrooms.show("Harbour", "1", PLAIN)
    newsrooms.archive.close()
    folder = tmp_path / "shown"
    folder.mkdir()
    copy = folder / "archive.db"
    shutil.copyfile(newsrooms.archive.path, copy)
    config = write_config(folder, [FEED])
    elsewhere = write_config(tmp_path, [FEED])
    copy.chmod(0o444)
    folder.chmod(0o555)
    try:
        for name, *arguments in (["search"], ["show", "1"], ["export", "releases"], ["cite", "1"]):
            done = ask(config, name, *arguments)
            assert (done.returncode, done.stderr) == (0, "")
            assert "Harbour" in done.stdout
        assert ask(config, "verify").returncode == 0
        assert "cannot be read" not in ask(config, "status").stdout
        assert "1 release known before" in ask(elsewhere, "import", copy).stdout
        assert ask(elsewhere, "restore", copy).returncode == 0
        assert sorted(path.name for path in folder.iterdir()) == ["archive.db", config.name]
        folder.chmod(0o755)
        (folder / "archive.db-wal").write_bytes(b"x" * 100)
        folder.chmod(0o555)
        refused = ask(config, "search")
        assert refused.returncode == 1
        assert "its newest part lies beside it" in refused.stderr
    finally:
        folder.chmod(0o755)


def test_reading_goes_on_while_a_cycle_writes(tmp_path: Path) -> None:
    """Every reading sees both releases of a transaction or neither, and none is refused."""
    path, stop, begun = tmp_path / "archive.db", threading.Event(), threading.Event()
    Archive(path).close()
    written = 0

    def write() -> None:
        nonlocal written
        with Archive(path) as archive:
            newsrooms = office(archive)
            while not stop.is_set():
                written += 2
                newsrooms.show_together(
                    ("Harbour", f"a{written}", PLAIN, ""), ("River", f"b{written}", PLAIN, "")
                )
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    try:
        assert begun.wait(30)
        for _ in range(60):
            with Archive(path, read_only=True) as reader:
                seen.append(reader.database.table("releases").count)
                seen.append(len(list(reader.database.query("SELECT * FROM coverage_by_publisher"))))
    finally:
        stop.set()
        writer.join()
    assert all(count % 2 == 0 for count in seen[::2])
    assert seen[::2] == sorted(seen[::2])
    assert set(seen[1::2]) == {2}
    assert seen[-2] <= written


def test_a_reader_holds_no_writer_up(archive: Archive, newsrooms: Office) -> None:
    """However long it reads, and it goes on seeing what it saw."""
    newsrooms.show("Harbour", "1", PLAIN)
    with Archive(archive.path, read_only=True) as reader:
        reader.database.execute("BEGIN")
        assert reader.database.table("releases").count == 1
        newsrooms.show("Harbour", "2", PLAIN)
        assert reader.database.table("releases").count == 1
        reader.database.execute("COMMIT")
        assert reader.database.table("releases").count == 2


def test_a_second_writer_leaves_with_a_word(
    archive: Archive, newsrooms: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the lock; and if it is a program that doesn't know of that, when it has waited in vain."""
    with (
        cycle_lock(archive.path),
        pytest.raises(ArchiveBusy, match="another Presswatch"),
        cycle_lock(archive.path),
    ):
        pass
    archive.database.execute("PRAGMA busy_timeout = 50")
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(archive.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveBusy, match="try again"):
            newsrooms.show("Harbour", "1", PLAIN)
    newsrooms.show("Harbour", "1", PLAIN)
    assert titles(archive.path) == ["Release 1"]
