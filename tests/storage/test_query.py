"""What users type into a search."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from storage.query import QueryError, fts_expression

TEXTS = {
    1: "ICE ends S-Comm in the county",
    2: "the 287(g) agreement and Secure Communities",
    3: "Secure parks; communities rejoice",
    4: "Acción Diferida: deportations and detainers",
    5: "deportation of a detainer county",
}


@pytest.fixture(scope="module")
def index() -> Iterator[Database]:
    """A small FTS5 index as the archive has it."""
    database = Database(memory=True)
    database.execute('CREATE VIRTUAL TABLE t USING fts5(text, tokenize="unicode61 remove_diacritics 2")')
    for number, text in TEXTS.items():
        database.execute("INSERT INTO t(rowid, text) VALUES (?, ?)", [number, text])
    yield database
    database.close()


def found(index: Database, query: str) -> set[int]:
    """The numbers of the texts that a query finds."""
    rows = index.execute("SELECT rowid FROM t WHERE t MATCH ?", [fts_expression(query)])
    return {row[0] for row in rows}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param("S-Comm", {1}, id="a hyphen is not a column filter"),
        pytest.param("287(g)", {2}, id="brackets are not syntax"),
        pytest.param("secure communities", {2, 3}, id="words must all occur"),
        pytest.param('"secure communities"', {2}, id="a phrase"),
        pytest.param("“Secure Communities”", {2}, id="a phrase in curly quotes"),
        pytest.param('"secure communities', {2, 3}, id="a quote that is not closed"),
        pytest.param("S-Comm OR 287(g)", {1, 2}, id="either"),
        pytest.param("county NOT ICE", {5}, id="without"),
        pytest.param("secure AND communities NOT 287(g) OR ICE", {1, 3}, id="NOT before AND before OR"),
        pytest.param("deport*", {4, 5}, id="any ending"),
        pytest.param('"deport"*', {4, 5}, id="any ending of a quoted word"),
        pytest.param("accion", {4}, id="without the accent"),
        pytest.param("OR", set(), id="an operator alone is a word"),
        pytest.param("ICE AND", {1} & set(), id="an operator at the end is a word"),
        pytest.param("text:ICE", set(), id="a colon is not a column filter"),
        pytest.param("NEAR(ICE county)", set(), id="NEAR is a word"),
        pytest.param("ICE — county", {1}, id="a dash by itself says nothing"),
    ],
)
def test_a_query_finds(index: Database, query: str, numbers: set[int]) -> None:
    """What the user meant, whatever FTS5 would make of it."""
    assert found(index, query) == numbers


@pytest.mark.parametrize("query", ["NOT county", "NOT a OR b", "a OR NOT b"])
def test_only_exclusions_are_refused(query: str) -> None:
    """There is nothing to take away from, and the message says what to type."""
    with pytest.raises(QueryError, match="type what you look for first"):
        fts_expression(query)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from('"“”*()-:^+ ANDORT')), max_size=40))
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(index: Database, query: str) -> None:
    """Any text finds something, nothing, or is refused with a reason; SQLite never complains."""
    try:
        expression = fts_expression(query)
    except QueryError:
        return
    if expression:
        found(index, query)
