"""SIGKILL in the middle of a cycle: nothing lost, nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from flows.cycle import in_threads, load_ready, run_once
from presswatch.times import utc_now
from storage.archive import Archive
from tests.pipeline.test_cycle import cycle
from tests.support.feeds import item, rss
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

FEEDS, ITEMS, KILLS = 24, 5, 12


def test_a_kill_at_any_instant_loses_nothing_and_repeats_nothing(
    site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """Cycles are killed at random instants while the feeds go on publishing; a last one runs to its end.

    Every item is archived once, every mention is told once; what was sent again after a kill between
    sending and noting it carries the same identity.
    """
    chance = random.Random(20261125)
    urls = [site.base + f"/{number}" for number in range(FEEDS)]
    config = write_config(
        tmp_path,
        urls,
        channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
        subscriptions=[{"id": "desk", "channel": "hook"}],
    )
    published: set[int] = set()
    killed = 0
    for _ in range(KILLS):
        for feed in range(FEEDS):
            upto = chance.randint(1, ITEMS)
            numbers = [feed * 100 + number for number in range(upto)]
            old = {number for number in published if number // 100 == feed}
            published |= set(numbers)
            body = rss([item(number, f"S-Comm, case {number}.") for number in sorted(old | set(numbers))])
            site.publish(f"/{feed}", body, delay=chance.uniform(0, 0.02))
        killed += _run_and_kill(config, after=chance.uniform(0.25, 0.8))
    assert killed > KILLS // 3, "the kills must hit running cycles"
    run_once(load_ready(config), in_threads)
    report = cycle(load_ready(config), utc_now() + timedelta(days=1))  # what was broken off waits a little
    assert report.deliveries.pending == 0
    titles = {f"Release {number}" for number in published}
    with Archive(tmp_path / "archive.db") as archive:
        stored = Counter(row["title"] for row in archive.database.table("releases").rows)
        archive.database.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
        assert archive.database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert list(archive.database.execute("PRAGMA foreign_key_check")) == []
    assert stored == Counter(titles)
    assert Counter(title for _, title in hook.told()) == Counter(titles)


def _run_and_kill(config: Path, *, after: float) -> bool:
    """Start a cycle, kill it after some seconds; whether it was still running then."""
    command = [sys.executable, "-m", "cli.main", "run", "--json", "-c", str(config)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL
