"""Whether something may have rolled past: the table of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from presswatch.recovery.decide import Count, Shown, keeps_by_age, may_have_missed
from presswatch.watch import Kind

DAY = datetime(2026, 11, 23, tzinfo=UTC)
SEEN = DAY + timedelta(hours=30)


def at(hour: float) -> datetime:
    """So many hours after midnight."""
    return DAY + timedelta(hours=hour)


def item(name: str, hour: float | None = None, *, known: bool = False) -> Shown:
    """An item without a number."""
    keys = (f"guid:https://a.example/news/{name}", f"link:a.example/news/{name}")
    return Shown(keys, None if hour is None else at(hour), known)


def dated(*hours: float | None, prefix: str = "x") -> list[Shown]:
    """Items of these hours, in this order."""
    return [item(f"{prefix}-{place}", hour) for place, hour in enumerate(hours)]


def numbered(*numbers: int, hour: float | None = None) -> list[Shown]:
    """Items with these numbers."""
    return [
        Shown(
            (f"guid:https://a.example/?p={n}", f"link:a.example/?p={n}"), None if hour is None else at(hour)
        )
        for n in numbers
    ]


def undated(count: int, prefix: str) -> list[Shown]:
    """Items without date or number."""
    return [item(f"{prefix}-{place}") for place in range(count)]


@dataclass(frozen=True)
class Case:
    """Two readings, and what follows."""

    name: str
    before: Sequence[Shown]
    shown: Sequence[Shown]
    gap: bool | None
    kind: Kind = "feed"
    steady: bool = False
    now: datetime = SEEN + timedelta(hours=1)
    keeps: timedelta | None = None
    names_older: bool = False


TWO_DAYS = timedelta(days=2)
NEWS: dict[str, Any] = {"kind": "sitemap", "keeps": TWO_DAYS, "now": SEEN + timedelta(hours=47)}
LATE: dict[str, Any] = {"kind": "sitemap", "keeps": TWO_DAYS, "now": SEEN + timedelta(hours=72)}
YOUNG: dict[str, Any] = {"kind": "sitemap", "keeps": TWO_DAYS, "now": SEEN + timedelta(hours=1)}
BEFORE = dated(22, 20, 18, 16, prefix="b")
CASES = [
    Case(
        "two stay on top, undated, and all below them is new",
        undated(8, "a"),
        [Shown((), known=True, at_its_place=True)] * 2 + undated(6, "b"),
        True,
        steady=True,
    ),
    Case(
        "two are left on top that stood at the end: oldest first, undated",
        undated(8, "a"),
        [Shown((), known=True)] * 2 + undated(6, "b"),
        False,
        steady=True,
    ),
    Case(
        "two stay on top, undated, and so does one below them",
        undated(8, "a"),
        [Shown((), known=True, at_its_place=True)] * 2 + undated(5, "b") + undated(3, "a")[2:],
        False,
        steady=True,
    ),
    Case(
        "a list that grows at its end, undated",
        undated(2, "a"),
        [Shown((), known=True, at_its_place=True)] * 2 + undated(6, "b"),
        False,
        steady=True,
    ),
    Case("all is newer", BEFORE, dated(29, 28, 27, 26), True),
    Case("never read before", [], dated(29, 28), False),
    Case("empty now", BEFORE, [], False),
    Case("one is left", BEFORE, [*dated(29, 28, 27), BEFORE[0]], False),
    Case("one is left, by one key of its own", BEFORE, [*dated(29, 28), Shown(BEFORE[0].keys[:1])], False),
    Case(
        "all are known by other signs", BEFORE, [item(f"y-{n}", 29 - n, known=True) for n in range(4)], False
    ),
    Case("the last is known by other signs", BEFORE, [*dated(29, 28), item("y", 22, known=True)], False),
    Case("rebuilt: other keys, same dates", BEFORE, dated(22, 20, 18, 16), False),
    Case("reaches back beyond the newest", BEFORE, dated(29, 28, 27, 21), False),
    Case("reaches back just to the newest", BEFORE, dated(29, 28, 27, 22), False),
    Case("an old one, and all that is newer than it has gone", BEFORE, dated(29, 28, 27, 3), True),
    Case(
        "a second list that stays, below",
        [*BEFORE, *dated(4, 2, prefix="s")],
        [*dated(29, 28, 27), *dated(4, 2, prefix="s")],
        True,
    ),
    Case(
        "edited, and so on top, in a list by last change",
        BEFORE,
        [*dated(29, 28), BEFORE[3], *dated(27)],
        True,
    ),
    Case("the newest was taken down", BEFORE, dated(15, 14, 13), False),
    Case("days without times, the same day", dated(0, 0, 0, prefix="b"), dated(0, 0, 0), True),
    Case("days without times, in another zone", dated(5, 5, -19, prefix="b"), dated(29, 29, 5), True),
    Case("a moment shared with the newest before", dated(22, 20, prefix="b"), dated(29, 28.5, 22), False),
    Case("days without times, the next day", dated(0, 0, prefix="b"), dated(24, 24), True),
    Case("days without times, the day before", dated(24, 24, prefix="b"), dated(24, 0), False),
    Case("one item, replaced by a newer one", dated(22, prefix="b"), dated(29), True),
    Case("one item, replaced by an older one", dated(22, prefix="b"), dated(10), False),
    Case("one item, undated, replaced", undated(1, "b"), undated(1, "x"), None),
    Case("one item, the next number", numbered(41, hour=22), numbered(42, hour=29), False),
    Case("one item, a number left out", numbered(41, hour=22), numbered(43, hour=29), True),
    Case("two items, both newer", dated(22, 20, prefix="b"), dated(29, 28), True),
    Case("two items, one pinned", dated(2, 22, prefix="b"), [dated(2, prefix="b")[0], *dated(29)], True),
    Case(
        "two items, oldest first, one is new",
        dated(20, 22, prefix="b"),
        [item("b-1", 22), item("x", 29)],
        False,
    ),
    Case(
        "pinned above all that is new", [item("pin", 1), *BEFORE], [item("pin", 1), *dated(29, 28, 27)], True
    ),
    Case(
        "pinned, and one more is left",
        [item("pin", 1), *BEFORE],
        [item("pin", 1), *dated(29), BEFORE[0]],
        False,
    ),
    Case("undated and pinned", undated(4, "b"), [*undated(1, "b"), *undated(3, "x")], False, steady=True),
    Case("oldest first, some left", BEFORE[::-1], [*BEFORE[:2][::-1], *dated(27, 28, 29)], False),
    Case("oldest first, all newer", BEFORE[::-1], dated(26, 27, 28, 29), True),
    Case("oldest first, reaches back", BEFORE[::-1], dated(21, 27, 28, 29), False),
    Case(
        "one out of order, all else newer",
        BEFORE,
        dated(29.9, 29.5, 29, 10, 28, 27, 26.5, 26, 25.5, 25),
        True,
    ),
    Case("most popular, old and new", BEFORE, dated(12, 29, 3, 28), False),
    Case("most popular, undated", undated(5, "b"), undated(5, "x"), None),
    Case("search results, numbered", numbered(9, 88, 12), numbered(70, 101, 95), None),
    Case("undated, but steady until now", undated(5, "b"), undated(5, "x"), True, steady=True),
    Case("undated, numbered, some left out", numbered(12, 11, 10), numbered(20, 19, 18), True),
    Case(
        "undated, numbered, follows at once, with a document before it that tells",
        numbered(12, 11, 10),
        numbered(15, 14, 13),
        True,
        names_older=True,
    ),
    Case(
        "dated as before, numbered, follows at once, with a document before it",
        numbered(12, 11, hour=20),
        numbered(14, 13, hour=20),
        False,
        names_older=True,
    ),
    Case("undated, numbered, follows at once", numbered(12, 11, 10), numbered(15, 14, 13), False),
    Case("undated, numbered, lower", numbered(12, 11, 10), numbered(9, 8, 7), False),
    Case("numbered by all sorts of things", numbered(12, 90, 11, 10), numbered(15, 14, 13), None),
    Case(
        "numbered by all sorts of things, and steady",
        numbered(12, 90, 11, 10),
        numbered(20, 19, 18),
        True,
        steady=True,
    ),
    Case("dated, numbered, follows at once", numbered(12, 11, hour=20), numbered(14, 13, hour=29), False),
    Case("dates of the document", dated(*[22.5] * 4, prefix="b"), dated(*[29.5] * 4), None),
    Case(
        "dates of the document, steady", dated(*[22.5] * 4, prefix="b"), dated(*[29.5] * 4), True, steady=True
    ),
    Case("a date in the future before", [item("f", 9_000), *BEFORE], dated(29, 28, 27), True),
    Case("few have a date", BEFORE, dated(29, None, None, None), None),
    Case("most have a date", BEFORE, dated(29, None, 28, 27), True),
    Case("undated before, dated now", undated(4, "b"), dated(29, 28, 27), None),
    Case(
        "a bulletin's title stays",
        [Shown(("title:a|bulletin",), at(22))],
        [Shown(("title:a|bulletin",), at(29))],
        True,
    ),
    Case("a news sitemap whose items are older than it keeps them", BEFORE, dated(80), False, **NEWS),
    Case("a news sitemap that was not read for longer than it keeps", BEFORE, dated(99), True, **LATE),
    Case("a news sitemap that lost young ones", dated(29, 28, prefix="b"), dated(30, 29.5), True, **YOUNG),
    Case("a news sitemap, one taken down", dated(29, prefix="b"), dated(30, 29.5), False, **YOUNG),
    Case("a sitemap, unsorted", BEFORE, dated(21, 29, 28, 27), False, kind="sitemap"),
    Case("a news sitemap, all newer", BEFORE, dated(27, 29, 28), True, kind="sitemap"),
    Case("a page, all newer", BEFORE, dated(29, 28, 27), True, kind="page"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_follows_from_two_readings(case: Case) -> None:
    """Neither a gap overlooked nor one cried for nothing."""
    missed = may_have_missed(
        case.before,
        case.shown,
        seen_before=SEEN,
        now=case.now,
        kind=case.kind,
        steady=case.steady,
        keeps=case.keeps,
        names_older=case.names_older,
    )
    assert missed is case.gap


def test_the_table_is_large_enough() -> None:
    """Each case has its own name."""
    assert len({case.name for case in CASES}) == len(CASES) >= 20


def counts(*items: int, days: float = 1) -> list[Count]:
    """What a list showed at readings so many days apart, of which a release came each four days."""
    start = datetime(2026, 11, 1, tzinfo=UTC)
    readings = [start + number * timedelta(days=days) for number in range(len(items))]
    return [
        Count(
            shown,
            1,
            at,
            [start + timedelta(days=4 * n) for n in range(9) if start + timedelta(days=4 * n) <= at],
        )
        for at, shown in zip(readings, items, strict=True)
    ]


@pytest.mark.parametrize(
    ("shown", "by_age"),
    [
        (counts(1, 1, 0, 0, 1, 1, 0, 0), True),
        (counts(1, 0, 0, 0, 0, 0, 0, 0), True),
        (counts(1, 1, 0, 0), False),  # too little has been seen of it yet
        (counts(1, 1, 1, 1, 1, 1, 1, 1), False),
        (counts(1, 1, 1, 1, 2, 2, 2, 2), False),
        (counts(1, 1, 0, 1, 2, 2, 0, 2), False),  # it only came empty twice
        (counts(1, 1, 1, 1, 1, days=4), True),
        ([], False),
    ],
)
def test_which_lists_leave_out_by_age(shown: list[Count], by_age: bool) -> None:
    """Those that never show anything older than two days, though there is something older."""
    assert keeps_by_age(shown, timedelta(days=2)) is by_age
