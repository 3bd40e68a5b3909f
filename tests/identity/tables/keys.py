"""Keys that another publisher shows: forged over its own words, or passed on with the item."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

from tests.identity.case import DAY, START, Case, Item, Outcome, Reading, Room, Table, Told, new
from tests.identity.pen import Pen

_WHEN = START + DAY - timedelta(hours=6)


def forged() -> Table:
    """B is watched, too, and shows A's keys over its own words. A's release is told as A's, in A's words."""
    return Table("forged keys", (*_repeated(), *_predicted(), *_altered()), DAY)


def _repeated() -> list[Case]:
    cases = []
    for key, order, title, words in product(
        ("guid", "link", "guid and link"),
        ("before", "in the same reading", "after"),
        ("own title", "same title"),
        ("both mention it", "A mentions it", "B mentions it"),
    ):
        name = f"{key}, {order}, {title}, {words}"
        pen = Pen(f"forged {name}")
        true = pen.draft(mentions=words != "B mentions it")
        false = pen.draft(
            mentions=words != "A mentions it", title=true.title if title == "same title" else ""
        )
        real = true.item(f"//a.example/news/{true.slug}/", "//a.example/?p=101", _WHEN)
        claimed = false.item(
            real.link if "link" in key else f"//b.example/news/{false.slug}/",
            real.guid if "guid" in key else "//b.example/?p=77",
            _WHEN,
        )
        cases.append(_claimed(pen, name, real, claimed, order=order, words=words))
    return cases


def _claimed(pen: Pen, name: str, real: Item, claimed: Item, *, order: str, words: str) -> Case:
    old, beside = pen.old("//a.example"), pen.old("//b.example")
    with_real, with_claimed = [real, *old], [claimed, *beside]
    shown: dict[str, tuple[Reading, Reading]] = {
        "before": (old, with_claimed),
        "in the same reading": (with_real, with_claimed),
        "after": (with_real, beside),
    }
    first = shown[order]
    rooms = (
        Room((old, first[0], with_real, with_real)),
        Room((beside, first[1], with_claimed, with_claimed), "b", "B"),
    )
    right: Outcome = () if words == "B mentions it" else new(real)
    if words != "A mentions it":
        right += new(claimed, publisher="B")
    return Case(name, rooms, (right,), 8)


def _predicted() -> list[Case]:
    """B shows keys that A will use next, before A does; then drops them or edits what it says."""
    cases = []
    for key, then, words in product(
        ("the next ?p=", "the next number", "the link to come"),
        ("stays", "drops it", "edits it to mention the program"),
        ("both mention it", "A mentions it"),
    ):
        if then.startswith("edits") and words == "both mention it":
            continue
        name = f"predicted: {key}, {then}, {words}"
        pen = Pen(f"forged {name}")
        true, false = pen.draft(), pen.draft(mentions=words == "both mention it")
        guids = {"the next ?p=": "//a.example/?p=101", "the next number": "101"}
        real = true.item(f"//a.example/news/{true.slug}/", guids.get(key, "//a.example/?p=101"), _WHEN + DAY)
        link = real.link if key == "the link to come" else f"//b.example/news/{false.slug}/"
        claimed = false.item(link, guids.get(key, "//b.example/?p=9"), _WHEN)
        edited = pen.with_mention(false).item(claimed.link, claimed.guid, claimed.date)
        old, beside = pen.old("//a.example"), pen.old("//b.example")
        last = {"stays": [claimed, *beside], "drops it": beside}.get(then, [edited, *beside])
        rooms = (
            Room((old, old, [real, *old], [real, *old])),
            Room((beside, [claimed, *beside], [claimed, *beside], last), "b", "B"),
        )
        right = new(real)
        if words == "both mention it":
            right += new(claimed, publisher="B")
        elif then.startswith("edits"):
            right += (Told("B", "updated", false.release),)
        cases.append(Case(name, rooms, (right,), 8))
    return cases


def _altered() -> list[Case]:
    """B shows A's words with a mention put in, or taken out. A is not told to have said what A didn't."""
    cases = []
    for key, order, words in product(
        ("guid", "link", "guid and link", "own keys"),
        ("before", "in the same reading", "after"),
        ("B adds the mention", "B takes the mention out"),
    ):
        name = f"altered: {key}, {order}, {words}"
        pen = Pen(f"forged {name}")
        without = pen.draft(mentions=False, paragraphs=6)
        with_it = pen.with_mention(without)
        true, false = (without, with_it) if words.startswith("B adds") else (with_it, without)
        real = true.item(f"//a.example/news/{true.slug}/", "//a.example/?p=101", _WHEN)
        claimed = false.item(
            real.link if "link" in key else f"//b.example/news/{false.slug}/",
            real.guid if "guid" in key else "//b.example/?p=77",
            _WHEN,
        )
        told = "B mentions it" if words.startswith("B adds") else "A mentions it"
        cases.append(_claimed(pen, name, real, claimed, order=order, words=told))
    return cases


def passed_on() -> Table:
    """B shows A's items, word for word and with A's links: what is old at A's is no news from B, either."""
    cases = []
    for age, guid, text in product(
        ("old", "of today, A first", "of today, B first"),
        ("A's guid", "own guid"),
        ("whole", "its beginning"),
    ):
        name = f"{age}, {guid}, {text}"
        pen = Pen(f"passed on {name}")
        draft = pen.draft()
        date = START - 40 * DAY if age == "old" else _WHEN
        real = draft.item(f"//a.example/news/{draft.slug}/", "//a.example/?p=101", date)
        shown = replace(real, guid=real.guid if guid == "A's guid" else "//b.example/?p=7")
        if text == "its beginning":
            shown = replace(shown, paragraphs=draft.paragraphs[:2])
        old, beside = pen.old("//a.example"), pen.old("//b.example")
        with_real, with_shown = [real, *old], [shown, *beside]
        rooms = (
            Room(
                (
                    with_real if age == "old" else old,
                    old if age.endswith("B first") else with_real,
                    with_real,
                    with_real,
                )
            ),
            Room((beside, beside if age.endswith("A first") else with_shown, with_shown), "b", "B"),
        )
        by_a, by_b = new(real), new(real, publisher="B")
        right: tuple[Outcome, ...] = ((), (Told("B", "also"),))
        if age != "old":
            right = (by_a, (*by_a, Told("B", "also")), by_b, (*by_b, Told("A", "also")))
        cases.append(Case(name, rooms, right, None))
    return Table("passed on by others", tuple(cases), DAY)
