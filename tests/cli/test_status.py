"""`presswatch status`: how it stands, for a person and for a monitor."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from presswatch.status import ArchiveState, Thresholds, needs_attention
from presswatch.times import to_text
from storage.keeping.glance import damage
from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = ArchiveState(
    last_cycle=NOW,
    last_success=NOW,
    next_due=NOW + HOUR,
    due_since=None,
    feeds={"well": 9, "silent": 1},
    pending=0,
    pending_since=None,
    failed=0,
    open_gaps=3,
    recent_gaps=1,
    pending_gaps=1,
    releases=100,
    size=1,
    free=10**12,
)


@pytest.fixture
def config(site: Site, hook: Receiver, tmp_path: Path) -> Path:
    """A watch on two feeds, told at once by webhook and each morning."""
    urls = [site.publish(f"/{n}", rss([item(n, "The county will end S-Comm.")])) for n in (1, 2)]
    return write_config(
        tmp_path,
        urls,
        channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
        subscriptions=[
            {"id": "desk", "channel": "hook"},
            {"id": "morning", "channel": "hook", "schedule": "0 8 * * *"},
        ],
    )


@pytest.mark.parametrize(
    ("changed", "reasons"),
    [
        pytest.param({}, [], id="all is well, gaps and a silent feed included"),
        pytest.param({"due_since": NOW - HOUR}, [], id="due for as long as may be"),
        pytest.param({"due_since": NOW - 2 * HOUR}, ["feeds have been due since"], id="nobody reads"),
        pytest.param({"feeds": {"well": 8, "failing": 1, "gone": 1}}, [], id="one in five"),
        pytest.param({"feeds": {"well": 7, "failing": 2, "gone": 1}}, ["3 of 10 feeds"], id="three in ten"),
        pytest.param({"pending": 1, "pending_since": NOW}, [], id="just made"),
        pytest.param({"pending": 1, "pending_since": NOW - 2 * HOUR}, ["pending since"], id="stuck"),
        pytest.param({"free": 10**8}, [], id="some room"),
        pytest.param({"free": 56_000}, ["the disk is nearly full: 0.1 MB are free"], id="no room"),
        pytest.param({"written": NOW + HOUR}, ["the clock: the archive was written at"], id="ahead"),
        pytest.param({"written": NOW, "set_back": NOW, "ahead": NOW + HOUR}, [], id="put right"),
        pytest.param({"failed": 2}, ["2 deliveries failed for good"], id="failed"),
        pytest.param(
            {"last_cycle": None, "last_success": None, "feeds": {}}, ["no feed has been read"], id="never run"
        ),
        pytest.param(
            {"last_success": None, "feeds": {"failing": 9}},
            ["no feed could be read yet"],
            id="never a success",
        ),
    ],
)
def test_what_needs_attention(changed: dict[str, object], reasons: list[str]) -> None:
    """Each threshold, and that it is not passed by what just reaches it."""
    found = needs_attention(replace(WELL, **changed), NOW, Thresholds())  # type: ignore[arg-type]
    assert len(found) == len(reasons)
    assert all(reason in said for reason, said in zip(reasons, found, strict=True))


def test_before_the_first_run_it_needs_attention(call: Call, config: Path) -> None:
    """And says what makes the archive; nothing is made by asking."""
    done = call("status", "-c", config)
    assert done.returncode == 1, done.stderr
    assert "Needs attention" in done.stdout and "`presswatch run` makes it" in done.stdout
    assert not (config.parent / "archive.db").exists()
    plain = json.loads(call("status", "-c", config, "--json").stdout)
    assert plain["well"] is False and len(plain["reasons"]) == 1


def test_after_a_cycle_all_is_well(call: Call, config: Path) -> None:
    """Words and JSON say the same."""
    assert call("run", "-c", config).returncode == 0
    done = call("status", "-c", config)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("All is well\n")
    assert "2 releases" in done.stdout and "2 well" in done.stdout
    plain = json.loads(call("status", "-c", config, "--json").stdout)
    assert plain["well"] is True and plain["reasons"] == []
    assert (plain["feeds"], plain["releases"], plain["pending"]) == ({"well": 2}, 2, 0)
    assert plain["next_digests"]["desk"] is None
    assert plain["next_digests"]["morning"].endswith("T08:00:00Z")
    assert plain["last_cycle"] == plain["last_success"]


def test_a_watch_that_never_read_a_feed_is_not_well(call: Call, site: Site, tmp_path: Path) -> None:
    """From the first failure on, whatever share of the feeds may fail; the first success mends it."""
    config = write_config(tmp_path, [f"{site.base}/{name}" for name in "ab"])
    assert call("run", "-c", config).returncode == 1
    done = call("status", "-c", config, "--bad-feeds", "100")
    assert done.returncode == 1
    assert done.stdout.startswith("Needs attention\n  no feed could be read yet: `presswatch feeds --bad`")
    assert "2 failing" in done.stdout
    assert json.loads(call("status", "-c", config, "--json").stdout)["feeds"] == {"failing": 2}
    site.publish("/a", rss([item(1)]))
    assert call("run", "-c", config).returncode == 0
    mended = call("status", "-c", config, "--bad-feeds", "50")
    assert mended.returncode == 0, mended.stdout
    assert "1 failing, 1 well" in mended.stdout


def change(config: Path, statement: str, *values: str) -> None:
    """Let time pass, or a thing be otherwise, in the archive."""
    with closing(sqlite3.connect(config.parent / "archive.db")) as connection, connection:
        connection.execute(statement, values)


def test_a_watch_that_nobody_runs_needs_attention(call: Call, config: Path) -> None:
    """From an hour after the time that a feed is due, or as long as is asked for."""
    assert call("run", "-c", config).returncode == 0
    change(config, "UPDATE feeds SET next_due = ?", to_text(datetime.now(UTC) - 2 * HOUR))
    done = call("status", "-c", config)
    assert done.returncode == 1
    assert "nobody reads them" in done.stdout
    assert call("status", "-c", config, "--late", "3h").returncode == 0
    mistaken = call("status", "-c", config, "--late", "soon")
    assert mistaken.returncode == 2 and "soon" in mistaken.stderr


def test_deliveries_that_wait_or_failed_need_attention(call: Call, config: Path, hook: Receiver) -> None:
    """What is pending is no trouble at first; what failed for good is one at once."""
    hook.answer = 503
    assert call("run", "-c", config).returncode == 0
    assert "1 pending" in call("status", "-c", config).stdout
    assert call("status", "-c", config).returncode == 0
    change(config, "UPDATE digests SET created = ?", to_text(datetime.now(UTC) - 2 * HOUR))
    assert "pending since" in call("status", "-c", config).stdout
    hook.answer = 410
    assert call("deliveries", "retry", "1", "-c", config).returncode == 0
    assert call("run", "-c", config).returncode == 1
    done = call("status", "-c", config)
    assert done.returncode == 1
    assert "1 delivery failed for good in the last 7 days" in done.stdout


def test_feeds_that_cannot_be_read_need_attention(call: Call, config: Path) -> None:
    """Once they count as failing, if they are too many for what is asked."""
    assert call("run", "-c", config).returncode == 0
    change(config, "UPDATE feeds SET health = 'failing' WHERE id = 1")
    done = call("status", "-c", config)
    assert done.returncode == 1
    assert "1 of 2 feeds cannot be read" in done.stdout
    assert call("status", "-c", config, "--bad-feeds", "50").returncode == 0


def test_what_is_no_archive_is_said(call: Call, config: Path) -> None:
    """A file of another kind is named, without a stack trace."""
    (config.parent / "archive.db").write_bytes(b"not a database, but long enough to be looked at" * 40)
    done = call("status", "-c", config)
    assert done.returncode == 1
    assert "archive.db" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_heartbeat_is_configured_in_one_way(call: Call, config: Path) -> None:
    """Two are a mistake; so is a variable that is not set."""
    text = config.read_text(encoding="utf-8")
    address = f'heartbeat_url = "http://127.0.0.1:{free_port()}/"'
    config.write_text(f'[serve]\n{address}\nheartbeat_env = "PING"\n{text}', encoding="utf-8")
    done = call("check", "-c", config)
    assert done.returncode == 2 and "serve.heartbeat_env" in done.stderr
    config.write_text(f'[serve]\nheartbeat_env = "PING"\n{text}', encoding="utf-8")
    done = call("check", "-c", config)
    assert done.returncode == 2 and "PING is not set" in done.stderr
    assert call("check", "-c", config, PING="http://127.0.0.1/").returncode == 0


def test_a_damaged_archive_is_not_well(call: Call, config: Path, tmp_path: Path) -> None:
    """Also where what a glance reads of it can still be read."""
    assert call("run", "-c", config).returncode == 0
    assert json.loads(call("status", "--json", "-c", config).stdout)["whole"] is True
    archive = tmp_path / "archive.db"
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root, size = connection.execute(
            "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'sightings'"
        ).fetchone()
    with archive.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 4096)
    done = call("status", "-c", config)
    assert done.returncode == 1
    assert done.stdout.startswith(f"Needs attention\n  {archive} is damaged (")
    assert json.loads(call("status", "--json", "-c", config).stdout)["whole"] is False


def test_a_glance_gives_up_in_time(call: Call, config: Path, tmp_path: Path) -> None:
    """It says that it does not know."""
    assert call("run", "-c", config).returncode == 0
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
        connection.execute(f"CREATE TABLE large AS {numbers} SELECT i FROM n")
        connection.commit()
    assert damage(tmp_path / "archive.db", seconds=-1) is None
    assert damage(tmp_path / "archive.db", seconds=100) == ""
