"""What is made is for its owner alone, and what is printed steers no terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.last_good import load_current
from flows.reporting.run_state import run_state
from presswatch.times import utc_now
from storage.archive import Archive
from storage.keeping.backup import back_up
from storage.lock import cycle_lock
from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

ROOT = Path(__file__).parents[2]
STEERING = "\u202egnp.exe\x1b]0;owned\x07\x1b[2J\x1b[1A\u2066\x9b2J"


def readable_by_others(folder: Path) -> dict[str, str]:
    """What in a folder others than its owner may look at, with its mode."""
    return {
        str(path.relative_to(folder)): oct(path.stat().st_mode & 0o777)
        for path in sorted(folder.rglob("*"))
        if path.stat().st_mode & 0o077
    }


def test_files_are_for_their_owner_alone(site: Site, tmp_path: Path) -> None:
    """Archive, side files, locks, digests, feeds, backups, exports, state and settings, at umask 0."""
    feed = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
    channels = [
        {"id": "pages", "type": "file", "path": "made/pages"},
        {"id": "atom", "type": "feed", "path": "made/atom"},
        {"id": "served", "type": "feed", "path": "served/atom", "shared": True},
    ]
    told = [{"id": one["id"], "channel": one["id"], "schedule": "at-once"} for one in channels]
    config = write_config(
        tmp_path, [feed], fetch='announce_since = "3650d"', channels=channels, subscriptions=told
    )
    config.write_text(config.read_text().replace('path = "archive.db"', 'path = "made/deep/archive.db"'))
    config.chmod(0o600)
    with Archive(tmp_path / "made" / "deep" / "archive.db"):  # holds the files beside it open
        for arguments in (
            ["run", "-c", config],
            ["backup", "made/copies", "-c", config],
            ["export", "releases", "-o", "made/releases.csv", "-c", config],
            [
                "init",
                "new",
                "--no-run",
                "--yes",
                "--allow-private-addresses",
                "--channel",
                "file",
                "--path",
                "d",
                "--program",
                "S-Comm",
                "--feed",
                feed,
            ],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "cli.main", *map(str, arguments)],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
                umask=0,
                stdin=subprocess.DEVNULL,
            )
            assert "Traceback" not in done.stderr, done.stderr
        assert list(tmp_path.glob("made/deep/archive.db-wal"))
        open_to_others = readable_by_others(tmp_path)
    assert {name for name in open_to_others if not name.startswith("served")} == set()
    assert open_to_others["served"] == open_to_others["served/atom"] == "0o755"
    assert open_to_others["served/atom/served.atom"] == "0o644"
    assert len(list(tmp_path.rglob("made/*/*"))) >= 5
    assert (tmp_path / "new" / "watch.toml").exists()


def test_what_runs_make_without_the_command_is_private_too(tmp_path: Path) -> None:
    """As a worker of a Prefect server does."""
    config = write_config(tmp_path, ["https://newsroom.example/feed"])
    config.chmod(0o600)
    before = os.umask(0)
    try:
        archive = tmp_path / "deep" / "archive.db"
        with cycle_lock(archive), Archive(archive) as opened:
            opened.database.execute("CREATE TABLE mine (x)")
            with run_state(archive) as state:
                state.maintained = "now"
            back_up(archive, tmp_path / "copies", utc_now())
            load_current(config, {}, now=utc_now(), folder=tmp_path / "state")
            assert readable_by_others(tmp_path) == {}
    finally:
        os.umask(before)


@pytest.fixture
def steering(site: Site, tmp_path: Path) -> Path:
    """A configuration, and files from elsewhere, whose words would steer a terminal."""
    visible = STEERING.replace("\x1b", "").replace("\x07", "").replace("\x9b", "")
    body = rss([item(1, "Words.")]).replace(b"<channel>", f"<channel><title>{visible}</title>".encode(), 1)
    feed = site.publish("/feed", body)
    (tmp_path / "list.opml").write_text(
        f'<opml version="2.0"><body><outline text="{visible}" xmlUrl="{feed}"/>'
        f'<outline text="{visible}b" xmlUrl="no address {visible}"/></body></opml>'
    )
    quoted = "".join(f"\\u{ord(character):04x}" for character in STEERING)
    table = f'[[feeds]]\nurl = "{quoted}"\npublisher = "{quoted}"\nkind = "{quoted}"\n'
    (tmp_path / "bad.toml").write_text(table)
    return write_config(tmp_path, [feed])


def test_no_output_steers_the_terminal(call: Call, steering: Path, site: Site) -> None:
    """Titles of the network, names in an OPML file, values of a configuration, messages of errors."""
    said = [
        call("check", "-c", steering.with_name("bad.toml")),
        call("feeds", "import", "list.opml", "--dry-run", "-c", steering),
        call("feeds", "add", site.base + "/feed?again", "--dry-run", "-c", steering),
        call("verify", STEERING.replace("\x00", ""), "-c", steering),
        call("no" + STEERING),
    ]
    for one in said:
        told = one.stdout + one.stderr
        assert told.strip() and "Traceback" not in told
        assert not set(told) & set(STEERING) - {c for c in STEERING if c.isascii() and c.isprintable()}, told
