"""A year in small: newsrooms with their mishaps and ours, nothing missed in silence, nothing told twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.truth import Account, reckon
from tests.simulation.year import Year, live_through

NEWSROOMS, DAYS = 25, 60


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Two months, read every six hours. The same each time."""
    folder: Path = tmp_path_factory.mktemp("year")
    return live_through(folder, newsrooms=NEWSROOMS, days=DAYS, seed=87)


@pytest.fixture(scope="module")
def account(year: Year) -> Account:
    """How it went."""
    return reckon(year)


@pytest.mark.timeout(300)
def test_nothing_is_missed_in_silence(account: Account) -> None:
    """What was published while watched is in the archive, or in a gap that was reported; what it mentions is
    told.
    """
    assert account.missed == []
    figures = account.figures
    assert (
        figures["mentions told"] + figures["mentions missed with their releases"] == figures["mentions owed"]
    )


def test_nothing_is_told_twice(account: Account) -> None:
    """A release, or a story of several, is told once to each subscription for each program."""
    assert account.twice == []
    assert account.duplicates == []
    assert account.figures["publishers named twice of a story"] == 0


def test_nothing_is_told_without_cause(account: Account) -> None:
    """What is told was published so and is not old, "updated" follows an edit, a feed's turn is a turn, and
    what ages out of a list is no gap.
    """
    assert account.without_cause == []
    assert account.health_twice == []
    assert account.kinds["false gaps", "sitemap that ages"] == 0


def test_the_product_expects_what_happens(year: Year) -> None:
    """No mishap is an error of the product's own."""
    assert year.unexpected == []


def test_the_year_is_eventful(year: Year, account: Account) -> None:
    """It holds what it is about: else the zeros above would say nothing."""
    figures, happened = account.figures, year.happened
    assert figures["releases archived"] > 100
    assert figures["mentions told"] > 100
    assert figures["told: updated"] > 0
    assert figures["feeds' turns told"] > 0
    assert figures["gaps: recovered"] > 0
    assert figures["gaps: open"] > 0
    for kind in (
        "joint statement",
        "template text",
        "release of a series: recurring",
        "release of a series: report",
        "release of a series: landing",
        "edit: title, and the address follows",
        "redesigned: titles, too",
        "rebuilt: node numbers begin anew",
        "first reading is cut",
        "passed on by another newsroom",
        "forged: guid and link",
    ):
        assert happened[kind] > 0, kind
    befallen = set().union(*(room.kinds for room in year.newsrooms))
    assert befallen >= {"chapter", "text: long", "text: titles", "sitemap that ages"}
    assert happened["we were down"] > 0
    assert happened["our clock was set back"] > 0
    assert any(kind.startswith("killed") for kind in happened)
    assert sum(count for kind, count in happened.items() if kind.startswith("trouble: ")) > 10
