"""Several publishers: template texts, and joint statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

from tests.identity.case import DAY, START, Case, Outcome, Room, Table, Told, new
from tests.identity.pen import TERM, Draft, Pen

_WHEN = START + DAY - timedelta(hours=6)


def affiliates() -> Table:
    """A template with other names or numbers is another story; the same text with other contacts is one."""
    return Table("template texts and joint statements", (*_templates(), *_statements()), DAY)


_SLOTS = {
    "county": ("Alder", "Birch"),
    "state": ("Ohio", "Iowa"),
    "speaker": ("Rosa Quintana", "Thomas Okafor"),
    "yes": ("five", "four"),
    "no": ("two", "one"),
    "count": ("412", "1,036"),
    "few": ("187", "641"),
}
_KINDS = {
    "names and numbers": tuple(_SLOTS),
    "names": ("county", "state", "speaker"),
    "numbers": ("yes", "no", "count", "few"),
}
_TEMPLATE_TITLES = ("{county} County Leaves S-Comm", "County Commission Votes to Leave S-Comm")


def _template(pen: Pen) -> tuple[str, ...]:
    """A text of the network's, with gaps for what each affiliate puts in."""
    said = pen.writer.sentence
    return (
        f"{{county}} County, {{state}} — The {{county}} County Commission voted {{yes}} to {{no}} on Tuesday "
        f"to leave S-Comm, as {{name}} had asked. {said()} {said()}",
        f"“{said()} {said()}” said {{speaker}}, director of the {{county}} Rights Network. “{said()}”",
        f"Since the program came to the county, {{count}} residents were handed over, of whom {{few}} had "
        f"never been convicted of any crime. {said()} {said()}",
        f"The vote takes effect in thirty days. {said()} {said()} {said()}",
    )


def _templates() -> list[Case]:
    cases = []
    for differ, title, day, order, publishers in product(
        ("names and numbers", "names", "numbers"),
        _TEMPLATE_TITLES,
        ("same day", "another day"),
        ("at once", "one later"),
        ("two publishers", "one publisher's chapters", "one newsroom"),
    ):
        if day == "another day" and order == "at once":
            continue
        named = "names in the title" if "{" in title else "one title"
        name = f"template: {differ} differ, {named}, {day}, {order}, {publishers}"
        pen = Pen(f"affiliates {name}")
        template = _template(pen)
        drafts = [_filled(pen, template, title, _KINDS[differ], number) for number in range(2)]
        later = order == "one later"
        cases.append(_two(pen, name, drafts, day=day, later=later, publishers=publishers))
    return cases


def _filled(pen: Pen, template: tuple[str, ...], title: str, own: tuple[str, ...], number: int) -> Draft:
    """The template as the first or second affiliate fills it; in which only ``own`` gaps differ."""
    values = {gap: said[number if gap in own else 0] for gap, said in _SLOTS.items()}
    name = pen.writer.name()
    text = tuple(paragraph.format(name=name, **values) for paragraph in template)
    return Draft(name, title.format(**values), text)


def _two(pen: Pen, name: str, drafts: list[Draft], *, day: str, later: bool, publishers: str) -> Case:
    dates = (_WHEN, _WHEN + (timedelta(minutes=40) if day == "same day" else DAY))
    one_room = publishers == "one newsroom"
    fronts = ("//a.example", "//a.example" if one_room else "//b.example")
    items = [
        draft.item(f"{front}/news/{draft.slug}-{n}/", f"{front}/?p={300 + n}", date)
        for n, (draft, front, date) in enumerate(zip(drafts, fronts, dates, strict=True))
    ]
    old = pen.old(fronts[0])
    if one_room:
        both = [items[1], items[0], *old]
        room = Room((old, [items[0], *old] if later else both, both, both))
        return Case(name, (room,), (new(*items),), 5)
    beside = pen.old(fronts[1])
    second = "B" if publishers == "two publishers" else "A"
    rooms = (
        Room((old, [items[0], *old], [items[0], *old], [items[0], *old])),
        Room((beside, beside if later else [items[1], *beside], [items[1], *beside]), "b", second),
    )
    return Case(name, rooms, ((*new(items[0]), *new(items[1], publisher=second)),), 8)


_BY = {"B": "two publishers", "A": "one publisher's chapters"}


def _statements() -> list[Case]:
    cases = []
    for differ, title, order, whose in product(
        ("contacts", "contacts and boilerplate", "dateline", "a quotation of its own", "the same words"),
        ("one title", "own titles"),
        ("at once", "one later"),
        ("B", "A"),
    ):
        name = f"statement: {differ}, {title}, {order}, {_BY[whose]}"
        pen = Pen(f"statements {name}")
        draft = pen.draft(paragraphs=6)
        items = []
        for letter in "ab":
            headline = draft.title if title == "one title" else f"{pen.title()} {TERM}"
            text = _with_own(pen, draft, differ)
            front = f"//{letter}.example"
            items.append(
                replace(draft, title=headline, paragraphs=text).item(
                    f"{front}/news/{draft.slug}/", f"{front}/?p={300 if letter == 'a' else 512}", _WHEN
                )
            )
        old, beside = pen.old("//a.example"), pen.old("//b.example")
        shown = [items[1], *beside]
        rooms = (
            Room((old, [items[0], *old])),
            Room((beside, beside if order == "one later" else shown, shown, shown), "b", whose),
        )
        first = (*new(items[0]), Told(whose, "also"))
        second = (*new(items[1], publisher=whose), Told("A", "also"))
        right: tuple[Outcome, ...] = (first,) if order == "one later" else (first, second)
        if whose == "A":  # of one name there is nobody else to name
            right = (*right, *(outcome[:1] for outcome in right))
        if differ == "a quotation of its own":  # which may be worth telling
            right = (*right, (*new(items[0]), *new(items[1], publisher=whose)))
        cases.append(Case(name, rooms, right, 8 if whose == "B" else None))
    return cases


def _with_own(pen: Pen, draft: Draft, differ: str) -> tuple[str, ...]:
    name = pen.writer.name()
    contact = (f"Contact: Ana {name}, 202-555-{pen.random.randrange(9999):04}, press@{name.lower()}.example",)
    if differ == "contacts":
        return (*draft.paragraphs, *contact)
    if differ == "contacts and boilerplate":
        return (*draft.paragraphs, f"About {name}: {name} is {pen.writer.sentence().lower()}", *contact)
    if differ == "dateline":
        return (f"{name.upper()}, March 3, 2026 — {draft.paragraphs[0]}", *draft.paragraphs[1:])
    if differ == "a quotation of its own":
        quotation = f"“{pen.writer.sentence()} {pen.writer.sentence()}” said Ana {name} of {name} Legal Aid."
        return (*draft.paragraphs[:3], quotation, *draft.paragraphs[3:])
    return draft.paragraphs
