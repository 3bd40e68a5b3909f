"""Hostile searches and releases through search, show, export and cite: text, never an order."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.cite import cite
from cli.export import export
from cli.search import search
from cli.show import show
from storage.looking.query import QueryError
from tests.support.hostile import hostile_archive, hostile_queries, hostile_texts

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that nobody wants."""
    return hostile_archive(tmp_path_factory.mktemp("hostile"))


def called(command: click.Command, config: Path, *arguments: str) -> str:
    """The output of a command that works, as it would be with `--` before what is searched for."""
    done = CliRunner().invoke(command, ["-c", str(config), *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet could take the cell for more than text."""
    seen = [
        c for c in unicodedata.normalize("NFKC", cell) if unicodedata.category(c) not in ("Cf", "Cc", "Zs")
    ]
    return bool(seen) and seen[0] in "=+-@"


def test_no_search_breaks(config: Path) -> None:
    """500 searches find something, nothing, or are refused in words; the JSON holds no control."""
    found = 0
    for query in hostile_queries():
        try:
            out = called(search, config, "--json", "--limit", "3", "--", query)
        except QueryError as refused:
            assert str(refused)
            continue
        assert not STEERING.search(out)
        found += bool(json.loads(out))
    assert found > 50


def test_no_search_breaks_an_export(config: Path) -> None:
    """The same searches choose the rows of every table."""
    for number, query in enumerate(hostile_queries()):
        table = ("releases", "mentions", "deliveries")[number % 3]
        try:
            out = called(export, config, "--jsonl", table, "--", query)
        except QueryError:
            continue
        assert all(json.loads(line) for line in out.split("\n") if line)


def test_search_shows_text_only(config: Path) -> None:
    """All releases on the terminal: no control character, no markup that was taken for such."""
    out = called(search, config, "--limit", "500")
    assert not STEERING.search(out)
    assert "[bold]x[/bold]" in out
    assert not STEERING.search(called(search, config, "--limit", "500", "S-Comm"))


@pytest.mark.parametrize("table", ["releases", "mentions"])
def test_no_cell_is_a_formula(config: Path, table: str) -> None:
    """Whatever a title, a text or a passage begins with."""
    arguments = ["--text", table] if table == "releases" else [table]
    out = called(export, config, *arguments)
    rows = list(csv.reader(io.StringIO(out, newline="")))
    assert len(rows) > 200
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if is_formula(cell)]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", out)


def test_search_csv_has_no_formula(config: Path) -> None:
    """Nor has a search."""
    rows = list(csv.reader(io.StringIO(called(search, config, "--csv", "--limit", "500"), newline="")))
    assert len(rows) == len(hostile_texts()) + 1
    assert not [cell for row in rows for cell in row if is_formula(cell)]


def test_json_gives_back_what_was_published(config: Path) -> None:
    """Lines of JSON hold every character of a title, and no raw control character."""
    out = called(export, config, "--jsonl", "releases")
    assert not STEERING.search(out)
    titles = [json.loads(line)["title"] for line in out.splitlines()]
    expected = [text or f"Release {n}" for n, text in enumerate(hostile_texts())]
    assert sorted(titles) == sorted(expected)


def test_every_release_can_be_shown_and_cited(config: Path) -> None:
    """In each form: no control character; one balanced entry of BibTeX; JSON that is JSON."""
    for number in range(1, len(hostile_texts()) + 1):
        shown = called(show, config, str(number))
        assert not STEERING.search(shown)
        assert f"Release         {number}\n" in shown
        assert json.loads(called(show, config, "--json", str(number)))["release"]["id"] == number
        line = called(cite, config, str(number))
        assert line.count("\n") == 1
        assert not STEERING.search(line)
        entry = called(cite, config, "--form", "bibtex", str(number))
        assert is_one_entry(entry)
        (item,) = json.loads(called(cite, config, "--form", "csl-json", str(number)))
        assert item["title"]


def is_one_entry(entry: str) -> bool:
    """Whether the braces of an entry, which BibTeX counts even behind a backslash, close at its very end."""
    depth = 0
    for place, character in enumerate(entry.rstrip("\n")):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and place > len("@misc"):
            return place == len(entry.rstrip("\n")) - 1
    return False
