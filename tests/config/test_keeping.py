"""What the configuration says of the archive's copies, and of how long texts are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config import load
from presswatch.errors import ConfigError
from presswatch.watch import Backups, Retention

ONE_FEED = '[[feeds]]\nurl = "https://a.example/feed"\npublisher = "A"\n'


def test_everything_is_kept_and_nothing_copied_unless_said(write) -> None:
    """A retention is the user's wish, never ours."""
    watch = load(write(ONE_FEED))
    assert watch.backups == Backups(folder=None, keep=7)
    assert watch.retention == Retention()
    assert not watch.retention.is_limited


def test_copies_and_times_are_read(write) -> None:
    """The folder is relative to the file that names it."""
    main = 'include = ["lists/archive.toml"]\n' + ONE_FEED
    archive = """
        [archive]
        path = "a.db"
        backups = { folder = "../copies", keep = 30 }
        [archive.retention]
        keep = "730d"
        publishers = { "Gone Office" = "90d", "A" = "forever" }
    """
    path = write(main, lists__archive=archive)
    watch = load(path)
    assert watch.backups == Backups(path.parent / "copies", 30)
    assert watch.retention == Retention(
        timedelta(days=730), (("Gone Office", timedelta(days=90)), ("A", None))
    )
    assert watch.retention.is_limited


@pytest.mark.parametrize("kept", ['{ keep = "forever" }', '{ publishers = { A = "forever" } }'])
def test_forever_is_no_limit(write, kept: str) -> None:
    """Said outright, it's as if nothing were said."""
    assert not load(write(f"{ONE_FEED}[archive]\nretention = {kept}")).retention.is_limited


@pytest.mark.parametrize(
    ("said", "key", "what"),
    [
        ('retention = { keep = "0s" }', "archive.retention.keep", "longer than zero"),
        ('retention = { keep = "2 years" }', "archive.retention.keep", "not a duration"),
        ("retention = { keep = 30 }", "archive.retention.keep", "must be a duration"),
        ('retention = { publishers = { A = "soon" } }', "archive.retention.publishers.A", "not a duration"),
        ('retention = { kept = "30d" }', "archive.retention.kept", "keep"),
        ("backups = { keep = 0 }", "archive.backups.keep", "1"),
        ('backups = { folder = "" }', "archive.backups.folder", "empty"),
        ('backups = { fold = "a" }', "archive.backups.fold", "folder"),
    ],
)
def test_a_mistake_is_named_with_its_key(write, said: str, key: str, what: str) -> None:
    """As everywhere in the configuration."""
    with pytest.raises(ConfigError) as caught:
        load(write(f"{ONE_FEED}[archive]\n{said}"))
    (problem,) = caught.value.problems
    assert problem.key == key
    assert what in f"{problem.what} {problem.remedy}"
