"""The views that answer questions, on an archive that was filled as a cycle fills it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from presswatch.feeds.values import Failed
from storage.archive import Archive
from tests.support.press import ALIAS, JAIL, STORY, Press
from tests.support.setup import NOW

BOTH = f"{ALIAS} {JAIL}"
SIGNED = "Signed by:\nQuay Bakers\nFerry Riders League\nBridge Now"
LETTER = f"{STORY}\n\nIt asks to end S-Comm as well.\n\n{SIGNED}"
PETITION = f"{JAIL} A petition was handed in.\n\nSigned by:\nBridge Now\nQuay Bakers\nTown Anglers"


def rows(archive: Archive, view: str, where: str = "1") -> list[tuple[Any, ...]]:
    """The rows of a view, in the order of its first two columns."""
    return archive.database.execute(f"SELECT * FROM {view} WHERE {where} ORDER BY 1, 2").fetchall()


def at(days: int = 0, minutes: int = 0) -> str:
    """A moment so long after the tests' own, as the archive writes it."""
    return (NOW + timedelta(days=days, minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def filled(press: Press) -> Press:
    """Two months of three publishers; Harbour dates its old release itself, and the letter is of two."""
    press.show("Harbour", "h1", ALIAS)
    press.show("Harbour", "h2", f"{ALIAS} S-Comm!")
    press.show("River", "r1", BOTH)
    press.show("Mill", "m1", "The mill wheel turns again.")
    press.now = NOW + timedelta(days=10)
    press.show("Harbour", "h3", JAIL)
    press.show("River", "r2", LETTER)
    press.show("Orchard", "o1", LETTER)
    press.show("Mill", "m2", PETITION)
    return press


def test_mentions_by_program(filled: Press) -> None:
    """Each program with how much was said of it, first and last; the letter of two is one statement."""
    number = filled.release
    assert rows(filled.archive, "mentions_by_program") == [
        ("287g", "287(g)", 3, 3, 3, 3, at(0, 3), number("r1"), at(10, 4), number("m2")),
        ("s-comm", "Secure Communities", 3, 4, 5, 6, at(0, 1), number("h1"), at(10, 3), number("o1")),
    ]


def test_a_program_that_nobody_named_is_there_with_zeros(press: Press) -> None:
    """That nobody said a word is an answer as well."""
    press.show("Mill", "m1", ALIAS)
    assert rows(press.archive, "mentions_by_program", "program_id = '287g'") == [
        ("287g", "287(g)", 0, 0, 0, 0, None, None, None, None)
    ]


def test_mentions_by_publisher(filled: Press) -> None:
    """Each publisher that named a program, with the first and the latest release that did."""
    number = filled.release
    assert rows(filled.archive, "mentions_by_publisher") == [
        ("Harbour", "287g", 1, 1, at(10, 1), number("h3"), at(10, 1), number("h3")),
        ("Harbour", "s-comm", 2, 3, at(0, 1), number("h1"), at(0, 2), number("h2")),
        ("Mill", "287g", 1, 1, at(10, 4), number("m2"), at(10, 4), number("m2")),
        ("Orchard", "s-comm", 1, 1, at(10, 3), number("o1"), at(10, 3), number("o1")),
        ("River", "287g", 1, 1, at(0, 3), number("r1"), at(0, 3), number("r1")),
        ("River", "s-comm", 2, 2, at(0, 3), number("r1"), at(10, 2), number("r2")),
    ]


def test_mentions_by_month(filled: Press) -> None:
    """Each month in which a program was named."""
    assert rows(filled.archive, "mentions_by_month") == [
        ("2026-11", "287g", 1, 1),
        ("2026-11", "s-comm", 3, 4),
        ("2026-12", "287g", 2, 2),
        ("2026-12", "s-comm", 2, 2),
    ]


def test_program_pairs(filled: Press) -> None:
    """Programs that one release names, from either side."""
    assert rows(filled.archive, "program_pairs") == [
        ("287g", "s-comm", 1, 1, at(0, 3), at(0, 3)),
        ("s-comm", "287g", 1, 1, at(0, 3), at(0, 3)),
    ]


def test_signatory_pairs(filled: Press) -> None:
    """Who signed with whom: the letter that two published is one statement, the petition another."""
    assert rows(filled.archive, "signatory_pairs", "name < other_name") == [
        ("Bridge Now", "Ferry Riders League", 1, 2, at(10, 2), at(10, 3)),
        ("Bridge Now", "Quay Bakers", 2, 3, at(10, 2), at(10, 4)),
        ("Bridge Now", "Town Anglers", 1, 1, at(10, 4), at(10, 4)),
        ("Ferry Riders League", "Quay Bakers", 1, 2, at(10, 2), at(10, 3)),
        ("Quay Bakers", "Town Anglers", 1, 1, at(10, 4), at(10, 4)),
    ]
    assert [row[1] for row in rows(filled.archive, "signatory_pairs", "name = 'Town Anglers'")] == [
        "Bridge Now",
        "Quay Bakers",
    ]


def test_a_name_that_signs_twice_signs_once_and_not_with_itself(press: Press) -> None:
    """A list that repeats a name, or a second list in the same release, changes no number."""
    again = "\n\nSigned by:\nTown Anglers\nQuay Bakers\nQuay Bakers"
    press.show("Mill", "m1", f"{PETITION}\n\nIt was handed in at noon on the steps of the town hall.{again}")
    assert len(rows(press.archive, "signatories")) == 6
    pairs = rows(press.archive, "signatory_pairs")
    assert len(pairs) == 6
    assert {row[2:4] for row in pairs} == {(1, 1)}


def test_an_edit_changes_the_answers(press: Press) -> None:
    """The views tell of releases as they stand now: what was taken out is no longer counted."""
    press.show("Harbour", "h1", f"{BOTH}\n\n{PETITION}")
    press.show("River", "r1", ALIAS)
    press.show("Harbour", "h1", JAIL)
    number = press.release
    assert rows(press.archive, "mentions_by_program", "program_id = 's-comm'") == [
        ("s-comm", "Secure Communities", 1, 1, 1, 1, at(0, 2), number("r1"), at(0, 2), number("r1"))
    ]
    assert rows(press.archive, "program_pairs") == rows(press.archive, "signatory_pairs") == []
    assert [row[:3] for row in rows(press.archive, "mentions_by_publisher")] == [
        ("Harbour", "287g", 1),
        ("River", "s-comm", 1),
    ]


def test_the_earliest_is_by_date_not_by_arrival(press: Press) -> None:
    """A release that comes late with an old date is the first, as its publisher says."""
    press.show("Harbour", "h1", ALIAS)
    press.now = NOW - timedelta(days=40)
    late = press.entry("h0", ALIAS)
    press.now = NOW + timedelta(minutes=5)
    press.archive.record([press.reading("Harbour", late)], press.now)
    assert [row[4:] for row in rows(press.archive, "mentions_by_publisher")] == [
        (at(-40), press.release("h0"), at(0, 1), press.release("h1"))
    ]


def test_coverage_by_publisher(filled: Press) -> None:
    """How much each released, and how much of it names a program."""
    assert rows(filled.archive, "coverage_by_publisher") == [
        ("Harbour", 3, 3, at(0, 1), at(10, 1)),
        ("Mill", 2, 1, at(0, 4), at(10, 4)),
        ("Orchard", 1, 1, at(10, 3), at(10, 3)),
        ("River", 2, 2, at(0, 3), at(10, 2)),
    ]


def test_coverage_counts_what_is_mentioned_now(press: Press) -> None:
    """Not what an edit took out."""
    press.show("Harbour", "h1", f"{JAIL} {STORY}")
    press.show("Harbour", "h1", STORY)
    press.show("Harbour", "h2", JAIL)
    assert [row[:3] for row in rows(press.archive, "coverage_by_publisher")] == [("Harbour", 2, 1)]


def test_feed_health(filled: Press) -> None:
    """Each feed with when it last showed something new."""
    columns = "publisher, health, last_success, failures, last_release"
    found = filled.archive.database.execute(f"SELECT {columns} FROM feed_health ORDER BY publisher")
    assert found.fetchall() == [
        ("Harbour", "well", at(10, 1), 0, at(10, 1)),
        ("Mill", "well", at(10, 4), 0, at(10, 4)),
        ("Orchard", "well", at(10, 3), 0, at(10, 3)),
        ("River", "well", at(10, 2), 0, at(10, 2)),
    ]


def test_a_feed_that_was_never_read_is_not_well(press: Press) -> None:
    """The view says of each what ``presswatch feeds`` says."""
    names = [feed.publisher for feed in press.watch.feeds]
    wanted = dict.fromkeys(names, "not yet read")

    def as_wanted() -> bool:
        view = press.archive.database.execute("SELECT health FROM feed_health ORDER BY id").fetchall()
        shown = [health.state for health in press.archive.feed_health()]
        return list(wanted.values()) == [health for (health,) in view] == shown

    assert as_wanted()
    failed = Failed(press.reading("Mill").fetched, "HTTP 500", True)
    press.archive.record([failed, press.reading("River")], press.now)
    wanted |= {"Mill": "failing", "River": "well"}
    assert as_wanted()


_MONTHS = (
    "SELECT publisher, substr(coalesce(published, first_seen), 1, 7), count(*) FROM releases GROUP BY 1, 2"
)


@pytest.mark.parametrize(
    ("question", "step"),
    [
        ("SELECT * FROM coverage_by_publisher", "SCAN r USING COVERING INDEX releases_coverage"),
        (_MONTHS, "SCAN releases USING COVERING INDEX releases_coverage"),
        ("SELECT * FROM feed_health", "SEARCH r USING COVERING INDEX releases_feed_seen (feed_id=?)"),
        ("SELECT * FROM mentions_by_month", "SCAN m USING COVERING INDEX mentions_program"),
    ],
)
def test_no_text_is_read_to_count(archive: Archive, question: str, step: str) -> None:
    """What is asked of every release, or of every mention, is answered from an index alone."""
    plan = [row[3] for row in archive.database.execute(f"EXPLAIN QUERY PLAN {question}")]
    assert step in plan
