"""Imported files aren't trusted."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from presswatch.times import utc_now
from storage.archive import Archive
from storage.keeping.backup import back_up
from storage.keeping.imported import BadLine, Imported
from storage.keeping.lines import read_lines
from storage.keeping.other_archive import read_archive
from storage.keeping.restore import restore
from storage.keeping.verify import verify
from storage.unusable import UnusableArchive
from tests.storage.keeping.office import Office, fill, office

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Another archive, closed, in one file."""
    path = tmp_path / "foreign" / "archive.db"
    with Archive(path) as archive:
        fill(office(archive))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = delete")
    return path


def change(path: Path, *statements: str) -> None:
    """What another program might do to it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = on")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def bring_in(newsrooms: Office, found: list[Imported | BadLine]) -> list[BadLine]:
    """Import what is good, and return the rest."""
    good = [one for one in found if isinstance(one, Imported)]
    list(newsrooms.archive.import_releases(good, newsrooms.watch, newsrooms.now, source="foreign"))
    return [one for one in found if isinstance(one, BadLine)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE releases SET title = 'a' || char(0) || 'b', content = char(0) WHERE id = 1", ""),
        ("UPDATE releases SET title = CAST(x'41ff' AS TEXT) WHERE id = 1", ""),
        ("UPDATE releases SET content_hash = 'none' WHERE id = 1", ""),
        ("UPDATE sightings SET first_seen = 'x', key = key || char(0) WHERE release_id = 1", ""),
        ("UPDATE releases SET first_seen = '2999-01-01T00:00:00Z', published = first_seen WHERE id = 1", ""),
        ("UPDATE releases SET url = 'javascript:alert(1)' WHERE id = 1", ""),
        ("UPDATE releases SET first_seen = 'soon' WHERE id = 1", "first_seen: 'soon' is not a time"),
        ("UPDATE releases SET revised = '2026-99-01' WHERE id = 1", "revised: '2026-99-01' is not a time"),
        ("UPDATE releases SET text_from = 'else' WHERE id = 1", "text_from: is neither feed nor page"),
        ("UPDATE releases SET title = printf('%.*c', 20000, 'x') WHERE id = 1", "title: is longer"),
        ("UPDATE releases SET revision = 1 WHERE id = 2", "revision 1: is none of its own"),
    ],
)
def test_every_row_is_looked_over(
    newsrooms: Office, foreign: Path, tmp_path: Path, statement: str, said: str
) -> None:
    """It is cleaned as what feeds show is, or named; the archive is whole, can be copied, and shown."""
    change(foreign, statement)
    bad = bring_in(newsrooms, list(read_archive(foreign, tmp_path)))
    assert [one.what for one in bad] == [one.what for one in bad if said and said in one.what]
    assert len(bad) == (1 if said else 0)
    archive = newsrooms.archive
    assert verify(archive.path).findings == ()
    assert back_up(archive.path, tmp_path / "copies", utc_now()).findings == ()
    shown = [archive.show_release(row["id"]) for row in archive.database.table("releases").rows]
    assert len(shown) == (4 if said else 5)


def test_a_view_without_end_is_refused(newsrooms: Office, foreign: Path, tmp_path: Path) -> None:
    """In place of any table, also of the one that says which version it is."""
    for table in ("releases", "sightings", "pages", "_sqlite_migrations", "set_aside"):
        path = tmp_path / f"{table}.db"
        copyfile(foreign, path)
        change(
            path, f"ALTER TABLE {table} RENAME TO kept", f"CREATE VIEW {table} AS {ENDLESS} i AS id FROM n"
        )
        for read in (lambda path=path: list(read_archive(path, tmp_path)), lambda path=path: verify(path)):
            with pytest.raises(UnusableArchive, match=f"{table} is not a table as Presswatch makes it"):
                read()


def test_what_would_run_by_itself_does_not(newsrooms: Office, foreign: Path, tmp_path: Path) -> None:
    """A trigger is left out of an import, and a backup that has one is not put in place."""
    change(
        foreign,
        f"CREATE TRIGGER t AFTER INSERT ON seals BEGIN INSERT INTO stories(begun) {ENDLESS} i FROM n; END",
        "DELETE FROM sealed",
        "INSERT INTO sealed VALUES ('releases; ATTACH ''x.db'' AS x', 'id', '[\"id\"]')",
        "DELETE FROM _sqlite_migrations WHERE name LIKE 'm014%'",
        "DROP TABLE seals",
        "DROP TABLE sealed",
        "DROP TABLE set_aside",
        f"CREATE TRIGGER u AFTER UPDATE ON releases BEGIN INSERT INTO stories(begun) {ENDLESS} i FROM n; END",
    )
    assert bring_in(newsrooms, list(read_archive(foreign, tmp_path))) == []
    newsrooms.archive.close()
    with pytest.raises(UnusableArchive, match="the trigger 'u' would change"):
        restore(foreign, newsrooms.archive.path, utc_now())


def test_names_in_a_file_are_not_run(foreign: Path, tmp_path: Path) -> None:
    """What a file says of its seals is no SQL."""
    change(foreign, "UPDATE sealed SET owner = 'id) ; ATTACH ''x'' AS x; --' WHERE table_name = 'releases'")
    assert "releases: its seals were removed" in [one.what for one in verify(foreign).findings]
    Archive(foreign).close()


def test_lines_are_cleaned(newsrooms: Office, tmp_path: Path) -> None:
    """A NUL, half a character, in whatever field."""
    path = tmp_path / "old.jsonl"
    line = dict.fromkeys(("guid", "title", "text", "publisher", "language"), "S-Comm\x00�")
    path.write_text(json.dumps(line | {"published": "2024-05-03"}) + "\n")
    ignored: Counter[str] = Counter()
    assert bring_in(newsrooms, list(read_lines(path, utc_now(), ignored))) == []
    assert verify(newsrooms.archive.path).findings == ()
