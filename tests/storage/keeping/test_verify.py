"""Whether an archive is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from presswatch.errors import ArchiveError
from storage.archive import Archive
from storage.keeping.verify import verify
from storage.unusable import UnusableArchive
from tests.storage.keeping.office import Office, fill


def wrong(archive: Archive) -> list[str]:
    """By which checks something is wrong with the archive."""
    return sorted({finding.check for finding in verify(archive.path).findings})


def test_whatever_feeds_do_an_archive_is_whole(archive: Archive, newsrooms: Office) -> None:
    """Edits, pages, two feeds for one release: each text agrees with its hash, or is a page's."""
    fill(newsrooms)
    found = verify(archive.path)
    assert found.findings == ()
    assert (found.releases, found.from_pages, found.forgotten) == (5, 2, 0)
    versions = archive.database.execute(
        "SELECT (SELECT count(*) FROM releases) + (SELECT count(*) FROM revisions)"
    ).fetchone()[0]
    assert found.texts == versions - 2


@pytest.mark.parametrize("table", ["releases", "revisions"])
@pytest.mark.parametrize("column", ["title", "text", "content_hash"])
def test_a_changed_word_is_found(archive: Archive, newsrooms: Office, table: str, column: str) -> None:
    """In a release as it stands, and in what it said before; the index can't hide it."""
    fill(newsrooms)
    of = archive.database.execute("SELECT release_id FROM revisions WHERE text_from = 'feed'").fetchone()[0]
    key = "id" if table == "releases" else "release_id"
    archive.database.execute(f"UPDATE {table} SET {column} = {column} || '!' WHERE {key} = ?", [of])
    archive.database.execute("INSERT INTO releases_fts(releases_fts) VALUES ('rebuild')")
    archive.database.commit()
    assert wrong(archive) == ["content hashes"]
    assert f"release {of}," in verify(archive.path).findings[0].what
    assert verify(archive.path, quick=True).is_whole


def test_an_index_that_lacks_a_word_is_found(archive: Archive, newsrooms: Office) -> None:
    """What search would not find, verify does."""
    fill(newsrooms)
    archive.database.execute(
        "INSERT INTO releases_fts(releases_fts, rowid, title, text)"
        " SELECT 'delete', id, title, text FROM releases WHERE id = 1"
    )
    archive.database.commit()
    assert wrong(archive) == ["search index"]
    found = archive.database.execute("SELECT rowid FROM releases_fts WHERE releases_fts MATCH 'lamps'")
    assert 1 not in {row[0] for row in found}


def test_what_points_to_nothing_is_found(archive: Archive, newsrooms: Office) -> None:
    """Also in a hurry."""
    fill(newsrooms)
    archive.database.execute("PRAGMA foreign_keys = off")
    archive.database.execute("DELETE FROM story_members WHERE release_id = 1")
    archive.database.execute("UPDATE sightings SET release_id = 99 WHERE release_id = 1")
    archive.database.commit()
    found = verify(archive.path, quick=True)
    assert {finding.check for finding in found.findings} == {"references"}
    assert "releases is not there" in found.findings[0].what


def test_a_mention_whose_words_do_not_stand_there_is_found(archive: Archive, newsrooms: Office) -> None:
    """Each mention can explain itself, or it is named."""
    fill(newsrooms)
    archive.database.execute(
        "UPDATE mentions SET start_offset = start_offset - 1, end_offset = end_offset - 1"
    )
    archive.database.execute("UPDATE mentions SET snippet_offset = 0")
    archive.database.execute(
        "UPDATE mentions SET snippet = 'Other words than those of the release, you see.'"
    )
    archive.database.commit()
    assert wrong(archive) == ["mentions"]


@pytest.mark.parametrize("quick", [False, True])
def test_a_damaged_page_is_found(archive: Archive, newsrooms: Office, quick: bool) -> None:
    """Bytes that a disk has lost are named, and nothing is made of the rest."""
    fill(newsrooms)
    archive.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root, size = archive.database.execute(
        "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'sightings'"
    ).fetchone()
    archive.close()
    with archive.path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 4096)
    found = verify(archive.path, quick=quick)
    assert {finding.check for finding in found.findings} == {"file"}


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    """A file that isn't there, a text, somebody else's database."""
    with pytest.raises(UnusableArchive, match="no such file"):
        verify(tmp_path / "missing.db")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "text").write_text("words " * 1000)
    with pytest.raises(ArchiveError, match="not an archive"):
        verify(tmp_path / "text")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (x)")
    with pytest.raises(UnusableArchive, match="not a Presswatch archive"):
        verify(tmp_path / "other.db")
