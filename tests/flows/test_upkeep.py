"""Looking after the archive: when it is due, and what is done."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from config.loader import load
from flows.cycle import in_threads, run_once
from flows.upkeep import maintain_once
from presswatch.errors import ArchiveError
from presswatch.times import utc_now
from presswatch.watch import Watch
from storage.archive import Archive
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

DAY = timedelta(days=1)


@pytest.fixture
def watch(site: Site, tmp_path: Path) -> Watch:
    """A watch whose archive holds two releases, with backups and a retention."""
    feed = site.publish("/feed", rss([item(1, "S-Comm ends."), item(2, "A picnic.")]))
    config = write_config(tmp_path, [feed])
    kept = 'backups = { folder = "copies", keep = 2 }\nretention = { keep = "30d" }'
    config.write_text(config.read_text().replace('path = "archive.db"', f'path = "archive.db"\n{kept}'))
    watch = load(config)
    run_once(watch, in_threads)
    return watch


def copies(watch: Watch) -> list[Path]:
    """The backups there are."""
    return sorted((watch.archive.parent / "copies").glob("*.db"))


def test_once_a_day(watch: Watch) -> None:
    """It is due when the last is a day old, whoever asks how often; old copies make room."""
    now = utc_now()
    first = maintain_once(watch, now)
    assert first is not None and first.backup is not None
    assert first.verification.is_whole
    assert first.health == (("well", 1),)
    assert (
        first.summary() == f"archive whole, 2 releases; backed up as {copies(watch)[0].name}; feeds: 1 well"
    )
    assert maintain_once(watch, now + DAY / 2) is None
    assert maintain_once(watch, now + DAY) is not None
    assert maintain_once(watch, now + 2 * DAY) is not None
    assert len(copies(watch)) == 2


def test_an_archive_that_was_not_begun_is_not_looked_after(watch: Watch) -> None:
    """Not where there is none, and not where a process was killed while it made one."""
    watch.archive.unlink()
    assert maintain_once(watch, utc_now()) is None
    with closing(sqlite3.connect(watch.archive)) as connection:
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA journal_mode = wal")
    assert watch.archive.stat().st_size > 0
    assert maintain_once(watch, utc_now()) is None
    assert run_once(watch, in_threads).recorded.new == 2


def go_on(watch: Watch, *days: int) -> None:
    """Let runs begin on these days from today on."""
    now = utc_now()
    with Archive(watch.archive) as archive:
        for day in days:
            archive.adopt(watch, now + day * DAY)


def test_what_is_past_its_time_is_let_go_of(watch: Watch) -> None:
    """But not what mentions a program."""
    go_on(watch, 29, 30, 31)
    upkeep = maintain_once(watch, utc_now() + 31 * DAY)
    assert upkeep is not None and upkeep.forgotten == 1
    connection = sqlite3.connect(watch.archive)
    texts = dict(connection.execute("SELECT title, text FROM releases").fetchall())
    connection.close()
    assert texts == {"Release 1": "S-Comm ends.", "Release 2": ""}


def test_a_clock_that_is_ahead_lets_go_of_nothing(watch: Watch) -> None:
    """Nor is what it did then still ahead of the next time; it is let go of when the clock has stayed for a
    day.
    """
    now = utc_now()
    go_on(watch, 300)
    ahead = maintain_once(watch, now + 300 * DAY)
    assert ahead is not None and ahead.forgotten == 0
    assert maintain_once(watch, now + DAY) is not None
    go_on(watch, 300, 301)
    stayed = maintain_once(watch, now + 301 * DAY)
    assert stayed is not None and stayed.forgotten == 1


def test_an_archive_that_is_not_whole_replaces_no_copy(watch: Watch) -> None:
    """It is said what is wrong, nothing is let go of, and every copy stays beside the new one."""
    assert maintain_once(watch, utc_now())
    connection = sqlite3.connect(watch.archive)
    connection.execute("UPDATE releases SET text = 'Something else.' WHERE title = 'Release 2'")
    connection.commit()
    connection.close()
    before = copies(watch)
    upkeep = maintain_once(watch, utc_now() + 31 * DAY)
    assert upkeep is not None and not upkeep.verification.is_whole
    assert upkeep.summary().startswith("archive NOT WHOLE, nothing was removed (")
    assert upkeep.backup is not None and upkeep.backup.findings and upkeep.forgotten == 0
    assert set(before) < set(copies(watch))


def test_a_backup_that_fails_is_due_again(watch: Watch) -> None:
    """A file stands where the folder should be."""
    blocked = watch.archive.parent / "copies"
    blocked.write_text("in the way")
    now = utc_now()
    with pytest.raises(ArchiveError):
        maintain_once(watch, now)
    blocked.unlink()
    assert maintain_once(watch, now) is not None


def test_no_archive_yet(site: Site, tmp_path: Path) -> None:
    """There is nothing to look after before the first cycle."""
    watch = load(write_config(tmp_path, [site.publish("/feed", rss([]))]))
    assert maintain_once(watch, utc_now()) is None
    assert not watch.archive.exists()
