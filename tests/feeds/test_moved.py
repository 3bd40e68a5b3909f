"""A list without texts that shows what it showed before, all of it under one new date."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from presswatch.feeds.identity import Candidate
from presswatch.feeds.keys import keys_of
from presswatch.feeds.moved import dates_are_of_a_move
from presswatch.feeds.values import Entry

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MOVED = START + 40 * DAY


def entry(title: str, published: datetime | None, folder: str = "news", text: str = "") -> Entry:
    """A line of a list."""
    link = f"https://harbour.example/{folder}/{title.lower().replace(' ', '-')}-of-the-harbour-office"
    keys = keys_of(publisher="Harbour", guid="", link=link, title=title, published=published, text=text)
    return Entry("", link, title, text, text, "en", published, "", keys, f"{title} {text}")


def candidates(*known: Entry) -> dict[str, list[Candidate]]:
    """What the archive has, by its keys."""
    found = defaultdict(list)
    for number, one in enumerate(known, 1):
        for key in one.keys:
            made = Candidate(number, key, one.title, one.link, one.published, one.content_hash, "Its page.")
            found[key].append(made)
    return found


TITLES = ("A letter", "A lawsuit", "A march", "A verdict")
BEFORE = [entry(title, START + 7 * place * DAY) for place, title in enumerate(TITLES)]
REBUILT = [entry(title, MOVED, "archive") for title in TITLES]
BULLETINS = [entry(title, START, "2026-09-01") for title in TITLES]
CASES = {
    "all of it, by one date": (BEFORE, REBUILT, True),
    "with one that is new": (BEFORE, [entry("A ferry", MOVED, "archive"), *REBUILT], True),
    "half of it is new": (BEFORE, [*REBUILT, *[entry(f"A ferry {n}", MOVED) for n in range(4)]], False),
    "two of it": (BEFORE, REBUILT[:2], False),
    "dated apart": (BEFORE, [entry(t, MOVED + 2 * n * DAY, "x") for n, t in enumerate(TITLES)], False),
    "bulletins of a day": (BULLETINS, [entry(title, MOVED, "2026-10-11") for title in TITLES], False),
    "bulletins of several days": (
        [entry(title, START + n * 7 * DAY, f"{n}") for title in TITLES for n in range(2)],
        [entry(title, MOVED, "3") for title in TITLES],
        False,
    ),
    "with texts, which tell": (BEFORE, [entry(title, MOVED, "archive", "Word.") for title in TITLES], False),
    "without dates": (BEFORE, [entry(title, None, "archive") for title in TITLES], False),
    "at the old addresses, by their old dates": (BEFORE, BEFORE, False),
    "never seen before": ([], REBUILT, False),
}


@pytest.mark.parametrize(("before", "shown", "moved"), CASES.values(), ids=CASES)
def test_dates_of_a_move(before: list[Entry], shown: list[Entry], moved: bool) -> None:
    """More than half of what is shown, three titles or more, was there before by days that are now one."""
    assert dates_are_of_a_move(shown, candidates(*before)) is moved
