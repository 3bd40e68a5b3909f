"""One bad row is one bad row: named, set aside, and everything else goes on."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.loader import load
from flows.cycle import run_once
from flows.shards.runners import in_threads
from presswatch.times import utc_now
from storage.keeping.accept import accept_damage
from storage.keeping.verify import verify
from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

ALIAS = "The county will end S-Comm, the sheriff said."


def configure(site: Site, folder: Path) -> Path:
    """A watch of two newsrooms, with a release of each, and one subscription."""
    feeds = [
        site.publish("/feed", rss([item(1, ALIAS)])),
        site.publish("/other", rss([item(2, "Lamps were lit along the quay.")])),
    ]
    return write_config(
        folder,
        feeds,
        fetch='announce_since = "3650d"',
        channels=[{"id": "desk", "type": "file", "path": str(folder / "digests")}],
        subscriptions=[{"id": "daily", "channel": "desk", "schedule": "at-once"}],
    )


@pytest.fixture
def config(site: Site, tmp_path: Path, call: Call) -> Path:
    """That watch, read once."""
    path = configure(site, tmp_path)
    assert call("run", "-c", path).returncode == 0
    return path


def spoil(archive: Path, *statements: str) -> None:
    """Do to the archive what Presswatch would not."""
    with closing(sqlite3.connect(archive)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_byte_that_is_no_utf8_stops_nothing(call: Call, config: Path, tmp_path: Path, site: Site) -> None:
    """Verify names table, row and column, and how to mend it; the other commands do their work."""
    spoil(tmp_path / "archive.db", "UPDATE releases SET title = CAST(x'4cff' AS TEXT) WHERE id = 2")
    verified = call("verify", "-c", config)
    assert verified.returncode == 1 and not verified.stderr
    assert "rows: releases, row id 2: title is not UTF-8 text" in verified.stdout
    assert "presswatch restore" in verified.stdout
    doctor = call("doctor", "-c", config)
    assert "releases, row id 2: title is not UTF-8 text" in doctor.stdout
    for path in ("/feed", "/other"):
        site.publish(path, rss([item(3, ALIAS), item(2, "Lamps were lit along the quay.")]))
    ran = call("run", "--all", "--json", "-c", config)
    assert (ran.returncode, json.loads(ran.stdout)["new"]) == (0, 3), ran.stderr  # of each newsroom
    status = json.loads(call("status", "--json", "-c", config).stdout)
    assert any("releases, row id 2: title is not UTF-8 text" in reason for reason in status["reasons"])
    backup = call("backup", "copies", "--json", "-c", config)
    made = json.loads(backup.stdout)
    assert backup.returncode == 1
    assert any(one["check"] == "evidence" for one in made["findings"])
    restored = call("restore", made["path"], "-c", config)
    assert restored.returncode == 1 and "Traceback" not in restored.stderr
    assert "5 releases" in restored.stdout
    accepted = call("verify", "--accept", "-c", config)
    assert (accepted.returncode, accepted.stderr) == (0, "")
    assert "whole" in accepted.stdout
    assert json.loads(call("backup", "copies", "--json", "-c", config).stdout)["findings"] == []
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        kept = connection.execute("SELECT value FROM set_aside WHERE column_name = 'title'").fetchall()
    assert kept == [(b"L\xff",)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE feeds SET next_due = 'soon', skip_hours = '[' WHERE id = 1",
        "UPDATE feeds SET url = url || CAST(x'ff' AS TEXT), publisher = CAST(x'ff' AS TEXT) WHERE id = 1",
        "UPDATE releases SET published = 'last week', first_seen = '2026-99-99T00:00:00Z'",
        "UPDATE digests SET content = '{', subject = CAST(x'ff' AS TEXT)",
        "UPDATE subscriptions SET recipients = CAST(x'5bff' AS TEXT), planned = ''",
        "UPDATE sightings SET key = key || CAST(x'00ff' AS TEXT)",
        "DELETE FROM releases_fts_data WHERE id > 10",
        "UPDATE releases_fts_data SET block = x'00' WHERE id = 10",
    ],
)
def test_whatever_row_is_bad_a_cycle_goes_on(site: Site, tmp_path: Path, statement: str) -> None:
    """What the newsrooms publish next is stored, and verify names what was wrong, until it is accepted."""
    watch = load(configure(site, tmp_path))
    run_once(watch, in_threads)
    spoil(watch.archive, statement)
    site.publish("/other", rss([item(4, ALIAS), item(2, "Lamps were lit along the quay.")]))
    run_once(watch, in_threads, everything=True)
    with closing(sqlite3.connect(watch.archive)) as connection:
        assert ("Release 4",) in connection.execute("SELECT title FROM releases").fetchall()
    found = verify(watch.archive)
    assert found.findings and found.can_be_used
    accept_damage(watch.archive, utc_now())
    assert verify(watch.archive).findings == ()


def test_a_delivery_whose_digest_cannot_be_read_holds_up_no_other(call: Call, config: Path) -> None:
    """It has failed, with the reason; a person can see it."""
    archive = config.parent / "archive.db"
    spoil(
        archive,
        "UPDATE digests SET content = '{\"a\": 1}'",
        "UPDATE deliveries SET status = 'pending', finished = NULL, next_attempt = '2026-01-01T00:00:00Z'",
    )
    ran = call("run", "--json", "-c", config)
    assert ran.returncode == 0, ran.stderr
    shown = json.loads(call("deliveries", "list", "--json", "-c", config).stdout)
    assert shown[0]["status"] == "failed"
    assert "can't be read" in shown[0]["last_said"]


def test_what_only_reads_names_the_row(call: Call, config: Path) -> None:
    """One line instead of a traceback, for a time that is none."""
    spoil(config.parent / "archive.db", "UPDATE releases SET published = 'last week' WHERE id = 1")
    shown = call("show", "1", "-c", config)
    assert shown.returncode == 1
    assert "'last week' is not a time; where the archive holds it, `presswatch verify`" in shown.stderr
    assert "Traceback" not in shown.stderr
