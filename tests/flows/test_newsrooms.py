"""The truth against which long checks hold an archive and a receiver: it sees what is missing or twice."""

from __future__ import annotations

from pathlib import Path

from benchmarks.parts.archive_rows import comparable_rows, differences
from benchmarks.parts.newsrooms import Newsrooms
from flows.cycle import in_threads, load_ready, run_once
from tests.support.receiver import receive_hooks
from tests.support.setup import write_config
from tests.support.site import Site


def test_what_is_missing_and_what_is_twice(site: Site, tmp_path: Path) -> None:
    """In the archive, and at the receiver."""
    newsrooms = Newsrooms(site, 4)
    with receive_hooks() as hook:
        config = write_config(
            tmp_path,
            newsrooms.open(),
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook"}],
        )
        run_once(load_ready(config), in_threads)
        archive = tmp_path / "archive.db"
        assert newsrooms.mistakes(archive, hook) == []

        newsrooms.publish(2)
        assert newsrooms.mistakes(archive, hook) == [
            "2 missing in the archive, such as ['Release 4', 'Release 5']",
            "1 missing told, such as ['Release 5']",
        ]

        run_once(load_ready(config), in_threads)
        (identity, payload), *_ = hook.received
        hook.received.append((f"{identity}-again", payload))
        assert newsrooms.mistakes(archive, hook) == ["2 twice told, such as ['Release 1', 'Release 3']"]


def test_rows_that_differ_are_named(site: Site, tmp_path: Path) -> None:
    """Two readings of the same are the same; a release more is a difference."""
    newsrooms = Newsrooms(site, 3)
    feeds = newsrooms.open()
    rows = []
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        if name == "three":
            newsrooms.publish(1)
        run_once(load_ready(write_config(tmp_path / name, feeds)), in_threads)
        rows.append(comparable_rows(tmp_path / name / "archive.db"))
    assert differences(rows[0], rows[1]) == []
    assert differences(rows[0], rows[2])[2] == "releases: 1 rows differ, 3 and 4 in all"
