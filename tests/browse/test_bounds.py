"""Bounds of one request to the site, and its end when its client leaves."""

from __future__ import annotations

import socket
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import pytest
import requests

from storage.browsing.bounds import LONGEST_VALUE_BY_SQL
from storage.browsing.downloads import AT_ONCE
from storage.browsing.functions import add_functions
from tests.browse.served import served

COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "


def process_of(site: str) -> psutil.Process:
    """The process that serves the site."""
    port = urlsplit(site).port
    for child in psutil.Process().children():
        if any(each.laddr.port == port for each in child.net_connections()):
            return child
    raise AssertionError("nobody serves it")


@pytest.mark.parametrize("form", ["", ".csv", ".json"])
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT hex(zeroblob(300000000))",
        "SELECT printf('%.*c', 300000000, 'x') || 'y'",
        "SELECT replace(hex(zeroblob(900000)), '0', hex(zeroblob(900000)))",
        f"{COUNTING} SELECT group_concat(hex(zeroblob(1000)), i) FROM (SELECT i FROM n LIMIT 100000)",
        f"{COUNTING} SELECT hex(zeroblob(900000)), i FROM n LIMIT 5000",
    ],
    ids=["zeroblob", "printf", "replace", "group_concat", "many rows"],
)
def test_an_answer_beyond_all_bounds_costs_no_memory(site: str, form: str, sql: str) -> None:
    """Whatever makes it, on the page and in data: it is refused, and little is taken for it."""
    process = process_of(site)
    before = process.memory_info().rss
    answer = requests.get(f"{site}/archive{form}", params={"sql": sql}, timeout=100)
    assert answer.status_code == 400 or len(answer.content) < 20_000  # printf cuts at the longest value
    assert process.memory_info().rss - before < 200_000_000


def test_a_download_is_bounded_in_rows_and_says_so(site: str) -> None:
    """None of it is sent: a part would look like the whole."""
    sql = f"{COUNTING} SELECT i FROM n"
    answer = requests.get(f"{site}/archive.csv", params={"sql": sql}, timeout=100)
    assert answer.status_code == 400
    assert "larger than 1,000,000 rows" in answer.text
    assert "presswatch export" in answer.text


def test_who_leaves_ends_the_query(site: str) -> None:
    """As many downloads as are made at once are asked for and abandoned, each of which takes a minute; the
    next one is made.
    """
    sql = quote(f"{COUNTING} SELECT count(*) FROM n")
    for _ in range(AT_ONCE + 2):
        with pytest.raises(requests.Timeout):
            requests.get(f"{site}/archive.csv?sql={sql}", timeout=0.5)
    answer = requests.get(f"{site}/archive.csv", params={"sql": "SELECT 40 + 2 AS answer"}, timeout=30)
    assert answer.text == "answer\r\n42\r\n"


def test_a_query_does_not_hold_up_the_end(folder: Path) -> None:
    """Told to end in the middle of one that takes a minute, the site ends."""
    sql = quote(f"{COUNTING} SELECT count(*) FROM n")
    with ExitStack() as staying, served(folder) as site:  # which waits for half a minute
        where = urlsplit(site)
        asking = staying.enter_context(socket.create_connection((where.hostname or "", where.port or 0)))
        request = f"GET /archive.csv?sql={sql} HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n"
        asking.sendall(request.encode())
        assert requests.get(f"{site}/archive/releases/1", timeout=60).status_code == 200


def test_pages_are_made_while_downloads_take_their_time(site: str) -> None:
    """Those hold but a part of the threads that ask the archive."""
    sql = quote(f"{COUNTING} SELECT count(*) FROM n")
    sessions = [requests.Session() for _ in range(4)]
    waiting = [
        session.get(f"{site}/archive.csv?sql={sql}", timeout=0.2, stream=True)
        for session in sessions
        if not raises_timeout(session, f"{site}/archive.csv?sql={sql}")
    ]
    assert waiting == []
    assert requests.get(f"{site}/archive/releases", timeout=30).status_code == 200


def raises_timeout(session: requests.Session, address: str) -> bool:
    """Whether nothing comes for a moment."""
    try:
        session.get(address, timeout=0.2)
    except requests.Timeout:
        return True
    return False


LIKE_SQLITES = """
instr('harbour', 'bou') | instr('harbour', 'x') | instr('', '') | instr('a', NULL) | instr(1234, 3)
instr(x'0102ff', x'ff') | instr('añb', 'b') | replace('a-b-c', '-', '') | replace('abc', '', 'x')
replace(NULL, 'a', 'b') | replace(1231, 1, 'x') | replace('aaa', 'aa', 'b') | trim('xxaxx', 'x')
ltrim('xyaxy', 'xy') | rtrim('xyaxy', 'xy') | trim('aaa', 'a') | trim('a', '') | trim(NULL, 'a')
unhex('01-02', '-') | unhex('01-02', ' ') | unhex('012', '') | unhex(NULL, 'a')
"""


@pytest.mark.parametrize(
    "expression", [each.strip() for each in LIKE_SQLITES.strip().replace("\n", "|").split("|")]
)
def test_linear_functions_say_what_sqlites_own_do(expression: str) -> None:
    """For texts, numbers, blobs and NULL."""
    if "unhex" in expression and sqlite3.sqlite_version_info < (3, 41):
        pytest.skip("this SQLite has no unhex")
    own, ours = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    add_functions(ours, LONGEST_VALUE_BY_SQL)
    said = [each.execute(f"SELECT {expression}, typeof({expression})").fetchone() for each in (own, ours)]
    own.close()
    ours.close()
    assert said[0] == said[1]


def test_a_table_with_long_texts_is_downloaded_whole(folder: Path, tmp_path: Path) -> None:
    """What SQL in the address may not read stands on pages and in a table's CSV all the same."""
    copy = sqlite3.connect(tmp_path / "archive.db")
    with sqlite3.connect(folder / "archive.db") as original:
        original.backup(copy)
    original.close()
    with copy:
        copy.execute("UPDATE releases SET text = ? WHERE id = 1", ["long " * 600_000])
    copy.close()
    with served(tmp_path) as site:
        assert requests.get(f"{site}/archive/releases/1", timeout=100).status_code == 200
        whole = requests.get(f"{site}/archive/releases.csv", timeout=100)
        assert whole.text.count("long ") >= 600_000
        sql = {"sql": "SELECT text FROM releases WHERE id = 1"}
        refused = requests.get(f"{site}/archive.json", params=sql, timeout=100)
        assert refused.status_code == 400
        assert "longer than 2,000,000 bytes" in refused.text
