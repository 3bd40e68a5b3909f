"""Subscriptions that leave the configuration, and those that take their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from presswatch.digests.succession import Unclaimed, takes_place_of
from presswatch.watch import Subscription

WEEKLY = Subscription("weekly", "mail", ("ana@example.org", "bo@example.org"), programs=("s-comm",))
MONDAYS = replace(WEEKLY, id="mondays")
A = replace(WEEKLY, id="a", publishers=("Harbour",))
B = replace(WEEKLY, id="b", publishers=("River",))


@dataclass(frozen=True)
class Case:
    """Who left, who came, and who has certainly taken whose place."""

    gone: tuple[Subscription, ...]
    come: tuple[Subscription, ...]
    found: dict[str, str]


CASES = {
    "renamed": Case((WEEKLY,), (MONDAYS,), {"mondays": "weekly"}),
    "renamed, at another time": Case(
        (WEEKLY,), (replace(MONDAYS, schedule="0 8 * * 1"),), {"mondays": "weekly"}
    ),
    "the same people in another order": Case(
        (WEEKLY,), (replace(MONDAYS, recipients=WEEKLY.recipients[::-1]),), {"mondays": "weekly"}
    ),
    "two that differ in publishers": Case(
        (A, B), (replace(B, id="river"), replace(A, id="harbour")), {"river": "b", "harbour": "a"}
    ),
    "two that differ in tags": Case(
        (replace(A, publishers=(), tags=("x",)), replace(B, publishers=(), tags=("y",))),
        (replace(A, id="x", publishers=(), tags=("x",)),),
        {"x": "a"},
    ),
    "a recipient more": Case((WEEKLY,), (replace(MONDAYS, recipients=("ana@example.org",)),), {}),
    "other programs": Case((WEEKLY,), (replace(MONDAYS, programs=()),), {}),
    "another channel": Case((WEEKLY,), (replace(MONDAYS, channel="slack"),), {}),
    "two of a kind": Case((WEEKLY, replace(WEEKLY, id="daily")), (MONDAYS,), {}),
    "two of a kind, one of which is named": Case(
        (WEEKLY, replace(WEEKLY, id="daily")),
        (replace(MONDAYS, formerly="daily"), replace(MONDAYS, id="x")),
        {"mondays": "daily", "x": "weekly"},
    ),
    "it says so": Case(
        (WEEKLY,),
        (replace(MONDAYS, channel="slack", recipients=(), formerly="weekly"),),
        {"mondays": "weekly"},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_who_has_taken_whose_place(case: Case) -> None:
    """What says so, and what differs in nothing but its id; where there is a doubt, nobody."""
    assert takes_place_of(case.gone, case.come) == case.found


def test_a_person_is_asked() -> None:
    """With what is owed, and what to write; where nobody came, until when it may come back."""
    since = datetime(2026, 11, 25, tzinfo=UTC)
    asked = Unclaimed("weekly", 3, 1, since, ("mondays", "fridays"))
    assert str(asked) == (
        'The subscription "weekly" is not in the configuration any more, and is owed 3 releases and'
        ' 1 delivery. If "mondays" or "fridays" takes its place, write there: formerly = "weekly"'
    )
    assert str(replace(asked, releases=0, perhaps=())).endswith(
        "is owed 1 delivery. It gets that if it comes back until 2026-12-02; else nobody does."
    )
