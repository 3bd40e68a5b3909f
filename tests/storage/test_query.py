"""What users type into a search."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from storage.looking.query import (
    DEEPEST,
    MOST_WORDS,
    Node,
    QueryError,
    Word,
    fts_expression,
    is_text,
    named_programs,
    oddities,
    parse,
)

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
    database.execute(
        'CREATE VIRTUAL TABLE t USING fts5(title, text, tokenize="unicode61 remove_diacritics 2")'
    )
    for number, text in TEXTS.items():
        database.execute(
            "INSERT INTO t(rowid, title, text) VALUES (?, ?, ?)", [number, f"Bulletin {number}", text]
        )
    yield database
    database.close()


def found(index: Database, query: str) -> set[int]:
    """The numbers of the texts that a query finds."""
    node = parse(query)
    assert node is not None
    return matching(index, node)


def matching(index: Database, node: Node) -> set[int]:
    """The numbers of the texts that hold what was asked for."""
    rows = index.execute("SELECT rowid FROM t WHERE t MATCH ?", [fts_expression(node)])
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
        pytest.param('"secure commun*"', {2}, id="any ending of a phrase"),
        pytest.param('"secur* communities"', set(), id="a star amid a phrase says nothing"),
        pytest.param("accion", {4}, id="without the accent"),
        pytest.param("(S-Comm OR detainer) county", {1, 5}, id="a group"),
        pytest.param("(287(g) OR ICE) AND NOT (county OR parks)", {2}, id="brackets in a word, and groups"),
        pytest.param("((S-Comm)", {1}, id="a bracket that is not closed"),
        pytest.param("S-Comm) county", {1}, id="a bracket that was not opened"),
        pytest.param("() S-Comm", {1}, id="an empty group"),
        pytest.param("county NOT(ICE)", {5}, id="an operator at a bracket"),
        pytest.param("detainers OR (deport* NOT detainer)", {4}, id="an exclusion within a group"),
        pytest.param("title:bulletin ICE", {1}, id="a word of the title"),
        pytest.param("TITLE:ICE", set(), id="not in the title"),
        pytest.param('title:"bulletin 4"', {4}, id="a phrase of the title"),
        pytest.param("title:(3 OR 5)", {3, 5}, id="a group of the title"),
        pytest.param("title: ICE", set(), id="a field's name without a word is a word"),
        pytest.param("AND ICE", set(), id="an operator at the beginning is a word"),
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
        parse(query)


@pytest.mark.parametrize("query", ["OR", "AND NOT OR", "—", "()", '""', "***", "'", "title:*", "NOT"])
def test_a_query_without_a_word_is_refused(query: str) -> None:
    """Only punctuation or operators: the message says what to type."""
    with pytest.raises(QueryError, match=r"there is no word|type what you look for first"):
        parse(query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("jail OR", ["OR"]),
        ("jail AND NOT county OR", ["OR"]),
        ("AND AND jail NOT", ["AND", "NOT"]),
        ('"secur* communities"', ["*"]),
        ("de*port", ["*"]),
        ('jail OR prison NOT (county AND "x OR")', []),
        ('deport* "county end*" "a"* or title:OR', []),
        ("", []),
    ],
)
def test_what_is_not_read_as_it_may_be_meant_is_said(query: str, said: list[str]) -> None:
    """Operators that join nothing, stars where they say nothing; each once."""
    assert [words.split()[0] for words in oddities(query)] == said


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("program:a", ("a",)),
        ("program:a jail program:b", ("a", "b")),
        ("program:a OR program:b", ("a", "b")),
        ("program:a OR jail", ()),
        ("jail NOT program:a", ()),
        ("program:a NOT program:b", ("a",)),
        ("program:(a OR b) (jail OR title:program)", ("a", "b")),
    ],
)
def test_programs_that_each_find_must_mention(query: str, names: tuple[str, ...]) -> None:
    """One of these stands in each release that is found."""
    node = parse(query)
    assert node is not None
    assert named_programs(node) == names


def test_an_empty_query_asks_for_everything() -> None:
    """White space is no word, and no mistake."""
    assert parse(" \n ") is None


def test_a_query_has_bounds() -> None:
    """FTS5 would refuse deeper trees; the message names the bound."""
    assert parse("a " * MOST_WORDS) is not None
    with pytest.raises(QueryError, match=str(MOST_WORDS)):
        parse("a " * (MOST_WORDS + 1))
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST) == Word("a")
    with pytest.raises(QueryError, match="brackets"):
        parse("(" * (DEEPEST + 1) + "a")


def test_the_deepest_query_is_looked_up(index: Database) -> None:
    """What is allowed, SQLite takes."""
    query = "(ICE OR " * DEEPEST + "county" + ")" * DEEPEST
    assert found(index, query) == {1, 5}


def test_fields_that_the_index_does_not_hold_are_kept_apart() -> None:
    """Publisher and program are no words of the text."""
    assert parse('publisher:"Mill Town"') == Word("Mill Town", field="publisher")
    node = parse("ICE program:287g")
    assert node is not None
    assert not is_text(node)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from('"“”*()-:^+ ANDORTtile')), max_size=40))
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(index: Database, query: str) -> None:
    """Any text finds something, nothing, or is refused with a reason; SQLite never complains."""
    try:
        node = parse(query)
    except QueryError:
        return
    if node is not None and is_text(node):
        matching(index, node)
