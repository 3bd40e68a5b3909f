"""Feeds: two of one newsroom, and one that is read for the first time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

from tests.identity.case import DAY, START, Case, Reading, Room, Table, new
from tests.identity.pen import Draft, Pen

_WHEN = START + DAY - timedelta(hours=6)


def two_feeds() -> Table:
    """One newsroom has two feeds that show the same item; one of them may be served by another host."""
    cases = []
    for host, guid, text, order in product(
        ("its own host", "a host for feeds"),
        ("one guid", "guids of their own", "no guids"),
        ("whole in both", "a beginning in the second", "a beginning in the first"),
        ("at once", "one later"),
    ):
        name = f"{host}, {guid}, {text}, {order}"
        pen = Pen(f"two feeds {name}")
        draft = pen.draft()
        link = f"//a.example/news/{draft.slug}/"
        guids = {"one guid": ("//a.example/?p=101",) * 2, "no guids": ("", "")}.get(guid, ("p-101-", "f-7-"))
        items = [draft.item(link, own, _WHEN) for own in guids]
        for number, which in enumerate(("a beginning in the first", "a beginning in the second")):
            if text == which:
                items[number] = replace(items[number], paragraphs=draft.paragraphs[:2])
        old = pen.old("//a.example")
        second = [items[1], *old]
        rooms = (
            Room((old, [items[0], *old])),
            Room(
                (old, old if order == "one later" else second, second, second),
                "a" if host == "its own host" else "feeds",
                path="/list/all",
            ),
        )
        cases.append(Case(name, rooms, (new(items[0]),), 4))
    return Table("two feeds of one newsroom", tuple(cases), DAY)


def first_readings() -> Table:
    """A feed that is read for the first time: what it shows is no news, whatever it says of its dates."""
    cases = []
    for dates, first in product(
        ("their own", "none", "all of the moment of reading"),
        ("whole", "two items", "breaks off after two items"),
    ):
        name = f"dates: {dates}; first {first}"
        pen = Pen(f"first readings {name}")
        drafts = [pen.draft() for _ in range(9)]

        def shown(reading: int, count: int, drafts: list[Draft] = drafts, dates: str = dates) -> Reading:
            own = [START + DAY - timedelta(hours=3), *(START - (9 + 5 * n) * DAY for n in range(8))]
            given: list[datetime | None] = [*own] if dates == "their own" else [START + reading * DAY] * 9
            given = [None] * 9 if dates == "none" else given
            items = [
                draft.item(f"//a.example/news/{draft.slug}/", f"//a.example/?p={200 - n}", date)
                for n, (draft, date) in enumerate(zip(drafts, given, strict=True))
            ]
            return items[0 if reading else 1 :][:count]

        cut = 2 if first.startswith("breaks") else 0
        room = Room((shown(0, 2 if first == "two items" else 9), shown(1, 9), shown(2, 9)), cut=cut)
        # Below what is known, undated, in a list whose order nobody knows yet: perhaps old, perhaps not.
        undecidable = dates != "their own" and first == "two items"
        cases.append(Case(name, (room,), (new(room.readings[-1][0]),), 9, undecidable))
    return Table("first readings", tuple(cases), DAY)
