"""Everything that is evidence is under seal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest
from sqlite_utils import Database

from storage import seals
from storage.archive import Archive
from storage.connection import open_database
from storage.keeping.verify import verify
from tests.storage.keeping.stored import store

_INTERNAL = ("sqlite_", "_sqlite_", "releases_fts")


def tables(path: Path) -> dict[str, list[tuple[str, str, bool]]]:
    """The tables of an archive, and of each the columns: name, type, whether a value is required."""
    with closing(sqlite3.connect(path)) as connection:
        database = Database(connection)
        return {
            table.name: [(c.name, c.type, bool(c.notnull)) for c in table.columns]
            for table in database.tables
            if not table.name.startswith(_INTERNAL)
        }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a row in each table, closed."""
    path = tmp_path_factory.mktemp("whole") / "archive.db"
    store(path, "m014_seals")
    with closing(open_database(path)) as database:  # under seal
        for statement in (
            "INSERT INTO gaps(feed_id, seen_before, found, fetch_id, next_attempt)"
            " SELECT 1, added, added, 1, added FROM feeds",
            "INSERT INTO health_changes(feed_id, at, health, before, reason)"
            " SELECT 1, added, 'gone', 'well', 'HTTP 410' FROM feeds",
            "INSERT INTO stories(id, begun) SELECT 1, added FROM feeds",
            "INSERT INTO story_members(release_id, story_id, joined) SELECT 1, 1, added FROM feeds",
            "INSERT INTO mention_changes(release_id, revision, program_id, kind, found)"
            " SELECT 1, 2, 's-comm', 'removed', added FROM feeds",
            "INSERT INTO variants(release_id, feed_id, fetch_id, form, guid, url, title, content_hash,"
            " language, dates, why, first_seen, last_seen)"
            " SELECT 1, 1, 1, 'f', 'g', 'u', 't', 'h', 'en', '[]', 'the same text', added, added FROM feeds",
        ):
            database.execute(statement)
        database.conn.commit()
        database.execute("PRAGMA journal_mode = delete")
    assert verify(path).findings == ()
    return path


def test_every_table_is_under_seal_or_no_evidence(whole: Path) -> None:
    """A table that is added later is one or the other: say which in storage/seals.py."""
    assert set(tables(whole)) == set(seals.OWNERS) | set(seals.UNSEALED)
    assert not set(seals.OWNERS) & set(seals.UNSEALED)


def damages(whole: Path) -> list[tuple[str, str]]:
    """A damage for each column under seal, and rows removed and added: table and statement."""
    found = []
    with closing(sqlite3.connect(whole)) as connection:
        kept = {table: columns for table, _, columns in connection.execute("SELECT * FROM sealed")}
    for table, columns in tables(whole).items():
        if table not in seals.OWNERS:
            continue
        for name, kind, _ in columns:
            if f'"{name}"' not in kept[table]:
                continue
            change = f"coalesce({name}, '') || 'x'" if kind == "TEXT" else f"coalesce({name}, 0) + 1000"
            found.append((table, f"UPDATE {table} SET {name} = {change}"))
        found.append((table, f"DELETE FROM {table}"))
    return found


def test_whatever_is_changed_is_found(whole: Path) -> None:
    """Each column of each table under seal, altered in turn by another program, and each row removed."""
    told = damages(whole)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        with closing(sqlite3.connect(whole)) as stored:
            stored.backup(connection)
        connection.execute("PRAGMA ignore_check_constraints = on")
        unseen = []
        for table, statement in told:
            connection.execute("BEGIN")
            connection.execute(statement)
            if table not in {altered for altered, _ in seals.find_altered(connection)}:
                unseen.append(statement)
            connection.execute("ROLLBACK")
    assert not unseen
    assert len(told) > 120


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE releases SET content = '<p>Other words.' WHERE id = 1",
        "UPDATE releases SET text_from = 'else' WHERE id = 1",
        "UPDATE revisions SET content = '<p>Other words.'",
        "UPDATE pages SET text = 'Other words.'",
        "UPDATE digests SET content = '[]'",
        "UPDATE attempts SET said = 'accepted'",
        "UPDATE fetches SET reason = 'another'",
        "DELETE FROM releases WHERE id = 2",
    ],
)
def test_verify_names_what_was_changed(whole: Path, tmp_path: Path, statement: str) -> None:
    """The table and what the row belongs to; the archive can be used all the same."""
    path = tmp_path / "archive.db"
    copyfile(whole, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = on")
        connection.execute(statement)
        connection.commit()
    found = verify(path)
    table = statement.removeprefix("UPDATE ").removeprefix("DELETE FROM ").split()[0]
    assert any(one.check == "evidence" and one.what.startswith(f"{table}, ") for one in found.findings)
    assert found.can_be_used


def test_a_row_that_another_program_adds_is_found(whole: Path, tmp_path: Path) -> None:
    """A forged sighting, a forged release."""
    path = tmp_path / "archive.db"
    copyfile(whole, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO sightings VALUES ('guid:forged', 2, 1, '2020-01-01T00:00:00Z')")
        columns = "feed_id, fetch_id, publisher, guid, url, title, text, first_seen, content_hash, announce"
        connection.execute(f"INSERT INTO releases({columns}) SELECT {columns} FROM releases WHERE id = 1")
        connection.commit()
    found = {one.what.partition(":")[0] for one in verify(path).findings if one.check == "evidence"}
    assert found == {"sightings, release_id 2", "releases, id 3"}


def test_what_was_altered_stays_found_though_presswatch_goes_on(whole: Path, tmp_path: Path) -> None:
    """A later change by Presswatch, and a new version's migrations, seal nothing that was altered before."""
    path = tmp_path / "archive.db"
    copyfile(whole, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE releases SET content = '<p>forged' WHERE id = 1")
        connection.commit()
    with Archive(path) as archive:
        archive.database.execute("UPDATE releases SET revised = first_seen")
        archive.database.commit()
        altered = list(seals.find_altered(archive.database.conn))
        seals.renew(archive.database, altered)  # as after migrations
        archive.database.commit()
        archive.database.execute("UPDATE releases SET revised = NULL")
        archive.database.commit()
    found = [one.what.partition(":")[0] for one in verify(path).findings]
    assert found == ["releases, id 1"]


def test_seals_cannot_be_broken_off(whole: Path, tmp_path: Path) -> None:
    """Without its seals a table isn't whole."""
    for statement, said in (
        ("DELETE FROM sealed WHERE table_name = 'releases'", "releases: its seals were removed"),
        ("DELETE FROM seals WHERE table_name = 'releases'", "releases, id 1: not as"),
        ("UPDATE sealed SET columns = '[\"id\"]' WHERE table_name = 'releases'", "releases, id 1: not as"),
    ):
        path = tmp_path / "archive.db"
        copyfile(whole, path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(statement)
            connection.commit()
        assert verify(path).findings[0].what.startswith(said), statement
