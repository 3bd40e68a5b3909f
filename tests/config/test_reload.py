"""A configuration that is edited while the watch runs; where its parts may lie; and the lines of mistakes."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import load
from config.last_good import load_current
from config.lines import line_of
from flows.cycle import in_threads, run_once
from flows.reloading import load_running
from presswatch.errors import ConfigError
from storage.archive import Archive
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ONE = '[[feeds]]\nurl = "https://a.example/feed"\npublisher = "A"\n'
TWO = '[[feeds]]\nurl = "https://b.example/feed"\npublisher = "B"\n'


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Where the last good configuration is kept."""
    return tmp_path / "state"


def publishers(config: Path, state: Path, *, now: datetime = NOW, **environ: str) -> list[str]:
    return [feed.publisher for feed in load_current(config, environ, now=now, folder=state).watch.feeds]


def test_an_edit_is_taken_up(write, state: Path) -> None:
    """A good edit is used at once, and said; without an edit there is nothing to say."""
    config = write('include = ["more.toml"]\n' + ONE, more="")
    assert load_current(config, {}, now=NOW, folder=state).said() == []
    assert load_current(config, {}, now=NOW, folder=state).said() == []

    config.with_name("more.toml").write_text(TWO, encoding="utf-8")

    edited = load_current(config, {}, now=NOW, folder=state)
    assert [feed.publisher for feed in edited.watch.feeds] == ["A", "B"]
    assert edited.said() == [
        "The configuration was edited and is in use: feeds 2, programs 0, subscriptions 0."
    ]


@pytest.mark.parametrize(
    "broken",
    ["[[feeds", "", 'feeds = "none"', '[[channels]]\nid = "c"\ntype = "fax"\n' + ONE, None],
    ids=["half a file", "emptied", "wrong type", "no such channel type", "removed"],
)
def test_a_broken_edit_keeps_the_last_good_one(write, state: Path, broken: str | None) -> None:
    """Whatever an edit breaks, the watch goes on as it was, says what is wrong, and takes up the mended."""
    config = write(ONE)
    good = load_current(config, {}, now=NOW, folder=state).watch
    if broken is None:
        config.unlink()
    else:
        config.write_text(broken, encoding="utf-8")

    for hours in (1, 2):
        current = load_current(config, {}, now=NOW + timedelta(hours=hours), folder=state)
        assert current.watch == good
        *wrong, last = current.said()
        assert wrong == [str(problem) for problem in current.problems]
        assert wrong[0].startswith(str(config))
        assert last == "The configuration of 2026-11-25 12:00 UTC stays in use until that is mended."

    config.write_text(TWO, encoding="utf-8")
    assert publishers(config, state) == ["B"]


def test_a_broken_edit_of_an_included_file(write, state: Path) -> None:
    """The whole last good configuration is kept, not the parts that can still be read."""
    config = write('include = ["more.toml"]\n' + ONE, more=TWO)
    assert publishers(config, state) == ["A", "B"]
    config.write_text('include = ["more.toml"]\n', encoding="utf-8")
    config.with_name("more.toml").write_text("[[", encoding="utf-8")
    assert publishers(config, state) == ["A", "B"]


def test_a_variable_that_is_not_set(write, state: Path) -> None:
    """An edit that needs a secret which nobody has set yet waits for it."""
    config = write(ONE)
    publishers(config, state)
    hook = '[[channels]]\nid = "c"\ntype = "slack"\nurl_env = "HOOK"\n'
    hook += '[[subscriptions]]\nid = "s"\nchannel = "c"\n'
    config.write_text(TWO + hook, encoding="utf-8")
    assert publishers(config, state) == ["A"]
    assert publishers(config, state, HOOK="https://hooks.example/x") == ["B"]


def test_there_must_have_been_a_good_one(write, state: Path) -> None:
    """A configuration that was never good is refused, also where another one was."""
    publishers(write(ONE, other="[[feeds"), state)
    with pytest.raises(ConfigError):
        load_current(write(ONE).with_name("other.toml"), {}, now=NOW, folder=state)


@pytest.mark.parametrize("kept", [b"", b"{}", b"[]", b'{"good_at": "soon", "files": {}}', b"\xff"])
def test_what_was_kept_is_spoilt(write, state: Path, kept: bytes) -> None:
    """If what was kept can't be read, the mistake in the configuration is what is told."""
    config = write(ONE)
    publishers(config, state)
    (file,) = state.iterdir()
    file.write_bytes(kept)
    config.write_text("[[", encoding="utf-8")
    with pytest.raises(ConfigError, match="TOML"):
        load_current(config, {}, now=NOW, folder=state)


def test_it_cannot_be_kept(write, tmp_path: Path) -> None:
    """A folder that can't be written is no reason not to watch, and is said."""
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    current = load_current(write(ONE), {}, now=NOW, folder=in_the_way / "state")
    assert len(current.watch.feeds) == 1
    (said,) = current.said()
    assert "runs will fail" in said


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_it_is_for_the_user_alone(write, state: Path) -> None:
    """Nobody else on the machine can read what is kept, and nothing else is left in the folder."""
    publishers(write(ONE), state)
    (file,) = state.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_between_two_cycles(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A watch that runs reads on through a broken edit, and reads a new feed once the edit is good."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    first = site.publish("/a", rss([item(1)]))
    config = write_config(tmp_path, [first])

    def new() -> int:
        return run_once(load_running(config), in_threads).recorded.new

    assert new() == 1
    good = config.read_text(encoding="utf-8")
    config.write_text(good.replace("[archive]", "[archive"), encoding="utf-8")
    site.publish("/a", rss([item(1), item(2)]))
    assert new() == 1
    assert f"{config}: is not valid TOML" in (told := capsys.readouterr().err)
    assert "stays in use" in told

    second = site.publish("/b", rss([item(3)]))
    config.write_text(f'{good}[[feeds]]\nurl = "{second}"\npublisher = "New"\n', encoding="utf-8")
    assert new() == 1
    assert "was edited and is in use: feeds 2" in capsys.readouterr().err
    with Archive(tmp_path / "archive.db", read_only=True) as archive:
        assert archive.database["releases"].count == 3


def test_a_folder_of_parts(write) -> None:
    """An include that ends with a slash takes all the .toml files of a folder, by name, and no others."""
    config = write('include = ["parts/"]\n', parts__20=TWO, parts__10=ONE, parts__5="[serve]\n")
    folder = config.parent / "parts"
    (folder / ".10.toml").write_text("half [ saved", encoding="utf-8")
    (folder / "10.toml~").write_text(ONE, encoding="utf-8")
    assert [feed.publisher for feed in load(config).feeds] == ["A", "B"]


def test_a_mistake_in_a_part_names_the_part(write) -> None:
    """A mistake in one of a folder's files is told with that file, and its line."""
    config = write('include = ["parts/"]\n' + ONE, parts__x="\n" + TWO + 'tag = "x"\n')
    with pytest.raises(ConfigError) as caught:
        load(config)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{config.parent / 'parts/x.toml'}:5: feeds[0].tag: is not a known key")


@pytest.mark.parametrize(
    ("include", "words"),
    [("nope/", "does not exist"), ("watch.toml/", "cannot be read"), ("parts", 'Write "parts/"')],
)
def test_a_folder_that_is_none(write, include: str, words: str) -> None:
    """A folder that isn't there, or is a file, is told at the include; one without its slash says how."""
    config = write(f'include = ["{include}"]\n' + ONE, parts__x="")
    with pytest.raises(ConfigError, match=words) as caught:
        load(config)
    assert [(problem.key, problem.line) for problem in caught.value.problems] == [("include[0]", 1)]


FILE = '''\
# What is watched.
include = [
  "a.toml",   # feeds[0]
]
[fetch]
interval = "1h"

[[feeds]]
url = "https://a.example/feed"
publisher = """
feeds[1]
[[feeds]]
"""

[[feeds]]

url = "https://b.example/feed"
selectors = { item = "li" }
[archive.retention.publishers]
"A. B." = "3d"
'''


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("include", 2),
        ("include[0]", 2),
        ("fetch", 5),
        ("fetch.interval", 6),
        ("fetch.nothing", 5),
        ("feeds", 8),
        ("feeds[0].publisher", 10),
        ("feeds[1]", 15),
        ("feeds[1].publisher", 15),
        ("feeds[1].url", 17),
        ("feeds[1].selectors.item", 18),
        ("archive.retention.publishers.A. B.", 19),
        ("nothing", None),
        ("", None),
    ],
)
def test_line_of_a_key(key: str, line: int | None, newline: str) -> None:
    """A key is found on the line where it begins; one that isn't there, where it would belong."""
    assert line_of(FILE.replace("\n", newline), key) == line


def test_line_of_a_key_in_what_is_no_toml() -> None:
    """Where nothing can be read, no line is named."""
    assert line_of("a = 1\n[[", "a") is None


@given(
    st.lists(st.sampled_from(["", "# [[feeds]]", "[[programs]]", 'other = """\n[[feeds]]\n"""']), max_size=9)
)
def test_lines_among_others(before: list[str]) -> None:
    """Whatever stands above, the line that is named holds the key."""
    tables = [text.replace("other", f"other{number}") for number, text in enumerate(before)]
    text = "\n".join([*tables, "[[feeds]]", 'here = "x"'])
    line = line_of(text, "feeds[0].here")
    assert line is not None
    assert text.split("\n")[line - 1] == 'here = "x"'
