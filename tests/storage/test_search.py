"""Searching the archive: what is found, in which order, by which filters."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from storage.looking import choosing
from storage.looking.choosing import Filters
from storage.looking.query import QueryError
from storage.looking.search import Hit
from tests.support.press import JAIL, Press

QUOTED = "“We will leave S-Comm in spring,” said Ada Brook, the mayor of the town by the river."


@pytest.fixture
def filled(press: Press) -> Press:
    """Four publishers' releases, the oldest first: a, b, c, d."""
    press.show("Harbour", "a", "The county ends S-Comm.", "Fingerprints")
    press.show("River", "b", JAIL + " S-Comm goes on.", "Sheriffs")
    press.show("Orchard", "c", "A deportación was stopped.", "Fingerprints stay")
    press.show("Mill", "d", QUOTED, "A county leaves")
    return press


def found(press: Press, text: str = "", **options: Any) -> str:
    """The names of what a search finds, in order."""
    kinds = {name: options.pop(name) for name in list(options) if name in Filters.__dataclass_fields__}
    hits = press.archive.search(text, Filters(**kinds), **{"limit": 20, **options})
    return "".join(hit.url.rpartition("/")[2] for hit in hits)


@pytest.fixture(params=[10**6, 0], ids=["few", "many"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which a filter is applied must find the same."""
    monkeypatch.setattr(choosing, "WORTH", request.param)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "dcba"),
        ("S-Comm", "dba"),
        ("title:fingerprints", "ca"),
        ('title:"fingerprints stay"', "c"),
        ("title:county", "d"),
        ("deportacion", "c"),
        ("DEPORTACIÓN", "c"),
        ("publisher:river", "b"),
        ("publisher:(river OR mill)", "db"),
        ("program:287g", "b"),
        ('program:"287(g)"', "b"),
        ("program:s-comm NOT publisher:mill", "ba"),
        ("S-Comm NOT program:287g", "da"),
        ("S-Comm NOT (program:287g OR mayor)", "a"),
        ("title:stay OR program:287g", "cb"),
        ("(title:stay OR program:287g) NOT sheriff", "c"),
        ("publisher:harbour OR (mayor AND program:s-comm)", "da"),
        ("publisher:nobody", ""),
        ("publisher:nobody OR mayor", "d"),
        ("publisher:mill NOT mayor", ""),
        ("(county NOT publisher:mill) OR title:stay", "ca"),
    ],
)
def test_a_query_finds(filled: Press, query: str, names: str) -> None:
    """Words, fields and groups, the newest first."""
    assert found(filled, query) == names


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("text", ["", "S-Comm OR deportacion OR 287(g)"])
@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"programs": ("287g",)}, "b"),
        ({"programs": ("287g", "s-comm")}, "dba"),
        ({"publishers": ("harb", "ORCH")}, "ca"),
        ({"publishers": ("%",)}, ""),
        ({"languages": ("EN",)}, "dcba"),
        ({"languages": ("e",)}, ""),
        ({"languages": (choosing.NO_LANGUAGE,)}, ""),
        ({"since": date(2026, 11, 26)}, ""),
        ({"until": date(2026, 11, 24)}, ""),
        ({"since": date(2026, 11, 25), "until": date(2026, 11, 25)}, "dcba"),
        ({"parts": ("quotation",)}, "d"),
        ({"parts": ("quotation", "body")}, "dba"),
        ({"parts": ("quotation",), "programs": ("287g",)}, ""),
        ({"mentioned": True}, "dba"),
        ({"mentioned": False}, "c"),
        ({"tags": ("legal",)}, ""),
        ({"programs": ("s-comm",), "publishers": ("mill",), "mentioned": True}, "d"),
    ],
)
def test_a_filter_keeps(filled: Press, text: str, filters: dict[str, Any], names: str) -> None:
    """With words and without."""
    assert found(filled, text, **filters) == names


def test_a_tag_is_that_of_any_feed_that_showed_it(filled: Press) -> None:
    """Also where another feed showed it first."""
    filled.archive.database.execute("UPDATE feeds SET tags = '[\"legal\"]' WHERE publisher = 'River'")
    assert found(filled, tags=("legal", "other")) == "b"
    feed = filled.archive.database.execute("SELECT id FROM feeds WHERE publisher = 'River'").fetchone()[0]
    filled.archive.database.execute(
        "INSERT INTO sightings SELECT 'guid:elsewhere', id, ?, first_seen FROM releases WHERE guid = 'a'",
        [feed],
    )
    assert found(filled, "S-Comm", tags=("legal",)) == "ba"


def test_an_edit_that_drops_a_mention_is_not_found_by_it(filled: Press) -> None:
    """Programs are those of the text as it stands now."""
    filled.show("Harbour", "a", "The county thinks.", "Fingerprints")
    assert found(filled, "program:s-comm") == "db"
    assert found(filled, mentioned=False) == "ca"


@pytest.mark.parametrize("text", ["", "S-Comm OR deportacion", "publisher:mill OR S-Comm OR deportacion"])
def test_pages_by_newest_join_without_gap(filled: Press, text: str) -> None:
    """Each page goes on before the last release of the page before, also when something new came in."""
    first = filled.archive.search(text, Filters(), limit=2)
    filled.show("Harbour", "e", "S-Comm again.")
    second = filled.archive.search(text, Filters(), limit=2, before=first[-1].id)
    assert [hit.url[-1] for hit in (*first, *second)] == list("dcba")
    assert filled.archive.search(text, Filters(), limit=2, before=second[-1].id) == []


def test_rank_puts_first_where_words_weigh_most(filled: Press) -> None:
    """A word in a title weighs more than one in the text; pages join."""
    filled.show("Mill", "e", "A long text about the weather, which names fingerprints only once, at its end.")
    assert found(filled, "fingerprints") == "eca"
    assert found(filled, "fingerprints", by_rank=True) == "ace"
    pages = [found(filled, "fingerprints", by_rank=True, limit=2, page=page) for page in (1, 2, 3)]
    assert pages == ["ac", "e", ""]
    assert found(filled, "fingerprints", by_rank=True, publishers=("mill", "orchard")) == "ce"


def test_what_cannot_be_asked_is_refused(filled: Press) -> None:
    """A rank without words; a program that there is not."""
    with pytest.raises(QueryError, match="no rank without words"):
        found(filled, "publisher:mill", by_rank=True)
    for refused in ({"programs": ("nosuch",)}, {"text": "program:nosuch"}, {"text": "a OR program:nosuch"}):
        with pytest.raises(QueryError, match="no program has the id 'nosuch'; there are: 287g, s-comm"):
            found(filled, **refused)


def test_found_words_are_marked(filled: Press) -> None:
    """In the passage, also where a publisher is asked for besides; without words the text's beginning."""

    def passage(text: str) -> str:
        (hit,) = filled.archive.search(text, Filters(), limit=1)
        assert isinstance(hit, Hit)
        return hit.snippet

    assert "\x02S-Comm\x03" in passage("S-Comm NOT sheriff")
    assert "\x02mayor\x03" in passage("publisher:mill AND mayor")
    assert "\x02mayor\x03" in passage("publisher:nobody OR mayor")
    assert passage("publisher:mill") == QUOTED


def test_the_index_is_read_no_further_than_a_page(filled: Press) -> None:
    """SQLite sorts nothing: releases come as the index of words gives them."""
    chooser = choosing.Chooser(filled.archive.database)
    where, values = chooser.filtered(Filters(mentioned=True)).where_indexed('"a"')
    plan = filled.archive.database.execute(
        "EXPLAIN QUERY PLAN SELECT f.rowid FROM releases_fts f CROSS JOIN releases r ON r.id = f.rowid"
        f" WHERE releases_fts MATCH ? AND {where} ORDER BY f.rowid DESC LIMIT 20",
        ['"a"', *values],
    ).fetchall()
    assert not [row for row in plan if "TEMP B-TREE" in row[3]]


def test_without_words_a_snippet_is_the_beginning(press: Press) -> None:
    """It ends with a whole word, and with a sign if there is more; one long word is cut."""
    long = "Lanterns and ferries. " * 20
    for name, text in (("a", long), ("b", "x" * 300), ("c", "Short."), ("d", "y" * 240)):
        press.show("Harbour", name, text)
    d, c, b, a = (hit.snippet for hit in press.archive.search("", Filters(), limit=20))
    assert (c, b, d) == ("Short.", "x" * 240 + " …", "y" * 240)
    assert a.endswith((" and …", " ferries. …", "Lanterns …"))
    assert long.startswith(a.removesuffix(" …"))


def test_a_hit_says_whether_its_date_is_the_publishers(filled: Press) -> None:
    """By the note of the release."""
    filled.archive.database.execute("UPDATE releases SET published_note = 'future' WHERE guid = 'b'")
    noted = {hit.url[-1]: hit.published_note for hit in filled.archive.search("", Filters(), limit=20)}
    assert noted == {"a": "", "b": "future", "c": "", "d": ""}
