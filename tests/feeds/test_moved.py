"""What else a reading shows: rebuilt sites, old releases that are still there, places that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from presswatch.feeds.entry import make_entry
from presswatch.feeds.identity import Candidate, identify, nominated
from presswatch.feeds.moved import Showing
from presswatch.feeds.sights import Sight, sight_of
from presswatch.feeds.values import Entry

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MOVED = START + 40 * DAY
WORDS = "The {0} of the county is told in these words, which stand under {0} in the list and nowhere else."
TITLES = ("A letter", "A lawsuit", "A march", "A verdict")


def entry(
    title: str, published: datetime | None, folder: str = "news", text: str = "", guid: str = ""
) -> Entry:
    """A line of a list."""
    link = f"https://harbour.example/{folder}/{title.lower().replace(' ', '-')}-of-the-harbour-office"
    return make_entry(publisher="Harbour", guid=guid, link=link, title=title, text=text, published=published)


def candidates(*known: Entry) -> list[Candidate]:
    """What the archive has of them."""
    return [
        Candidate(
            number,
            frozenset(one.keys),
            one.title,
            one.link,
            one.published,
            one.content_hash,
            one.text,
            guid=one.guid,
            published_raw=one.published_raw,
        )
        for number, one in enumerate(known, 1)
    ]


def showing(before: Sequence[Entry], shown: Sequence[Entry]) -> Showing:
    """A document that shows all anew, after one that showed what was before."""
    known = candidates(*before)
    return Showing(
        "Harbour",
        shown,
        lambda one: nominated(one, known),
        now=sights(shown),
        before=sights(before),
        whole=True,
    )


def sights(entries: Sequence[Entry]) -> list[Sight]:
    """Their traces."""
    return [sight_of(one.fingerprint, one) for one in entries]


BEFORE = [entry(title, START + 7 * place * DAY) for place, title in enumerate(TITLES)]
REBUILT = [entry(title, MOVED, "archive") for title in TITLES]
BULLETINS = [entry(title, START, "2026-09-01") for title in TITLES]
OTHER_SOFTWARE = [entry(title, MOVED, "archive", guid=f"urn:harbour:{title}") for title in TITLES]
NEW_GUIDS = [entry(title, MOVED, "archive", guid=f"b-{title}") for title in TITLES]
REDATED = {
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
    "last year's reports, each with a guid": (
        [entry(t, START + 7 * n * DAY, guid=f"a-{t}") for n, t in enumerate(TITLES)],
        NEW_GUIDS,
        False,
    ),
    "with guids and addresses of another manner": (
        [entry(t, START + 7 * n * DAY, guid=f"https://harbour.example/?p={n}") for n, t in enumerate(TITLES)],
        OTHER_SOFTWARE,
        True,
    ),
    "with names of another manner, in another order": (
        [entry(t, START + 7 * n * DAY, guid=f"https://harbour.example/?p={n}") for n, t in enumerate(TITLES)],
        [OTHER_SOFTWARE[place] for place in (3, 0, 2, 1)],
        False,
    ),
    "reports of another year": (
        [entry(t, START - 365 * DAY + 7 * n * DAY, "2025") for n, t in enumerate(TITLES)],
        [entry(t, MOVED, "2026") for t in TITLES],
        False,
    ),
    "with texts, which tell": (
        [entry(t, START + 7 * n * DAY, text=WORDS.format(t)) for n, t in enumerate(TITLES)],
        [entry(title, MOVED, "archive", "Here is something else in nine or ten words.") for title in TITLES],
        False,
    ),
    "without dates": (BEFORE, [entry(title, None, "archive") for title in TITLES], False),
    "at the old addresses, by their old dates": (BEFORE, BEFORE, False),
    "never seen before": ([], REBUILT, False),
}


@pytest.mark.parametrize(("before", "shown", "moved"), REDATED.values(), ids=REDATED)
def test_dates_of_a_move(before: list[Entry], shown: list[Entry], moved: bool) -> None:
    """More than half of what is shown, three titles or more, was there before by days that are now one."""
    assert showing(before, shown).redated is moved


def many(
    folder: str, *, dated: bool, text: bool, guid: str = "", titles: Sequence[str] = TITLES
) -> list[Entry]:
    """A list with or without dates, texts and guids."""
    return [
        entry(
            title,
            START + place * DAY if dated else None,
            folder,
            WORDS.format(title) if text else "",
            guid and f"{guid}-{place}",
        )
        for place, title in enumerate(titles)
    ]


SERIES = ("Press Release", "Media Advisory", "Weekly Update")
REBUILDINGS = {
    "texts and dates": (many("a", dated=True, text=True), many("b", dated=True, text=True), True),
    "texts alone": (many("a", dated=False, text=True), many("b", dated=False, text=True), True),
    "titles alone": (many("a", dated=False, text=False), many("b", dated=False, text=False), True),
    "two titles alone": (many("a", dated=False, text=False), many("b", dated=False, text=False)[:2], False),
    "titles alone, with guids of their own": (
        many("a", dated=False, text=False, guid="a"),
        many("b", dated=False, text=False, guid="b"),
        False,
    ),
    "titles alone, with guids of another manner": (
        many("a", dated=False, text=False, guid="https://harbour.example/?p="),
        many("b", dated=False, text=False, guid="urn:harbour:"),
        True,
    ),
    "titles alone, with guids of another manner at addresses of the old one": (
        many("a/1", dated=False, text=False, guid="https://harbour.example/?p="),
        many("a/2", dated=False, text=False, guid="urn:harbour:"),
        False,
    ),
    "titles alone by their days, with guids of their own": (
        many("a", dated=True, text=False, guid="a"),
        [
            replace(one, published=one.published and one.published.replace(hour=0))
            for one in many("b", dated=True, text=False, guid="b")
        ],
        True,
    ),
    "titles alone that had dates, with guids of another manner": (
        many("a", dated=True, text=False, guid="https://harbour.example/?p="),
        many("b", dated=False, text=False, guid="urn:harbour:"),
        True,
    ),
    "titles alone, at addresses that only count on": (
        many("week-36", dated=False, text=False),
        many("week-37", dated=False, text=False),
        False,
    ),
    "titles that recur": (
        many("a", dated=False, text=False, titles=SERIES),
        many("b", dated=False, text=False, titles=SERIES),
        False,
    ),
    "dated addresses": (
        many("2026-09-01", dated=False, text=False),
        many("2026-09-08", dated=False, text=False),
        False,
    ),
}


@pytest.mark.parametrize(("before", "shown", "rebuilt"), REBUILDINGS.values(), ids=REBUILDINGS)
def test_a_site_that_was_rebuilt(before: list[Entry], shown: list[Entry], rebuilt: bool) -> None:
    """Several releases at new addresses, by their words or moments; of a bare list most of its titles."""
    assert showing(before, shown).rebuilt is rebuilt


def test_an_old_release_that_is_still_shown_stands_beside_the_new() -> None:
    """By its address or guid; but not where another release has these now."""
    old = entry("A letter", START, text=WORDS.format("A letter"))
    (known,) = candidates(old)
    other = entry("A letter", START, "more", WORDS.format("A letter"))
    both = Showing("Harbour", [other, old], lambda one: nominated(one, [known]))
    assert both.around(other, known).beside
    usurper = make_entry(
        publisher="Harbour", link=old.link, title="A ferry", text=WORDS.format("ferry").upper()[::-1]
    )
    used_again = Showing("Harbour", [other, usurper], lambda one: nominated(one, [known]))
    assert not used_again.around(other, known).beside


def test_a_place_that_stays_is_told_by_its_neighbours() -> None:
    """What stands below it, or above it, is what stood there before."""
    old, first, second = (entry(title, START) for title in ("A letter", *TITLES[1:3]))
    edited = entry("A letter to all", START)
    (known,) = candidates(old)

    def in_place(before: list[Entry], now: list[Entry]) -> bool:
        shown = Showing("Harbour", [edited], lambda _: [known], now=sights(now), before=sights(before))
        return shown.around(edited, known).in_place

    assert in_place([old, first, second], [edited, first, second])
    assert in_place([first, old], [first, edited])
    assert not in_place([first, second, old], [edited, first, second])
    assert not in_place([old, first, second], [first, second, edited])
    assert not in_place([old], [edited])


def statements(day: int, *, last: int = 0) -> list[Entry]:
    """A list of statements at addresses like those of sections, of one day but, maybe, the last."""
    link = "https://harbour.example/statement"
    dates = [START + day * DAY] * 3
    dates[-1] += last * DAY
    return [
        make_entry(
            publisher="Harbour", guid="", link=f"{link}-{name}", title="Statement", text="", published=date
        )
        for name, date in zip("abc", dates, strict=True)
    ]


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (statements(0), statements(1), True),
        (statements(0), statements(40), True),
        (statements(0, last=-3), statements(1), False),
        (statements(0), statements(1, last=-1), False),
    ],
)
def test_a_list_that_is_dated_as_it_is_read(before: list[Entry], now: list[Entry], same: bool) -> None:
    """Where all items have one date, and had another, no date says that one is another release."""
    known = candidates(*before)
    shown = showing(before, now)
    found = [identify(one, known, shown.around) for one in now]
    assert all(one is not None for one in found) is same
