"""``presswatch export``, as a process."""

from __future__ import annotations

import csv
import io
import json
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.looking.output import write_csv, written_to
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
        ("\t@x", "'\t'@x"),
        ("\tx", "'\tx"),
        ("\u200b+1", "'\u200b+1"),
        ("－1", "'－1"),
        ("\x1b=1\x9b", "'=1"),
        ("a=1", "a=1"),
        ("S-Comm;=cmd|' /C calc'!A0", "S-Comm;'=cmd|' /C calc'!A0"),
        ('a; \u200b"=1', "a;' \u200b\"=1"),
        ("a|+1\t-1\n@1", "a|'+1\t'-1\n'@1"),
        ("a, -1; b - c | d", "a, -1; b - c | d"),
        ('"=1"', '\'"=1"'),
        ("Jail;=1;=2", "Jail;'=1;'=2"),
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


def test_every_form_of_a_formulas_beginning_is_known() -> None:
    """Whatever Unicode takes for ``=``, ``+``, ``-`` or ``@``, behind each character that nobody sees."""
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        category = unicodedata.category(character)
        if category == "Cs":
            continue
        if unicodedata.normalize("NFKC", character)[:1] in set("=+-@"):
            assert cell(f"a;{character}1") == f"a;'{character}1", hex(number)
        elif category in ("Cf", "Zs", "Zl", "Zp"):
            assert cell(f"a;{character}=1") == f"a;'{character}=1", hex(number)


def test_what_a_cell_costs_grows_with_its_length() -> None:
    """Twice the text, twice the steps: no run of spaces, quotes or line ends is gone over again and again."""
    for part in (" ", '"', "\n", ";", "; ", "\u200b", '";" '):
        assert len(str(cell(part * 100_000 + "=1"))) > 100_000


_ODD = st.text(st.sampled_from("=+-@\"';,|\t\r\n a5\u200b＝"), max_size=12)


@given(st.lists(st.tuples(st.integers(0, 99), _ODD, _ODD, _ODD), min_size=1, max_size=4))
def test_no_separator_makes_a_formula(rows: list[tuple[int, str, str, str]]) -> None:
    """The file is taken apart by each character that a spreadsheet may part cells by."""
    written = io.StringIO(newline="")
    write_csv(written, "abcd", [dict(zip("abcd", row, strict=True)) for row in rows])
    for separator in ",;|\t":
        table = list(csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=separator))
        cells = [one.lstrip(" \t\r\n\u200b") for row in table for one in row]
        assert not [one for one in cells if one.startswith(tuple("=+-@＝"))], separator
    table = list(csv.reader(io.StringIO(written.getvalue(), newline="")))
    assert [row[0] for row in table[1:]] == [str(row[0]) for row in rows], "and for commas it is the table"


def test_an_export_opened_where_cells_are_parted_by_semicolons(call: Call, tmp_path: Path) -> None:
    """As Excel does in German, Spanish and French: titles and texts hold no formula there either."""
    config = write_config(tmp_path, ["https://a.example/feed"])
    watch = load(config)
    with Archive(watch.archive) as archive:
        evil = "S-Comm;=cmd|' /C calc'!A0"
        Press(archive, watch).show("Organisation A", "1", f"{evil}\n-2+3\t@SUM(1)|+1", evil)
    for table in (["releases", "--text"], ["mentions"]):
        done = call("export", "-c", config, *table)
        assert "S-Comm;'=cmd|" in done.stdout, done.stderr
        for separator in ",;|\t":
            for row in csv.reader(io.StringIO(done.stdout, newline=""), delimiter=separator):
                assert not [one for one in row if one.strip()[:1] in set("=+-@")], (separator, row)


def test_json_escapes_what_steers() -> None:
    """C1 controls, DEL and marks of direction are never raw, and come back."""
    odd = "a\x9b\x7f\u202e\u2028é"
    assert json_text(odd) == '"a\\u009b\\u007f\\u202e\\u2028é"'
    assert json.loads(json_text(odd)) == odd
