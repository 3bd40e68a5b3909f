"""Tables for others: which rows, and that they are read one by one."""

from __future__ import annotations

from typing import Any

import pytest

from storage.looking.choosing import Filters
from storage.looking.exporting import COLUMNS, Table
from storage.looking.query import QueryError
from tests.support.press import ALIAS, JAIL, Press


@pytest.fixture
def filled(press: Press) -> Press:
    """Three releases, of which the second mentions two programs and was told."""
    press.show("Harbour", "a", ALIAS)
    subscription = press.subscribe("desk", programs=("287g",))
    press.show("River", "b", f"{JAIL} {ALIAS}")
    assert press.digest(subscription)
    press.show("Mill", "c", "The ferry sails again.")
    return press


def exported(press: Press, table: Table, text: str = "", **filters: Any) -> list[dict[str, Any]]:
    """All rows."""
    return list(press.archive.export(table, text, Filters(**filters)))


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("text", ["", "287(g)", "program:287g OR ferry"])
def test_rows_have_the_columns_that_are_promised(filled: Press, table: Table, text: str) -> None:
    """In their order."""
    rows = exported(filled, table, text)
    assert rows
    assert all(tuple(row) == COLUMNS[table] for row in rows)


def test_releases_come_the_oldest_first(filled: Press) -> None:
    """With their programs as a list; with their text only if asked for."""
    rows = exported(filled, "releases")
    assert [(row["url"][-1], row["programs"]) for row in rows] == [
        ("a", ["s-comm"]),
        ("b", ["287g", "s-comm"]),
        ("c", []),
    ]
    whole = list(filled.archive.export("releases", "ferry", Filters(), with_text=True))
    assert [row["text"] for row in whole] == ["The ferry sails again."]


def test_filters_are_those_of_the_search(filled: Press) -> None:
    """Words, fields and options."""
    assert [row["url"][-1] for row in exported(filled, "releases", "county OR ferry")] == ["a", "b", "c"]
    assert [row["url"][-1] for row in exported(filled, "releases", mentioned=True)] == ["a", "b"]
    assert [row["url"][-1] for row in exported(filled, "releases", "program:287g OR publisher:mill")] == [
        "b",
        "c",
    ]


def test_mentions_are_of_the_programs_that_are_asked_for(filled: Press) -> None:
    """Of a release that mentions two, only the one; and only those of the present text."""
    assert [row["program"] for row in exported(filled, "mentions")] == ["s-comm", "287g", "s-comm"]
    assert [row["program"] for row in exported(filled, "mentions", programs=("287g",))] == ["287g"]
    assert [row["program"] for row in exported(filled, "mentions", "sheriff")] == ["287g", "s-comm"]
    assert [row["program"] for row in exported(filled, "mentions", "program:287g")] == ["287g"]
    assert [row["program"] for row in exported(filled, "mentions", "sheriff program:s-comm")] == ["s-comm"]
    either = exported(filled, "mentions", "program:287g OR sheriff")
    assert [row["program"] for row in either] == ["287g", "s-comm"]
    assert exported(filled, "mentions", parts=("signatories",)) == []
    filled.show("Harbour", "a", "The county thinks.")
    assert [row["release_id"] for row in exported(filled, "mentions", programs=("s-comm",))] == [2]


def test_deliveries_are_those_that_told_what_is_asked_for(filled: Press) -> None:
    """All without a filter, else those of digests with such a release."""
    assert [row["status"] for row in exported(filled, "deliveries")] == ["pending"]
    assert len(exported(filled, "deliveries", "sheriff")) == 1
    assert len(exported(filled, "deliveries", "sheriff NOT ferry", publishers=("river",))) == 1
    assert exported(filled, "deliveries", "ferry") == []
    assert exported(filled, "deliveries", publishers=("mill",)) == []


@pytest.mark.parametrize("table", COLUMNS)
def test_a_mistake_is_told_before_the_first_row(filled: Press, table: Table) -> None:
    """So that nothing of a table is written."""
    with pytest.raises(QueryError):
        filled.archive.export(table, "NOT county", Filters())


@pytest.mark.parametrize("text", ["", "county"])
def test_rows_are_read_as_they_are_asked_for(filled: Press, text: str) -> None:
    """What takes long to read is not held in memory: SQLite is asked for a row only when it is wanted."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    database = filled.archive.database
    entries = [filled.entry(f"n{n}", f"The county of {n}.") for n in range(300)]
    filled.archive.record([filled.reading("Harbour", *entries)], filled.now)
    database.conn.set_progress_handler(step, 50)
    rows = filled.archive.export("releases", text, Filters())
    next(rows)
    for_one, steps = steps, 0
    assert len(list(rows)) >= 300
    assert steps > 5 * for_one
