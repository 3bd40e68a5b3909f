"""What leaves the site as CSV is whole, and safe to open in a spreadsheet."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from cli.looking.safe import cell
from storage.browsing.spreadsheets import Spreadsheets

_PRESENT = "m JOIN releases r ON r.id = m.release_id AND r.revision = m.revision"
_NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) SELECT i, -i FROM n"
)


def rows(site: str, path: str, **asked: str) -> list[list[str]]:
    """The rows of a CSV, without the names of its columns."""
    answer = requests.get(f"{site}/archive{path}.csv", params=asked, timeout=60)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.content.decode(), newline="")))[1:]


def count(folder: Path, sql: str) -> int:
    """What a counting query says."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        return int(connection.execute(sql).fetchone()[0])


@pytest.mark.parametrize("asked", [{}, {"_size": "max"}, {"_next": "150,150"}, {"_labels": "on", "_dl": "1"}])
def test_a_table_is_whole(folder: Path, site: str, asked: dict[str, str]) -> None:
    """Whatever page it is asked from."""
    assert len(rows(site, "/releases", **asked)) == count(folder, "SELECT count(*) FROM releases")


def test_a_table_of_which_some_rows_are_asked_for_has_these(site: str) -> None:
    """A size that is named is kept."""
    assert len(rows(site, "/releases", _size="3")) == 3


def test_the_answer_to_a_question_is_whole(folder: Path, site: str) -> None:
    """Though its page shows the first two hundred, and says so."""
    there = count(folder, f"SELECT count(*) FROM mentions {_PRESENT}")
    assert there > 200
    assert len(rows(site, "/latest-mentions")) == there
    page = requests.get(f"{site}/archive/latest-mentions", timeout=60).text
    assert f"The first 200 of {there} rows stand here" in page
    assert page.count("<tr>") == 201


def test_the_answer_to_sql_is_whole(site: str) -> None:
    """Beyond what a page holds, which says that it is cut; numbers below zero stay numbers."""
    assert rows(site, "", sql=_NUMBERS) == [[str(i), str(-i)] for i in range(1, 6001)]
    page = requests.get(f"{site}/archive", params={"sql": _NUMBERS}, timeout=60).text
    assert "There are more rows than the 5,000 on this page" in page


@pytest.mark.parametrize("sql", ["delete from releases", "select nothing", "selec"])
def test_what_is_no_query_is_refused(site: str, sql: str) -> None:
    """As on the page."""
    assert requests.get(f"{site}/archive.csv", params={"sql": sql}, timeout=60).status_code == 400


@pytest.mark.parametrize(("path", "column"), [("/releases", 6), ("/latest-mentions", 1)])
def test_no_cell_is_a_formula(site: str, path: str, column: int) -> None:
    """As in what ``presswatch export`` writes."""
    titles = [row[column] for row in rows(site, path)]
    assert any(title.startswith("'=HYPERLINK") for title in titles)
    assert not [title for title in titles if title.strip().startswith(("=", "+", "@"))]


def answered(body: bytes, cuts: list[int]) -> tuple[bytes, bool]:
    """What is sent where an application answers with a CSV in pieces, and whether it was ended."""
    sent: list[Message] = []
    edges = [0, *sorted(cuts), len(body)]

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        head = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        for start, end in pairwise(edges):
            await send({"type": "http.response.body", "body": body[start:end], "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/archive/releases.csv", "query_string": b""}
    asyncio.run(Spreadsheets(application, cell)(scope, receive, send))
    return b"".join(message.get("body", b"") for message in sent[1:]), not sent[-1].get("more_body")


def written(table: list[list[str]]) -> bytes:
    """A table as CSV."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows(table)
    return file.getvalue().encode()


_CELLS = st.text(st.sampled_from("=+-@\"', \r\n\té漢5a"), max_size=6)


@given(st.lists(st.lists(_CELLS, min_size=2, max_size=3), max_size=5), st.data())
def test_however_it_comes_each_cell_is_made_safe(table: list[list[str]], data: st.DataObject) -> None:
    """Pieces may end within a cell, a pair of quotes or a letter."""
    body = written(table)
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=4))
    sent, ended = answered(body, cuts)
    assert ended
    made = list(csv.reader(io.StringIO(sent.decode(), newline="")))
    plain = [
        [one if one.lstrip("-").isdigit() and one[1:].isdigit() else cell(one) for one in row]
        for row in table
    ]
    assert [[one.lstrip("'") for one in row] for row in made] == [
        [str(one).lstrip("'") for one in row] for row in plain
    ]
    assert not [one for row in made for one in row if one.startswith(("=", "+", "@"))]


def test_a_download_that_fails_midway_is_not_ended() -> None:
    """So that a cut one never looks whole: the reason would stand there as a last row."""
    body = written([["id", "title"], ["1", "Open the bridge"]])
    sent, ended = answered(body + b"interrupted", [])
    assert sent == body
    assert not ended
