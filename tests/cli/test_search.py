"""``presswatch search``, as a process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.loader import load
from storage.archive import Archive
from tests.cli.conftest import Call
from tests.support.press import ALIAS, JAIL, Press
from tests.support.setup import write_config


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """An archive of five releases, and its configuration."""
    path = write_config(tmp_path, ["https://a.example/feed", "https://b.example/feed"])
    watch = load(path)
    with Archive(watch.archive) as archive:
        press = Press(archive, watch)
        for name, text in (("1", ALIAS), ("2", JAIL), ("3", "A gala."), ("4", f"Again: {ALIAS}")):
            press.show("Organisation A", name, text)
        press.show("Organisation B", "5", "La deportación paró.")
    return path


def titles(call: Call, config: Path, *arguments: str) -> list[str]:
    """The last letters of the titles that are found."""
    done = call("search", "--json", "-c", config, *arguments)
    assert done.returncode == 0, done.stderr
    return [hit["title"].removeprefix("Release ") for hit in json.loads(done.stdout)]


def test_groups_fields_and_options(call: Call, config: Path) -> None:
    """As the help says."""
    assert titles(call, config, "(S-Comm OR 287(g)) NOT again") == ["2", "1"]
    assert titles(call, config, "program:287g", "OR", "publisher:b") == ["5", "2"]
    assert titles(call, config, "--publisher", "ORGANISATION b", "deportacion") == ["5"]
    assert titles(call, config, "--program", "287g", "--program", "secure-communities") == ["4", "2", "1"]
    assert titles(call, config, "--without-mentions") == ["5", "3"]
    assert titles(call, config, "--with-mentions", "--part", "body", "--language", "en", "county") == [
        "4",
        "1",
    ]


def test_the_next_page_is_named(call: Call, config: Path) -> None:
    """The last line says how to go on; by rank by a page's number."""
    first = call("search", "-c", config, "--limit", "2")
    assert "The newest 2; --before 4 shows those before" in first.stdout
    assert titles(call, config, "--limit", "2", "--before", "4") == ["3", "2"]
    ranked = call("search", "-c", config, "county", "--by", "rank", "--limit", "1", "--page", "1")
    assert "Page 1; --page 2 shows the next." in ranked.stdout
    assert "Nothing found" in call("search", "-c", config, "county", "--by", "rank", "--page", "9").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["—"], "there is no word to look for"),
        (["AND"], "there is no word to look for"),
        (["program:nosuch"], "there are: 287g, secure-communities"),
        (["--by", "rank"], "there is no rank without words"),
        (["--page", "2", "x"], "--page is for --by rank"),
        (["--before", "2", "--by", "rank", "x"], "--before goes on"),
        (["--before", "0"], "--before"),
        (["--before", "9" * 30], "--before"),
        (["--since", "2026-02-30"], "is not a day like"),
        (["--part", "nose"], "nose"),
        (["((((((((((((((((((((((a"], "too many brackets"),
    ],
)
def test_a_mistake_is_explained(call: Call, config: Path, arguments: list[str], words: str) -> None:
    """Exit code 2, what is wrong, no trace."""
    done = call("search", "-c", config, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
