"""A digest that is too large for one message comes in parts, and nothing of it is lost or told twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.digests.health import FeedTurn
from presswatch.digests.model import (
    Coverage,
    Digest,
    DigestItem,
    LaterPublishers,
    PartOf,
    Publication,
    Section,
)
from presswatch.digests.owed import Owed
from presswatch.digests.parts import entries, in_parts, told_in

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


def digest_of(sizes: tuple[int, ...], also: int = 0, turned: int = 0) -> Digest:
    """A digest with so many releases under each program, stories with later publishers, and turned feeds."""
    sections = tuple(
        Section(f"p{n}", f"Program {n}", tuple(_item(100 * n + at) for at in range(size)), (1, 2))
        for n, size in enumerate(sizes)
        if size
    )
    later = tuple(LaterPublishers(f"Story {n}", "", "A", ("p0",), ()) for n in range(also))
    turns = tuple(FeedTurn(f"Feed {n}", "", NOW, "failing", "") for n in range(turned))
    return Digest("s", NOW, NOW, NOW, sections, Coverage(9, 9, turned=turns), later)


def _item(number: int) -> DigestItem:
    return DigestItem(number, f"Release {number}", "", ("A",), NOW, NOW, "new", ())


def told_by(digest: Digest) -> list[tuple[str, str]]:
    """All that the digest tells, in its order."""
    items = [(section.name, item.title) for section in digest.sections for item in section.items]
    later = [("also", one.title) for one in digest.also]
    return items + later + [("feeds", turn.publisher) for turn in digest.coverage.turned]


def up_to(most: int) -> Callable[[Digest], bool]:
    """Messages that hold so many entries."""
    return lambda digest: entries(digest) <= most


FEW = st.integers(0, 9)


@given(st.lists(st.integers(0, 40), max_size=4).map(tuple), FEW, FEW, st.integers(1, 50))
def test_every_entry_is_in_one_part(sizes: tuple[int, ...], also: int, turned: int, most: int) -> None:
    """In order, in the fewest parts that fit; each says which it is. A digest that fits stays as it is."""
    digest = digest_of(sizes, also, turned)
    parts = in_parts(digest, up_to(most))
    assert [one for part in parts for one in told_by(part)] == told_by(digest)
    assert len(parts) == max(1, -(-entries(digest) // most))
    if len(parts) == 1:
        assert parts == (digest,)
    else:
        assert [part.part for part in parts] == [
            PartOf(number, len(parts), digest.releases) for number in range(1, len(parts) + 1)
        ]
        assert all(
            part.subject.endswith(f" ({part.part.number} of {len(parts)})") for part in parts if part.part
        )


@given(st.lists(st.integers(1, 30), min_size=2, max_size=60))
def test_uneven_entries_fit_too(lengths: list[int]) -> None:
    """A part holds what fits; one entry that is too long for any message has a part of its own."""
    digest = digest_of((len(lengths),))

    def length(part: Digest) -> int:
        return sum(lengths[item.release_id] for section in part.sections for item in section.items)

    parts = in_parts(digest, lambda part: length(part) <= 20)
    assert [one for part in parts for one in told_by(part)] == told_by(digest)
    assert all(length(part) <= 20 or entries(part) == 1 for part in parts)


def test_a_place_for_no_list_gets_no_flood() -> None:
    """Where a message holds no list at all, as an SMS, its head is told once, rather than 120 times."""
    digest = digest_of((120,))
    assert in_parts(digest, lambda part: False) == (digest,)


def test_a_chart_stands_once() -> None:
    """Where its section begins; a section that goes on in the next part has none."""
    first, second = in_parts(digest_of((4, 2)), up_to(3))
    assert [section.weeks for section in first.sections] == [(1, 2)]
    assert [section.weeks for section in second.sections] == [(), (1, 2)]


def test_a_long_subject_still_says_which_part_it_is() -> None:
    """The name of a program may be as long as a subject."""
    digest = digest_of((2,))
    (section,) = digest.sections
    parts = in_parts(replace(digest, sections=(replace(section, name="many words " * 90),)), up_to(1))
    assert [part.subject[-9:] for part in parts] == [" (1 of 2)"[-9:], " (2 of 2)"[-9:]]
    assert all(len(part.subject) < 140 for part in parts)


def owed(release_id: int, kind: str = "new", program: str = "p0", change: int = 0) -> Owed:
    """A release that is owed for a program."""
    return Owed(
        release_id,
        program,
        kind,
        "T",
        "",
        "",
        "A",
        NOW,
        NOW - timedelta(hours=1),
        (),
        change=change,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "one", [owed(0), owed(3), owed(7), owed(1, "again", change=4), owed(100, program="p1")]
)
def test_what_is_told_is_noted_with_the_part_that_tells_it(one: Owed) -> None:
    """By program and release: as the item itself, of its kind, or among those with the same text."""
    digest = digest_of((4, 1))
    first, second = digest.sections
    again = replace(_item(1), kind="again", title="Again")
    story = replace(_item(3), others=(Publication(7, "B", ""),))
    digest = replace(digest, sections=(replace(first, items=(*first.items[:3], story, again)), second))
    parts = in_parts(digest, up_to(2))
    places = {0: 0, 3: 1, 7: 1, 1: 2, 100: 2}
    shared = told_in(parts, [one])
    assert [len(each) for each in shared] == [int(n == places[one.release_id]) for n in range(3)]
