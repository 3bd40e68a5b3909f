"""Edited headlines: a release whose title changes is the same release, also where its address follows it.

And releases that merely resemble an earlier one, which are others.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

from tests.identity.case import DAY, HOUR, START, Case, Item, Reading, Room, Table, Told, new
from tests.identity.pen import TERM, Draft, Pen, slug

_FRONT = "//a.example"
_GUIDS = ("guid stays an address", "guid follows the address", "guid is a number", "no guid")
_DATES = ("same moment", "same day", "no date", "date bumped")
_TEXTS = ("same text", "mended text", "mention added")
_PLACES = ("first", "last", "among others")
_FIRST = START + 4 * HOUR


def headlines() -> Table:
    """Address × guid × date × text × place in the list; and lists of titles alone."""
    return Table("edited headlines", (*_edited(), *_titles_alone()), 6 * HOUR)


def resembling() -> Table:
    """Another release, with nearly the headline of one that stays or has left."""
    return Table("resembling headlines", tuple(_resembling()), DAY)


def rewritten() -> Table:
    """A release whose text is replaced under its title, address and guid, such as a first notice."""
    cases = []
    for guid, date, title, mention in product(
        ("guid stays an address", "guid is a number", "no guid"),
        ("same moment", "no date"),
        ("a title of its own", "Statement"),
        ("mention added", "mentioned all along"),
    ):
        name = f"{guid}, {date}, {title}, {mention}"
        pen = Pen(f"rewritten {name}")
        generic = "" if title == "a title of its own" else title
        first = pen.draft(title=generic, mentions=mention != "mention added")
        other = pen.draft(title=first.title)
        text = tuple(paragraph.replace(other.release, first.release) for paragraph in other.paragraphs)
        then = None if date == "no date" else _FIRST
        before = _shown(first, first.title, guid, then)
        after = replace(before, paragraphs=text)
        right = (Told("A", "updated", first.release),) if mention == "mention added" else new(before)
        # Without a date and with a title that says nothing, it may as well be the next statement.
        undecidable = date == "no date" and title == "Statement"
        old = pen.old(_FRONT, dated=then is not None)
        room = Room((old, [before, *old], [after, *old], [after, *old]))
        cases.append(Case(name, (room,), (right,), 1 + 3, undecidable))
    return Table("rewritten texts", tuple(cases), 6 * HOUR)


def _edited() -> list[Case]:
    cases = []
    for follows, guid, date, text, place in product((True, False), _GUIDS, _DATES, _TEXTS, _PLACES):
        if guid == "guid follows the address" and not follows:
            continue
        address = "address follows" if follows else "address stays"
        name = f"{address}, {guid}, {date}, {text}, {place}"
        pen = Pen(f"headlines {name}")
        draft = pen.draft(mentions=text != "mention added")
        edited = pen.retitled(draft)
        if text != "same text":
            edited = pen.with_mention(edited) if text == "mention added" else pen.mended(edited)
        before = _shown(draft, draft.title, guid, None if date == "no date" else _FIRST)
        after = _shown(edited, edited.title if follows else draft.title, guid, _edited_date(date))
        if guid == "guid stays an address":
            after = replace(after, guid=before.guid)
        right = (Told("A", "updated", draft.release),) if text == "mention added" else new(before)
        room = Room(_readings(pen, before, after, place, date != "no date"))
        cases.append(Case(name, (room,), (right,), 1 + _OTHERS))
    return cases


def _edited_date(date: str) -> datetime | None:
    return {
        "same moment": _FIRST,
        "same day": _FIRST + timedelta(minutes=90),
        "no date": None,
        "date bumped": _FIRST + 7 * HOUR,  # after midnight
    }[date]


def _shown(draft: Draft, named: str, guid: str, date: datetime | None) -> Item:
    link = f"{_FRONT}/press/{slug(named)}/"
    return draft.item(link, {"guid is a number": "a7-4711", "no guid": ""}.get(guid, link), date)


_OTHERS = 5


def _readings(pen: Pen, before: Item, after: Item, place: str, dated: bool) -> tuple[Reading, ...]:
    """Read before the release, with it, after its edit, and once more."""
    old = pen.old(_FRONT, 3, dated=dated)
    more = [pen.draft(mentions=False) for _ in range(2)]
    beside = [_shown(draft, draft.title, "", before.date and before.date - HOUR) for draft in more]

    def listed(item: Item) -> Reading:
        if place == "first":
            return [item, *beside, *old]
        return [*beside, *old, item] if place == "last" else [beside[0], item, beside[1], *old]

    return (old, listed(before), listed(after), listed(after))


def _titles_alone() -> list[Case]:
    """Without a text, an edited title at another address says little: a date to the minute helps."""
    cases = []
    for follows, guid, date in product((True, False), _GUIDS, _DATES):
        if guid == "guid follows the address" and not follows:
            continue
        name = f"titles alone, {'address follows' if follows else 'address stays'}, {guid}, {date}"
        pen = Pen(f"headlines {name}")
        bare = pen.draft()
        draft = Draft(bare.release, f"{bare.title} {bare.release} {TERM}", ())
        edited = pen.retitled(replace(draft, title=bare.title))
        edited = replace(edited, title=f"{edited.title} {bare.release} {TERM}")
        before = _shown(draft, draft.title, guid, None if date == "no date" else _FIRST)
        after = _shown(edited, edited.title if follows else draft.title, guid, _edited_date(date))
        if guid == "guid stays an address":
            after = replace(after, guid=before.guid)
        keyless = follows and guid in ("no guid", "guid follows the address")
        room = Room(_readings(pen, before, after, "first", date != "no date"))
        undecidable = keyless and date != "same moment"
        cases.append(Case(name, (room,), (new(before),), 1 + _OTHERS, undecidable))
    return cases


def _resembling() -> list[Case]:
    cases = []
    for guid, date, leaves, mention in product(
        ("guid is a number", "guid follows the address", "no guid"),
        ("same moment", "same day", "no date", "next day"),
        (True, False),
        (True, False),
    ):
        name = ", ".join(
            (
                guid,
                date,
                "the first has left" if leaves else "the first stays",
                "both mention it" if mention else "the second mentions it",
            )
        )
        pen = Pen(f"resembling {name}")
        draft = pen.draft(mentions=mention)
        other = replace(pen.draft(), title=pen.retitled(draft).title)
        then = {
            "same moment": _FIRST,
            "same day": _FIRST + HOUR,
            "no date": None,
            "next day": _FIRST + DAY,
        }[date]
        one = _shown(draft, draft.title, guid, then and _FIRST)
        two = _shown(other, other.title, guid, then)
        if guid == "guid is a number":
            two = replace(two, guid="a7-4712")
        old = pen.old(_FRONT, dated=then is not None)
        last = [two, *old] if leaves else [two, one, *old]
        room = Room((old, [one, *old], last, last))
        cases.append(Case(name, (room,), (new(one, two) if mention else new(two),), 2 + 3))
    return cases
