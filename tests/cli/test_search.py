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


def test_since_takes_days_and_how_long_ago(call: Call, config: Path) -> None:
    """The parser is that of all commands: here each stands for a day."""
    assert titles(call, config, "--since", "2026-11-25", "--until", "2026-11-25") == ["5", "4", "3", "2", "1"]
    assert titles(call, config, "--since", "36500d") == ["5", "4", "3", "2", "1"]
    assert titles(call, config, "--until", "36500d") == []


def test_the_next_page_is_named(call: Call, config: Path) -> None:
    """The last line says how to go on; by rank by a page's number."""
    first = call("search", "-c", config, "--limit", "2")
    assert "The newest 2; --before 4 shows those before" in first.stdout
    assert titles(call, config, "--limit", "2", "--before", "4") == ["3", "2"]
    ranked = call("search", "-c", config, "county", "--by", "rank", "--limit", "1", "--page", "1")
    assert "Page 1; --page 2 shows the next." in ranked.stdout
    assert "Nothing found" in call("search", "-c", config, "county", "--by", "rank", "--page", "9").stdout


def test_what_may_be_mistyped_is_said_where_nothing_is_found(call: Call, config: Path) -> None:
    """A field that is none, a publisher that nobody is; where anything is found, neither is worth a word."""
    done = call("search", "-c", config, "pulisher:copper")
    assert (done.returncode, done.stdout) == (0, "Nothing found.\n")
    assert done.stderr == (
        "pulisher: is no field, so it was read as a word; fields are title:, publisher:, program:\n"
    )
    done = call("search", "--json", "-c", config, "gala publisher:orgnisation")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert "no publisher's name holds 'orgnisation'; did you mean" in done.stderr
    assert call("search", "-c", config, "gala OR pulisher:copper OR publisher:zzz").stderr == ""
    assert call("search", "-c", config, "https://nowhere.example/").stderr == ""


def test_who_is_watched_and_silent_is_no_mistake(call: Call, tmp_path: Path) -> None:
    """Nor is their feed's tag: there is nothing yet."""
    path = write_config(tmp_path, ["https://a.example/feed"])
    path.write_text(path.read_text().replace("publisher =", 'tags = ["legal"]\npublisher ='))
    watch = load(path)
    with Archive(watch.archive) as archive:
        Press(archive, watch)
    for option, value in (("--publisher", "sation a"), ("--tag", "legal"), ("--language", "unknown")):
        done = call("search", "-c", path, option, value)
        assert (done.returncode, done.stdout) == (0, "Nothing found.\n"), done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["—"], "there is no word to look for"),
        (["AND"], "there is no word to look for"),
        (["program:nosuch"], "there are: 287g, secure-communities"),
        (
            ["--publisher", "zzz"],
            "no publisher's name holds 'zzz'; there are: Organisation A, Organisation B",
        ),
        (["--publisher", "B", "--publisher", "orgnisation"], "did you mean 'Organisation A' or"),
        (["--tag", "zzz"], "no feed has the tag 'zzz'"),
        (["--language", "zz"], "no release is in the language 'zz'; there are: en"),
        (["--by", "rank"], "there is no rank without words"),
        (["--page", "2", "x"], "--page is for --by rank"),
        (["--before", "2", "--by", "rank", "x"], "--before goes on"),
        (["--before", "0"], "--before"),
        (["--before", "9" * 30], "--before"),
        (["--since", "2026-02-30"], "neither a day (2026-11-25) nor how long ago"),
        (["--until", "0001-01-01T00:00+14:00"], "neither a day"),
        (["--part", "nose"], "nose"),
        (["--since", "2026-12-01", "--until", "2026-01-01"], "no day is within"),
        (["--json", "--csv"], "--json and --csv: ask for one"),
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


def test_what_is_read_otherwise_is_said_though_something_is_found(call: Call, config: Path) -> None:
    """An operator that joins nothing is a word."""
    done = call("search", "-c", config, "--json", "gala NOT")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert done.stderr.splitlines() == ["NOT joins nothing where it stands, so it was read as a word"]
    assert titles(call, config, '"La deport*"') == ["5"]


def test_a_date_that_is_not_the_publishers_is_said(call: Call, config: Path) -> None:
    """On the terminal and in JSON."""
    with Archive(load(config).archive) as archive:
        archive.database.execute("UPDATE releases SET published_note = 'future' WHERE id = 3")
        archive.database.execute(
            "UPDATE releases SET published = NULL, published_note = 'missing' WHERE id = 4"
        )
        archive.database.commit()
    shown = call("search", "-c", config).stdout
    for number, day in ((3, "first seen 2026-11-25"), (4, "first seen 2026-11-25"), (5, "2026-11-25")):
        assert f" · {day} · release {number}" in shown
    hits = json.loads(call("search", "-c", config, "--json").stdout)
    assert [hit["published_note"] for hit in hits] == ["", "missing", "future", "", ""]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_the_terminal_cannot_write_is_escaped(call: Call, config: Path, encoding: str) -> None:
    """As JSON would, so that JSON stays what it is; CSV is UTF-8 everywhere. (What is only ASCII, click takes
    for a terminal that does not say that it is UTF-8.)
    """
    with Archive(load(config).archive) as archive:
        archive.database.execute("UPDATE releases SET title = 'Łęg 🏮', text = '' WHERE id = 5")
        archive.database.commit()
    asked = ("search", "-c", config, "--limit", "1")
    narrow = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    done = call(*asked, "--json", **narrow)
    assert json.loads(done.stdout)[0]["title"] == "Łęg 🏮"
    assert call(*asked, **narrow).stdout.startswith("\\u0141")
    assert call(*asked, "--csv", **narrow).stdout.splitlines()[1].startswith("5,Łęg 🏮,")
    refused = call("search", "-c", config, "--publisher", "Ł", **narrow)
    assert refused.returncode == 2
    assert refused.stderr.startswith("no publisher's name holds '")
