"""Titles that recur: press releases that are called so, yearly reports, bulletins with one landing page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

from tests.identity.case import DAY, START, WEEK, Case, Item, Reading, Room, Table, new
from tests.identity.pen import Draft, Pen

_FRONT = "//a.example"
_TITLES = ("Press Release", "Media Advisory", "Weekly Update", "Statement")


def recurring() -> Table:
    """Title × date × guid × earlier ones roll off; two such releases each week."""
    cases = []
    for title, dated, guid, rolls, day in product(
        _TITLES, (True, False), ("own guids", "no guids"), (True, False), ("together", "one a week")
    ):
        kept = "earlier ones roll off" if rolls else "earlier ones stay"
        name = f"{title}, {'dated' if dated else 'no dates'}, {guid}, {kept}, {day}"
        pen = Pen(f"recurring {name}")
        titles = (title, "Media Advisory" if title != "Media Advisory" else "Press Release")
        weeks = [
            [
                _own(pen.draft(title=one), week, number, guid == "own guids", dated)
                for number, one in enumerate(titles if day == "together" else titles[:1])
            ]
            for week in range(1, 5)
        ]
        old = [] if rolls else pen.old(_FRONT, dated=dated)
        first = pen.old(_FRONT, 2, dated=dated)
        readings: list[Reading] = [first if rolls else old]
        for week in range(4):
            shown = weeks[week] if rolls else [item for past in weeks[week::-1] for item in past] + old
            readings.append(shown)
        items = [item for week in weeks for item in week]
        room = Room(tuple(readings))
        cases.append(Case(name, (room,), (new(*items),), len(items) + (2 if rolls else 3)))
    return Table("recurring titles", tuple(cases), WEEK)


def _own(draft: Draft, week: int, number: int, guid: bool, dated: bool) -> Item:
    serial = 40 + 2 * week + number
    date = START + week * WEEK - timedelta(hours=5 + number) if dated else None
    return draft.item(f"{_FRONT}/press/{serial}/", f"pr-{serial}" if guid else "", date)


def recurring_lists() -> Table:
    """The same on pages that list titles; what the releases say stands behind them."""
    cases = []
    for title, dated, rolls in product(_TITLES, (True, False), (True, False)):
        kept = "earlier ones roll off" if rolls else "earlier ones stay"
        name = f"{title}, {'dated' if dated else 'no dates'}, {kept}"
        pen = Pen(f"recurring list {name}")
        other = "Media Advisory" if title != "Media Advisory" else "Press Release"
        weeks = [
            [
                _own(pen.draft(title=one), week, number, False, dated)
                for number, one in enumerate((title, other))
            ]
            for week in range(1, 4)
        ]
        first = pen.old(_FRONT, 2, dated=dated)
        shown = [
            weeks[week] if rolls else [item for past in weeks[week::-1] for item in past] + first
            for week in range(3)
        ]
        items = [item for week in weeks for item in week]
        room = Room((first, *shown), kind="page")
        cases.append(Case(name, (room,), (new(*items),), len(items) + 2))
    return Table("recurring titles in lists", tuple(cases), WEEK, "auto")


def yearly() -> Table:
    """Each year's report has last year's title, and often its teaser; its address and day are its own."""
    cases = []
    for guid, rolls, text, titled in product(
        ("own guids", "no guids"),
        (True, False),
        ("last year's teaser, own page", "last year's words, which mention it", "own text"),
        ("the same title", "the year in the title"),
    ):
        kept = "last year's rolls off" if rolls else "all stay"
        name = f"{guid}, {kept}, {text}, {titled}"
        pen = Pen(f"yearly {name}")
        first = pen.draft()
        teaser = (pen.writer.paragraph(3),)
        items: list[Item] = []
        for year in range(4):
            title = f"{first.title} {2025 + year}" if titled == "the year in the title" else first.title
            draft = first if text.endswith("mention it") else pen.draft()
            item = replace(draft, title=title).item(
                f"{_FRONT}/reports/annual-{2025 + year}/",
                f"report-{year}-" if guid == "own guids" else "",
                START + year * 365 * DAY - timedelta(days=6),
            )
            if text == "last year's teaser, own page":
                item = replace(item, paragraphs=teaser, page=item.paragraphs)
            items.append(item)
        old = pen.old(_FRONT, 4)
        readings = [[items[year], *old] if rolls else [*items[year::-1], *old] for year in range(4)]
        cases.append(Case(name, (Room(tuple(readings)),), (new(*items[1:]),), 4 + 4))
    return Table("yearly reports", tuple(cases), 365 * DAY, "auto")


def bulletins() -> Table:
    """One title, one landing link; each week's guid, date and text are its own, if it has them."""
    return Table("weekly bulletins", tuple(_bulletins(WEEK)), WEEK)


def monthly_bulletins() -> Table:
    """The same each month."""
    return Table("monthly bulletins", tuple(_bulletins(30 * DAY)), 30 * DAY)


def bulletins_with_pages() -> Table:
    """The same each week, where pages are read: at the landing link stands the latest issue."""
    return Table("bulletins where pages are read", tuple(_bulletins(WEEK, "pages")), WEEK, "auto")


def _bulletins(every: timedelta, seed: str = "") -> list[Case]:
    cases = []
    for guid, dated, rolls in product(
        ("own guids", "no guids", "the landing link as guid"), (True, False), (True, False)
    ):
        kept = "one at a time" if rolls else "all stay listed"
        name = f"{guid}, {'dated' if dated else 'no dates'}, {kept}"
        pen = Pen(f"bulletins {name} {every} {seed}")
        landing = f"{_FRONT}/bulletin/"
        items: list[Item] = []
        for issue in range(1, 5):
            own = {"own guids": f"bulletin-{issue}-", "no guids": ""}.get(guid, landing)
            date = START + issue * every - timedelta(hours=4) if dated else None
            items.append(pen.draft(title="Our Bulletin").item(landing, own, date))
        old = pen.old(_FRONT, 3, dated=dated)
        readings: list[Reading] = [old]
        for issue in range(4):
            readings.append([items[issue], *old] if rolls else [*items[issue::-1], *old])
        # Without a date and a guid, it might be a page whose words are replaced.
        undecidable = guid != "own guids" and not dated and rolls
        cases.append(Case(name, (Room(tuple(readings)),), (new(*items),), len(items) + 3, undecidable))
    return cases


def teasers() -> Table:
    """Two releases of a day have a generic title and the same line as text; the pages are their own."""
    line = ("Click here to read our full press release as a PDF.",)
    cases = []
    for title, guid, moment, together, mention in product(
        ("Press Release", "Statement", "New Press Release Available"),
        ("own guids", "no guids"),
        ("same moment", "same day", "no dates"),
        (True, False),
        ("both mention it", "the second mentions it"),
    ):
        name = f"{title}, {guid}, {moment}, {'at once' if together else 'one later'}, {mention}"
        pen = Pen(f"teasers {name}")
        items = []
        for number in range(2):
            draft = pen.draft(title=title, mentions=number == 1 or mention == "both mention it")
            date = START + timedelta(hours=5)
            if moment == "same day":
                date += timedelta(minutes=95 * number)
            items.append(
                Item(
                    draft.release,
                    title,
                    line,
                    f"{_FRONT}/news/{title.lower().replace(' ', '-')}{'-2' if number else ''}/",
                    f"{_FRONT}/?p={810 + number}" if guid == "own guids" else "",
                    None if moment == "no dates" else date,
                    page=draft.paragraphs,
                )
            )
        old = pen.old(_FRONT, dated=moment != "no dates")
        both = [items[1], items[0], *old]
        # Pages that could not be used are asked for again later.
        readings = (old, both if together else [items[0], *old], *(both for _ in range(6)))
        right = new(*items) if mention == "both mention it" else new(items[1])
        cases.append(Case(name, (Room(readings),), (right,), 2 + 3))
    return Table("teasers that are alike", tuple(cases), timedelta(hours=8), "auto")


def nodes() -> Table:
    """A site is rebuilt, and its numbers begin anew: what is new stands where something else had stood."""
    cases = []
    for guid, old_stays, dated, title, mention in product(
        ("the node as guid", "no guids", "'41 at site'"),
        (True, False),
        (True, False),
        ("own titles", "Statement"),
        ("both mention it", "the second mentions it"),
    ):
        kept = "the old one moves on" if old_stays else "the old one has gone"
        name = f"{guid}, {kept}, {'dated' if dated else 'no dates'}, {title}, {mention}"
        pen = Pen(f"nodes {name}")
        generic = "" if title == "own titles" else title
        first = pen.draft(title=generic, mentions=mention == "both mention it")
        second = pen.draft(title=generic)
        when = START + DAY - timedelta(hours=4)
        before = _node(first, 41, guid, when if dated else None)
        moved = _node(first, 1041, guid, when if dated else None)
        after = _node(second, 41, guid, when + DAY if dated else None)
        old = pen.old(_FRONT, dated=dated)
        rebuilt = [after, moved, *old] if old_stays else [after, *old]
        right = new(before, after) if mention == "both mention it" else new(after)
        undecidable = title == "Statement" and not dated and not old_stays
        room = Room((old, [before, *old], rebuilt, rebuilt))
        cases.append(Case(name, (room,), (right,), 2 + 3, undecidable))
    return Table("node numbers used again", (*cases, *_nodes_that_rolled()), DAY)


def _nodes_that_rolled() -> list[Case]:
    """The new site publishes more at once than its list shows; the rest is in the document before."""
    cases = []
    for guid, dated in product(("the node as guid", "no guids", "own guids"), (True, False)):
        name = f"{guid}, {'dated' if dated else 'no dates'}, ten at once in a list of five"
        pen = Pen(f"nodes {name}")
        when = START - 9 * DAY
        old = [_node(pen.draft(), n, guid, when - (9 - n) * DAY if dated else None) for n in range(5, 0, -1)]
        moved = [replace(item, link=f"{_FRONT}/node/100{n}") for n, item in enumerate(old)]
        if guid == "the node as guid":
            moved = [replace(item, guid=item.link) for item in moved]
        fresh = [
            _node(pen.draft(), n, guid, START + DAY - timedelta(hours=14 - n) if dated else None)
            for n in range(10, 0, -1)
        ]
        if guid == "own guids":
            moved, old = ([replace(item, guid=f"n-{item.release}") for item in part] for part in (moved, old))
            fresh = [replace(item, guid=f"n-{item.release}") for item in fresh]
        now = [*fresh, *moved]
        cases.append(Case(name, (Room((old, now, now, now), most=5),), (new(*fresh),), 5 + 10))
    return cases


def _node(draft: Draft, number: int, guid: str, date: object) -> Item:
    link = f"{_FRONT}/node/{number}"
    own = {"the node as guid": link, "no guids": ""}.get(guid, f"{number} at https://www.a.example")
    return Item(draft.release, draft.title, draft.paragraphs, link, own, date)  # type: ignore[arg-type]
