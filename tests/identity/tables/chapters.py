"""Chapters: one publisher's name, newsrooms on hosts of their own, and keys that coincide.

People who read both see two statements by two chapters: each is told, unless both say the same in the same
words. What a chapter says is no edit of what another said.
"""

from __future__ import annotations

from itertools import product

from tests.identity.case import DAY, START, Case, Item, Room, Table, Told, new
from tests.identity.pen import Draft, Pen

_KEYS = ("opaque guid", "?p= on its own host", "path", "path as guid", "path and ?p=")
_HOSTS = {"hosts": ("alder", "birch"), "subdomains": ("alder.casa", "birch.casa"), "two names": ("a", "b")}
"""Two hosts, two below one domain; and two newsrooms that share no name either."""


def chapters() -> Table:
    """Keys × title × day × words × order × mention × hosts."""
    return Table("chapters", (*_own_words(), *_same_words()), DAY)


def _own_words() -> list[Case]:
    cases = []
    for key, title, day, order, mention, hosts in product(
        _KEYS,
        ("same title", "own titles"),
        ("same day", "another day"),
        ("at once", "one later"),
        ("both mention it", "the second mentions it"),
        _HOSTS,
    ):
        pen = Pen(f"chapters {key} {title} {day} {order} {mention} {hosts}")
        first = pen.draft(mentions=mention == "both mention it")
        second = pen.draft(title=first.title if title == "same title" else "")
        one, other, rooms = _rooms(pen, (first, second), key=key, day=day, order=order, hosts=hosts)
        last = new(other, publisher=rooms[1].publisher)
        right = last if mention == "the second mentions it" else (*new(one), *last)
        name = f"{key}, {title}, {day}, {order}, {mention}, {hosts}"
        cases.append(Case(name, rooms, (right,), 2 + 6))
    return cases


def _same_words() -> list[Case]:
    cases = []
    for key, day, order in product(_KEYS, ("same day", "another day"), ("at once", "one later")):
        pen = Pen(f"chapters with one text {key} {day} {order}")
        draft = pen.draft()
        one, _, rooms = _rooms(pen, (draft, draft), key=key, day=day, order=order, hosts="hosts")
        right = (new(one), (*new(one), Told("A", "also")))
        cases.append(Case(f"{key}, same words, {day}, {order}", rooms, right, None))
    return cases


def _rooms(
    pen: Pen, drafts: tuple[Draft, Draft], *, key: str, day: str, order: str, hosts: str
) -> tuple[Item, Item, tuple[Room, ...]]:
    items, olds = [], []
    names = _HOSTS[hosts]
    for number, (draft, host) in enumerate(zip(drafts, names, strict=True)):
        front = f"//{host}.example"
        path = f"/news/{drafts[0].slug}/" if "path" in key else f"/{host}/{draft.slug}-{number}/"
        guid = {"opaque guid": "542", "path": "", "path as guid": front + path}.get(key, f"{front}/?p=542")
        date = START + DAY if day == "same day" or number == 0 else START + 2 * DAY
        items.append(draft.item(front + path, guid, date.replace(hour=9 + number)))
        olds.append(pen.old(front))
    later = order == "one later" or day == "another day"
    readings = (
        (olds[0], [items[0], *olds[0]], [items[0], *olds[0]], [items[0], *olds[0]]),
        (olds[1], olds[1] if later else [items[1], *olds[1]], [items[1], *olds[1]], [items[1], *olds[1]]),
    )
    publishers = ("A", "B" if hosts == "two names" else "A")
    rooms = tuple(map(Room, readings, names, publishers))
    return items[0], items[1], rooms
