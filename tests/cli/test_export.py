"""``presswatch export``, as a process."""

from __future__ import annotations

import csv
import io
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cli.looking.output import written_to
from cli.looking.safe import cell, json_text
from config.loader import load
from storage.archive import Archive
from tests.cli.conftest import Call
from tests.support.press import ALIAS, JAIL, Press
from tests.support.setup import write_config


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two releases, and their configuration."""
    path = write_config(tmp_path, ["https://a.example/feed"])
    watch = load(path)
    with Archive(watch.archive) as archive:
        press = Press(archive, watch)
        press.show("Organisation A", "1", ALIAS, "=1+1")
        press.show("Organisation A", "2", f"{JAIL} “¿Qué?”", "Two")
    return path


def test_csv_and_json_lines(call: Call, config: Path) -> None:
    """The same rows, the oldest first; CSV with names in its first line."""
    done = call("export", "-c", config, "releases", "--text")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["title"], row["programs"]) for row in rows] == [
        ("'=1+1", "secure-communities"),
        ("Two", "287g"),
    ]
    lines = call("export", "-c", config, "releases", "--text", "--jsonl").stdout.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["=1+1", "Two"]
    assert json.loads(lines[1])["text"] == rows[1]["text"] == f"{JAIL} “¿Qué?”"
    found = call("export", "-c", config, "mentions", "--jsonl", "--program", "287g", "sheriff").stdout
    assert json.loads(found)["term"] == "287(g)"


def test_a_file_is_replaced_when_all_is_written(call: Call, config: Path, tmp_path: Path) -> None:
    """It says how many rows; permissions stay; after a mistake the file is as it was, and alone."""
    path = tmp_path / "table.csv"
    path.write_text("before", encoding="utf-8")
    path.chmod(0o640)
    refused = call("export", "-c", config, "releases", "-o", path, "NOT county")
    assert refused.returncode == 2
    assert path.read_text(encoding="utf-8") == "before"
    done = call("export", "-c", config, "releases", "-o", path)
    assert done.stdout == f"{path}: 2 releases\n"
    assert path.read_text(encoding="utf-8").startswith("id,publisher,title,")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert not list(tmp_path.glob(".table*"))


def test_a_mark_for_excel_stands_first(call: Call, config: Path, tmp_path: Path) -> None:
    """If it is asked for; after it all is as without."""
    assert call("export", "-c", config, "releases", "--bom", "-o", tmp_path / "marked.csv").returncode == 0
    assert call("export", "-c", config, "releases", "-o", tmp_path / "plain.csv").returncode == 0
    assert (tmp_path / "marked.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "plain.csv").read_bytes()


def test_a_full_disk_is_said(config: Path) -> None:
    """Also where only the last of it could not be written."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    command = [sys.executable, "-m", "cli.main", "export", "-c", str(config), "releases"]
    with full.open("w") as out:
        done = subprocess.run(
            command, stdout=out, stderr=subprocess.PIPE, text=True, check=False, timeout=100
        )
    assert (done.returncode, done.stderr) == (1, "reading or writing failed: No space left on device\n")


def test_a_failure_half_way_leaves_the_file(tmp_path: Path) -> None:
    """Nothing of what was written stays."""
    path = tmp_path / "table.csv"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(RuntimeError), written_to(path) as stream:
        stream.write("half")
        raise RuntimeError
    assert [p.read_text(encoding="utf-8") for p in tmp_path.iterdir()] == ["before"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mentions", "--text"], "--text is for releases"),
        (["releases", "--csv", "--jsonl"], "--csv and --jsonl: ask for one"),
        (["releases", "--bom", "--jsonl"], "--bom is for CSV"),
        (["nothing"], "nothing"),
        (["releases", "-o", "no/such/folder.csv"], "folder that there is not"),
        (["releases", "-o", "."], "is a folder"),
        (["releases", "--program", "nosuch"], "there are: 287g"),
        (["releases", "--publisher", "nosuch"], "no publisher's name holds 'nosuch'"),
        (["releases", "--since", "soon"], "neither a day"),
    ],
)
def test_a_mistake_is_explained(call: Call, config: Path, arguments: list[str], words: str) -> None:
    """Exit code 2, what is wrong, nothing on the standard output."""
    done = call("export", "-c", config, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1", "'=1"),
        (" =1", "' =1"),
        ("\t@x", "'\t@x"),
        ("\tx", "'\tx"),
        ("\u200b+1", "'\u200b+1"),
        ("－1", "'－1"),
        ("\x1b=1\x9b", "'=1"),
        ("a=1", "a=1"),
        ("a\r\nb", "a\nb"),
        ("—", "—"),
        ("", ""),
        (-1, -1),
        (None, None),
    ],
)
def test_a_cell_is_text(value: object, safe: object) -> None:
    """What a spreadsheet could take for a formula has an apostrophe in front."""
    assert cell(value) == safe


def test_json_escapes_what_steers() -> None:
    """C1 controls, DEL and marks of direction are never raw, and come back."""
    odd = "a\x9b\x7f\u202e\u2028é"
    assert json_text(odd) == '"a\\u009b\\u007f\\u202e\\u2028é"'
    assert json.loads(json_text(odd)) == odd
