"""Adding feeds to a configuration: what is there stays as it is, byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import load
from config.edit import NewFeed, carry_out, load_for_editing, one_line, plan
from config.insert import insert_feeds
from config.mistake import Mistake
from presswatch.errors import ConfigError
from presswatch.watch import Selectors

Write = Callable[..., Path]
SHIPPED = Path(__file__).parents[2] / "config"
HEAD = '[[feeds]]\nurl = "https://a.example/feed"\npublisher = "A"\n'
NEW = NewFeed("https://new.example/feed", "New")
ADDED = '[[feeds]]\nurl = "https://new.example/feed"\npublisher = "New"\n'


def added_to(text: str, *feeds: NewFeed) -> str:
    return insert_feeds(text, [feed.table() for feed in feeds or (NEW,)])


PLACES = {
    "at the end": (HEAD, f"{HEAD}\n{ADDED}"),
    "without a last line end": (HEAD.rstrip("\n"), f"{HEAD}\n{ADDED}"),
    "before what follows": (f"{HEAD}\n[serve]\n", f"{HEAD}\n{ADDED}\n[serve]\n"),
    "before what follows at once": (f"{HEAD}[serve]\n", f"{HEAD}\n{ADDED}\n[serve]\n"),
    "above the next heading": (
        f"{HEAD}\n# --- More ---\n\n[serve]\n",
        f"{HEAD}\n{ADDED}\n# --- More ---\n\n[serve]\n",
    ),
    "below its own comment": (
        f'{HEAD}# interval = "2h"\n\n[serve]\n',
        f'{HEAD}# interval = "2h"\n\n{ADDED}\n[serve]\n',
    ),
    "above the comment of the next": (
        f"{HEAD}# how it runs\n[serve]\n",
        f"{HEAD}\n{ADDED}\n# how it runs\n[serve]\n",
    ),
    "after the last of several": (
        f"{HEAD}\n{HEAD}  # the last\n\n\n[serve]\n",
        f"{HEAD}\n{HEAD}  # the last\n\n{ADDED}\n\n[serve]\n",
    ),
    "after its subtable": (
        f'{HEAD}kind = "page"\n[feeds.selectors]\nitem = "a"\n[serve]\n',
        f'{HEAD}kind = "page"\n[feeds.selectors]\nitem = "a"\n\n{ADDED}\n[serve]\n',
    ),
    "feeds here and there": (
        f"{HEAD}[serve]\n{HEAD}[fetch]\n",
        f"{HEAD}[serve]\n{HEAD}\n{ADDED}\n[fetch]\n",
    ),
    "a header in a string": (
        f'{HEAD}\n[[programs]]\ndescription = """\n[[feeds]]\n"""\n',
        f'{HEAD}\n[[programs]]\ndescription = """\n[[feeds]]\n"""\n\n{ADDED}',
    ),
    "a header written oddly": (
        '  [[ "feeds" ]] # a\nurl="a"\n\n\n[serve]\n',
        f'  [[ "feeds" ]] # a\nurl="a"\n\n{ADDED}\n\n[serve]\n',
    ),
    "a list over several lines": (
        f'{HEAD}tags = [\n  "a",\n\n  # b\n  "c",\n]\n\n[serve]\n',
        f'{HEAD}tags = [\n  "a",\n\n  # b\n  "c",\n]\n\n{ADDED}\n[serve]\n',
    ),
    "no feeds yet": ('[serve]\nwatch_every = "5m"\n', f'[serve]\nwatch_every = "5m"\n\n{ADDED}'),
    "nothing yet": ("", ADDED),
    "comments only": ("# mine\n\n", f"# mine\n\n{ADDED}"),
    "CRLF": (f"{HEAD}\n[serve]\n".replace("\n", "\r\n"), f"{HEAD}\n{ADDED}\n[serve]\n".replace("\n", "\r\n")),
    "inline": (
        'feeds = [{ url = "a" }] # mine\nb = 1\n',
        'feeds = [{ url = "a" }, {url = "https://new.example/feed", publisher = "New"}] # mine\nb = 1\n',
    ),
    "inline, over lines": (
        'feeds = [\n  { url = "a" }, # one\n\n  # two\n  { url = "b" } # 2\n]\n',
        'feeds = [\n  { url = "a" }, # one\n\n  # two\n  { url = "b" }, # 2\n'
        '  {url = "https://new.example/feed", publisher = "New"}\n]\n',
    ),
    "inline, empty": ("feeds = []\n", 'feeds = [{url = "https://new.example/feed", publisher = "New"}]\n'),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_the_place(before: str, after: str) -> None:
    """After the last feed that is there, whatever the layout; nothing else is touched."""
    assert added_to(before) == after


def test_the_shipped_feeds(tmp_path: Path) -> None:
    """The new table goes to the included file that holds the others; the main file isn't touched."""
    for name in ("watch.toml", "feeds.toml", "programs.toml"):
        shutil.copy(SHIPPED / name, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    edit = plan(tmp_path / "watch.toml", [NEW])
    carry_out(edit)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert after == {**before, "feeds.toml": before["feeds.toml"] + f"\n{ADDED}".encode()}
    assert load(tmp_path / "watch.toml").feeds[-1].publisher == "New"


def test_all_that_a_feed_can_have(write: Write) -> None:
    """Each key is written if it says something, and read back as what it was."""
    config = write(HEAD)
    page = NewFeed(
        'https://p.example/?a="b"',
        "Ünion “of” \\ [concerned]",
        ("a", 'b"c'),
        kind="page",
        selectors=Selectors("article", link="h2 > a", date='time[datetime="x"]'),
        interval="2h",
    )
    edit = plan(config, [page, NewFeed("https://s.example/map", "S", kind="sitemap", only=r"/\d+\/x/")])
    carry_out(edit)
    _, first, second = load(config).feeds
    assert (first.url, first.publisher, first.tags) == (page.url, page.publisher, page.tags)
    assert (first.kind, first.selectors) == ("page", page.selectors)
    assert first.interval.total_seconds() == 7200
    assert (second.kind, second.only) == ("sitemap", r"/\d+\/x/")
    assert 'selectors = {item = "article", link = "h2 > a"' in edit.added
    assert "summary" not in edit.added
    assert edit.added.encode() in config.read_bytes()


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    """As some editors write it."""
    path = tmp_path / "watch.toml"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())
    carry_out(plan(path, [NEW]))
    assert path.read_bytes() == b"\xef\xbb\xbf" + f"{HEAD}\n{ADDED}".replace("\n", "\r\n").encode()


def test_the_first_feed_of_all(write: Write) -> None:
    """A configuration that watches nothing is no mistake to whom adds the first newsroom."""
    config = write('include = ["more.toml"]\n', more="[serve]\n")
    assert load_for_editing(config).feeds == ()
    carry_out(plan(config, [NEW]))
    assert config.read_text(encoding="utf-8") == f'include = ["more.toml"]\n\n{ADDED}'
    assert [feed.publisher for feed in load(config).feeds] == ["New"]


@pytest.mark.parametrize(
    ("feed", "key", "words"),
    [
        (NewFeed("HTTPS://A.example/feed", "Again"), "feeds[1].url", "is there already: feeds[0].url"),
        (NewFeed("https://x.example/", "two\nlines"), "feeds[1].publisher", "one line"),
        (NewFeed("nowhere", "X"), "feeds[1].url", "not an http or https URL"),
        (NewFeed("https://x.example/", "X", interval="soon"), "feeds[1].interval", "not a duration"),
        (NewFeed("https://x.example/", "X", kind="page"), "feeds[1].selectors", "is missing"),
    ],
)
def test_what_would_be_a_mistake_is_refused(write: Write, feed: NewFeed, key: str, words: str) -> None:
    """It is judged as if it stood there already; nothing is written."""
    config = write(HEAD)
    with pytest.raises(ConfigError) as caught:
        plan(config, [feed])
    (found,) = caught.value.problems
    assert (found.file, found.key) == (config, key)
    assert words in found.what
    assert config.read_text(encoding="utf-8") == HEAD
    assert [path.name for path in config.parent.iterdir()] == ["watch.toml"]


def test_an_address_of_another_file_is_refused(write: Write) -> None:
    """The rule holds over all files of the configuration."""
    config = write(f'include = ["more.toml"]\n{HEAD}', more=HEAD.replace("a.example", "b.example"))
    with pytest.raises(ConfigError, match="is there already"):
        plan(config, [NewFeed("https://b.example/feed", "B")])


def test_a_mistake_that_was_there_before(write: Write) -> None:
    """Is reported as such; a broken file isn't edited."""
    with pytest.raises(ConfigError, match=r"serve\.watch_evry: is not a known key"):
        plan(write(f"{HEAD}[serve]\nwatch_evry = 1\n"), [NEW])


def test_a_form_that_cannot_be_added_to_is_refused() -> None:
    """With what to add by hand, ready to be pasted."""
    with pytest.raises(Mistake) as caught:
        insert_feeds('[["\\u0066eeds"]]\nurl = "a"\n', [NEW.table()])
    assert ADDED in caught.value.remedy


def test_permissions_and_links_stay(write: Write, tmp_path: Path) -> None:
    """The file behind a symbolic link is replaced, not the link; its permissions are as they were."""
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "mine.toml"
    real.write_text(HEAD, encoding="utf-8")
    real.chmod(0o640)
    link = tmp_path / "watch.toml"
    link.symlink_to(real)
    carry_out(plan(link, [NEW]))
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == f"{HEAD}\n{ADDED}"
    assert real.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in real.parent.iterdir()] == ["mine.toml"]


def test_a_change_in_the_meantime_is_not_overwritten(write: Write) -> None:
    """Somebody may have the file open in an editor."""
    config = write(HEAD)
    edit = plan(config, [NEW])
    config.write_text(f"{HEAD}# mine\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="changed by another program"):
        carry_out(edit)
    assert config.read_text(encoding="utf-8") == f"{HEAD}# mine\n"


def test_a_failure_leaves_the_file_as_it_was(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle: the old content, and nothing beside it."""
    config = write(HEAD)
    edit = plan(config, [NEW])

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        carry_out(edit)
    assert config.read_text(encoding="utf-8") == HEAD
    assert [path.name for path in config.parent.iterdir()] == ["watch.toml"]


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(str.strip)
pieces = st.sampled_from(
    [
        "",
        "# a comment",
        HEAD.strip(),
        '[[programs]]\nid = "p"',
        "[feeds.selectors]\nitem = 'a'",
        '[[feeds]] # "',
    ]
)


@given(
    st.lists(pieces, max_size=8),
    st.sampled_from(["\n", "\n\n", "\n# between\n", "\n \t\n"]),
    st.lists(st.builds(NewFeed, words, words, st.lists(words).map(tuple)), min_size=1, max_size=3),
    st.booleans(),
)
def test_any_layout(written: list[str], between: str, feeds: list[NewFeed], crlf: bool) -> None:
    """What is read is what was there, and the new ones; each line that was there is still there, in order."""
    text = between.join(written)
    if crlf:
        text = text.replace("\n", "\r\n")
    try:
        before = tomllib.loads(text)
    except ValueError:
        return
    if not isinstance(before.get("feeds", []), list):
        return
    after = added_to(text, *feeds)
    tables = [feed.table() for feed in feeds]
    assert tomllib.loads(after) == {**before, "feeds": [*before.get("feeds", []), *tables]}
    rest = iter(after.split("\n"))
    assert all(any(line.rstrip("\r") == other.rstrip("\r") for other in rest) for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Press\n\tReleases ", "Press Releases"),
        ("a\x00b\u2028c\ud800", "a b c\ufffd"),
        ("x" * 500, "x" * 200),
        ("\n", ""),
    ],
)
def test_one_line(text: str, line: str) -> None:
    """A feed's title becomes a name that a configuration may hold."""
    assert one_line(text) == line, json.dumps(text)
