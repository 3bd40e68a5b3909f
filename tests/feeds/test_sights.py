"""Entries side by side: which are one, which keys are their own, and the traces that they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.feeds import sights
from presswatch.feeds.entry import make_entry
from presswatch.feeds.sights import Sight, drop_shared_keys, keep_own, own_keys, sight_of
from presswatch.feeds.values import Entry

PUBLISHED = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def entry(number: int, **fields: str) -> Entry:
    """An entry whose guid, link, title and text carry its number, but for the fields given."""
    values = {
        "guid": f"urn:r:{number}",
        "link": f"https://h.example/{number}",
        "title": f"Release {number}",
        "text": f"Text {number}",
    }
    return make_entry(publisher="Harbour", **(values | fields))


def kinds(one: Entry) -> list[str]:
    """What kinds of keys it has."""
    return [key.partition(":")[0] for key in one.keys]


def test_what_is_listed_twice_is_one() -> None:
    """It has its keys once; where the second listing says something else, that is handed on, too."""
    first, again = entry(1), entry(1, text="Text 1, once more")
    assert drop_shared_keys([first, entry(2), first]) == (first, entry(2))
    quoted = replace(first, text="“Text” 1", content="“Text” 1")
    assert drop_shared_keys([first, entry(2), quoted])[2].text == quoted.text
    kept = drop_shared_keys([first, entry(2), again])
    assert [one.text for one in kept] == [first.text, entry(2).text, again.text]
    assert set(kept[2].keys) < set(first.keys) == set(kept[0].keys)


@pytest.mark.parametrize("field", ["guid", "link", "title"])
def test_what_differs_in_one_of_three_is_listed_apart(field: str) -> None:
    """Guid, link and title must all be the same."""
    other = entry(
        1, **{field: {"guid": "urn:r:2", "link": "https://h.example/2", "title": "Release 2"}[field]}
    )
    kept = drop_shared_keys([entry(1), other])
    assert [one.title for one in kept] == ["Release 1", other.title]


def test_without_a_page_of_its_own_only_the_whole_tells() -> None:
    """Items that share a guid, the front page as their link, and a title differ by their texts."""
    shared = {"guid": "urn:r", "link": "https://h.example/", "title": "Statement"}
    one, two = entry(1, **shared), entry(2, **shared)
    assert [e.text for e in drop_shared_keys([one, two, one])] == ["Text 1", "Text 2"]


def test_a_key_of_two_is_nobody_s() -> None:
    """A guid and a title that two items share are left out of both; what is their own stays."""
    shared = {"guid": "urn:r", "title": "Statement"}
    first, second, third = drop_shared_keys([entry(1, **shared), entry(2, **shared), entry(3)])
    assert kinds(first) == kinds(second) == ["link", "text"]
    assert third == entry(3)


def test_a_repeated_listing_takes_no_key_away() -> None:
    """An item that is listed twice keeps all of its keys."""
    assert drop_shared_keys([entry(1), entry(1)]) == (entry(1),)


def test_some_key_is_always_left() -> None:
    """If every key is shared, the last one stays."""
    assert keep_own(entry(1), frozenset()) == entry(1).keys[-1:]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), max_size=8))
def test_no_kept_key_is_shared_and_none_is_lost(drawn: list[tuple[int, int, int]]) -> None:
    """Of any document: each listing once, in order; and a key is kept just where one entry alone has it."""
    entries = [
        entry(0, guid=f"urn:{a}", link=f"https://h.example/{b}", title=f"Release {c}", text=f"{a} {b} {c}")
        for a, b, c in drawn
    ]
    kept = drop_shared_keys(entries)
    distinct = list(dict.fromkeys(entries))
    assert [one.text for one in kept] == [one.text for one in distinct]
    for one, before in zip(kept, distinct, strict=True):
        own = [key for key in before.keys if sum(key in other.keys for other in distinct) == 1]
        assert list(one.keys) == own
        assert replace(one, keys=before.keys) == before


def test_a_trace_says_no_more_than_it_must() -> None:
    """A mark, hashes, and the date to the second; no word of the entry."""
    trace = sight_of("0123456789abcdef", replace(entry(1), published=PUBLISHED))
    assert trace.mark == "0123456789abcdef"
    assert trace.published == PUBLISHED
    assert len(trace.keys) == len(entry(1).keys)
    assert {len(text) for text in trace.keys} == {8}
    assert len(trace.listed) == 16
    assert sight_of("", entry(1)).published is None


def test_a_link_to_the_same_page_is_the_same_listing() -> None:
    """Scheme, host and tracking parameters are no difference."""
    one = sight_of("", entry(1))
    assert sight_of("", entry(1, link="http://www.h.example/1?utm_source=feed")).listed == one.listed
    assert sight_of("", entry(1, link="https://h.example/1?page=2")).listed != one.listed


hashes = st.integers(0, 2**32 - 1).map(lambda number: f"{number:08x}")
traces = st.builds(
    Sight,
    st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}"),
    hashes,
    hashes,
    st.one_of(st.just(""), st.integers(-(10**10), 10**10).map(str)),
    st.lists(hashes, max_size=5).map(tuple),
)


@given(st.lists(traces, unique_by=lambda trace: trace.mark))
def test_traces_come_back_as_they_were_stored(shown: list[Sight]) -> None:
    """In their order, by their marks."""
    assert list(sights.from_text(sights.to_text(shown)).items()) == [(trace.mark, trace) for trace in shown]


@pytest.mark.parametrize(
    "stored", ["", "\n", "0123456789abcdef", "a b\n\nc", "a b 1764057600 0a1b2c3d", "a b  0a1b2c3d"]
)
def test_what_is_no_trace_is_forgotten(stored: str) -> None:
    """An archive of another age stored less."""
    assert sights.from_text(stored) == {}


def test_repeated_listings_own_what_the_first_does() -> None:
    """They count once, and are marked where they say the same to the letter."""
    first, second = sight_of("a", entry(1)), sight_of("b", entry(1, text="Other"))
    assert own_keys([first, second, sight_of("c", entry(1))]) == [*[frozenset(first.keys)] * 2, None]
