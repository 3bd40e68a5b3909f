"""``presswatch show``, as a process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.loader import load
from storage.archive import Archive
from tests.cli.conftest import Call
from tests.support.press import Press
from tests.support.setup import write_config


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A release that was edited, and its configuration."""
    path = write_config(tmp_path, ["https://a.example/feed"])
    watch = load(path)
    with Archive(watch.archive) as archive:
        press = Press(archive, watch)
        press.show("Organisation A", "1", "The county will end S-Comm in May. So it said.")
        press.show("Organisation A", "1", "The county will end S-Comm in June. So it said.")
    return path


def test_a_release_is_shown(call: Call, config: Path) -> None:
    """Text, mention and why, the difference in signs, where it was seen, whether it was told."""
    done = call("show", "-c", config, "1")
    assert done.returncode == 0, done.stderr
    for words in (
        "Release 1\n",
        "Organisation A",
        "https://newsroom.example/1",
        "The county will end S-Comm in June. So it said.",
        "“S-Comm” always means Secure Communities",
        "Revision 1 became 2 by an edit",
        "[-May. -]{+June. +}",
        "guid:1",
        "No digest has told it.",
    ):
        assert words in done.stdout


def test_json_holds_all(call: Call, config: Path) -> None:
    """For programs: each text whole."""
    shown = json.loads(call("show", "-c", config, "--json", "1").stdout)
    assert set(shown) == {
        *(
            "release",
            "mentions",
            "parts",
            "revisions",
            "sightings",
            "variants",
            "page",
            "story",
            "changes",
            "told",
        ),
        "deliveries",
    }
    assert shown["revisions"][0]["text"] == "The county will end S-Comm in May. So it said."
    assert shown["release"]["revision"] == 2


@pytest.mark.parametrize("command", ["show", "cite"])
@pytest.mark.parametrize("wanted", ["7", "https://nowhere.example/1"])
def test_a_release_that_there_is_not(call: Call, config: Path, command: str, wanted: str) -> None:
    """Exit code 2, and how to find one."""
    done = call(command, "-c", config, wanted)
    assert (done.returncode, done.stdout) == (2, "")
    assert "`presswatch search` finds releases" in done.stderr
