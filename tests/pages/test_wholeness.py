"""Whether a feed carries whole texts: what a page says beyond its entry, and what follows for the feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from presswatch.pages.wholeness import (
    LOOK_AGAIN,
    Comparison,
    Learned,
    Texts,
    bears,
    carries_teasers,
    compare,
    pages_wanted,
    texts_of,
    what_is_not_read,
)
from presswatch.watch import Fulltext
from tests.pages.samples import LEAD, QUOTE, REST

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ENTRY = f"{LEAD}\n\n{QUOTE}"
FURNITURE = (
    "Call Ana Ruiz for interviews at any hour of the day. The clinic has stood beside families of the county "
    "since it was founded by four neighbors in a kitchen, and lives on what people give. Give today, or come "
    "and see us at the old mill."
)
WORDS = "Another text altogether, of which not a word is in the entry but the small ones. "
SHOWN = {
    "the same": (ENTRY, ENTRY, (), "whole"),
    "the same, set in another way": (ENTRY, ENTRY.replace("'", "’").upper(), (), "whole"),
    "more at its end": (ENTRY, f"{ENTRY}\n\n{REST}", (), "goes on"),
    "more in the middle": (ENTRY, f"{LEAD}\n\n{REST}\n\n{QUOTE}", (), "goes on"),
    "another text, of which the entry tells": (ENTRY, WORDS + REST, (), "goes on"),
    "a date and a place more": (
        ENTRY,
        f"Posted in News on Nov. 25 by Ana Ruiz. {ENTRY} Share this.",
        (),
        "whole",
    ),
    "much less": (ENTRY, LEAD, (), "failed"),
    "a little less": (f"{ENTRY} Thank you all.", ENTRY, (), "whole"),
    "what all pages say": (ENTRY, f"{ENTRY}\n\n{FURNITURE}", [f"{REST}\n\n{FURNITURE}"], "whole"),
    "what only this one says": (
        ENTRY,
        f"{ENTRY}\n\n{REST}\n\n{FURNITURE}",
        [f"{QUOTE}\n\n{FURNITURE}"],
        "goes on",
    ),
    "something else, and short": (ENTRY, "Please sign in to read on.", (), "failed"),
    "nothing": (ENTRY, "", (), "failed"),
}


@pytest.mark.parametrize(("entry", "page", "others", "found"), SHOWN.values(), ids=SHOWN)
def test_what_a_page_says_beyond_its_entry(
    entry: str, page: str, others: Sequence[str], found: Comparison
) -> None:
    """A passage of fifteen words that is nowhere else is a part of the release that the entry lacks."""
    assert compare(entry, page, others) == found


W, G, F = "whole", "goes on", "failed"
FOLLOWS: dict[str, tuple[list[Comparison], Texts]] = {
    "nothing was compared": ([], "unknown"),
    "one that goes on": ([G], "unknown"),
    "two that go on": ([G, G], "teasers"),
    "one that goes on, and one that doesn't": ([W, G], "teasers"),
    "two whole ones": ([W, W], "unknown"),
    "three whole ones": ([W, W, W], "whole"),
    "three whole ones among failures": ([W, F, W, F, W], "whole"),
    "one that went on, among the last five": ([W, W, W, W, G], "teasers"),
    "one that went on, before the last five": ([W, W, W, W, W, G], "whole"),
    "two failures": ([F, F], "unknown"),
    "three failures": ([F, F, F], "unreadable"),
    "three failures and a whole one": ([F, F, F, W], "unknown"),
}


@pytest.mark.parametrize(("compared", "texts"), FOLLOWS.values(), ids=FOLLOWS)
def test_what_follows_for_a_feed(compared: list[Comparison], texts: Texts) -> None:
    """One page that goes on outweighs a few that don't, for a page in vain costs less than a mention."""
    assert texts_of(compared) == texts


DAY = timedelta(days=1)
WANTED: dict[str, tuple[Learned, int]] = {
    "teasers: all": (Learned("teasers", asked=NOW), 20),
    "unknown: three": (Learned("unknown"), 3),
    "unknown, one waiting: two": (Learned("unknown", waiting=1, asked=NOW), 2),
    "unknown, five waiting: none": (Learned("unknown", waiting=5, asked=NOW), 0),
    "whole: none": (Learned("whole", asked=NOW - DAY), 0),
    "whole, a week later: one": (Learned("whole", asked=NOW - LOOK_AGAIN), 1),
    "whole, and the clock was ahead: one": (Learned("whole", asked=NOW + DAY), 1),
    "unreadable, a day later: none": (Learned("unreadable", asked=NOW - DAY), 0),
    "unreadable, a week later: one": (Learned("unreadable", asked=NOW - 8 * DAY), 1),
}


@pytest.mark.parametrize(("learned", "pages"), WANTED.values(), ids=WANTED)
def test_how_many_pages_are_read(learned: Learned, pages: int) -> None:
    """A feed that is known to be whole costs one page a week, and one of teasers a page for each release."""
    assert pages_wanted(learned, 20, NOW) == pages
    assert pages_wanted(learned, 0, NOW) == 0


def test_looks_tell_where_pages_are_never_read() -> None:
    """A feed most of whose newest entries look cut carries teasers."""
    assert carries_teasers([True, True, False])
    assert not carries_teasers([True, False])
    assert not carries_teasers([])


@pytest.mark.parametrize(
    ("texts", "rule", "failing", "said"),
    [
        ("teasers", "auto", "", ""),
        ("teasers", "auto", "HTTP 403 Forbidden", "its pages cannot be read (HTTP 403 Forbidden)"),
        ("unknown", "always", "HTTP 403 Forbidden", "its pages cannot be read (HTTP 403 Forbidden)"),
        ("whole", "auto", "HTTP 403 Forbidden", ""),
        ("unreadable", "auto", "robots.txt", "whether its entries are whole is not known"),
        ("teasers", "never", "", 'its entries are short or cut, and `fulltext = "never"`'),
        ("unknown", "never", "", ""),
    ],
)
def test_what_is_not_read_is_said(texts: Texts, rule: Fulltext, failing: str, said: str) -> None:
    """Only where something may be missing, and why."""
    assert what_is_not_read(texts, rule, failing).startswith(said)
    assert bool(what_is_not_read(texts, rule, failing)) is bool(said)


def test_another_releases_page_says_nothing_of_an_entry() -> None:
    """It bears another title, and lacks the entry's words; under the entry's own title it may tell more."""
    assert compare(ENTRY, WORDS + REST, (), titled=False) == "failed"
    assert compare(ENTRY, f"{ENTRY}\n\n{REST}", (), titled=False) == "goes on"
    assert bears("COUNTY’S  answer | The Clinic\nRead on", "County's answer")
    assert not bears("The Clinic\nAnother matter", "County's answer")
    assert not bears("The Clinic", "")
