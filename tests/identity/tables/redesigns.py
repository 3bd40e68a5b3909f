"""Redesigns: a site is rebuilt, and what it had published is shown anew under other titles and keys.

Nothing of it is news; what is published together with the new site is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from tests.identity.case import DAY, START, Case, Item, Room, Table, new
from tests.identity.pen import Draft, Pen
from tests.simulation.documents import beginning

_FRONT = "//a.example"
_TITLES: dict[str, Callable[[str], str]] = {
    "titles kept": lambda title: title,
    "site's name appended": lambda title: f"{title} | Valley Legal Aid",
    "site's name in front": lambda title: f"Valley Legal Aid: {title}",
    "titles shortened": lambda title: " ".join(title.split()[:4]) + " …",
    "capitals and quotes": lambda title: (
        title.replace('"', "“", 1).replace('"', "”").replace("'", "’").upper()
    ),
}
_DATES = ("dates kept", "days only", "no dates any more", "all of the rebuilding's day")
_TEXTS = ("texts kept", "teasers to whole texts", "whole texts to teasers")
_KEYS = ((True, False), (False, True), (True, True), (False, False))
_REBUILT = START + 2 * DAY


def redesigns() -> Table:
    """Titles × guids × addresses × dates × texts."""
    return Table("redesigns", tuple(_cases()), DAY)


def redesigned_lists() -> Table:
    """The same for pages that list titles, all of which are at new addresses; texts stand behind them."""
    cases = []
    for title, dated, others in product(_TITLES, (True, False), ("nothing new", "a new release on top")):
        name = f"{title}, {'days' if dated else 'no dates'}, {others}"
        pen = Pen(f"redesigned lists {name}")
        drafts = [_quoted(pen.draft()) for _ in range(7)]
        dates = [
            None if not dated else (START + (7 - 4 * n if n < 2 else -5 * n) * DAY).replace(hour=0)
            for n in range(7)
        ]
        before = [
            draft.item(f"{_FRONT}/news/{draft.slug}/", "", date)
            for draft, date in zip(drafts, dates, strict=True)
        ]
        after = [
            replace(
                item, title=_TITLES[title](item.title), link=f"{_FRONT}/press/{item.release.lower()}.html"
            )
            for item in before
        ]
        first = 1 if others == "nothing new" else 0
        readings = (before[2:], before[1:], after[first:], after[first:])
        right = new(before[1]) if others == "nothing new" else new(*before[:2])
        cases.append(Case(name, (Room(readings, kind="page"),), (right,), 7 - first))
    return Table("redesigned lists", (*cases, *_redesigned_twice()), 4 * DAY, "auto")


def _redesigned_twice() -> list[Case]:
    """Titles are shortened at old addresses, and days later whole again, with more, at new ones."""
    cases = []
    for dated in (True, False):
        name = f"shortened, then with the site's name in front, {'days' if dated else 'no dates'}"
        pen = Pen(f"redesigned twice {name}")
        first = [
            draft.item(f"{_FRONT}/news/{draft.slug}/", "", (START - (5 + 6 * n) * DAY) if dated else None)
            for n, draft in enumerate(_quoted(pen.draft()) for _ in range(6))
        ]
        second = [replace(item, title=_TITLES["titles shortened"](item.title)) for item in first]
        third = [
            replace(
                item,
                title=_TITLES["site's name in front"](item.title),
                link=f"{_FRONT}/press/{item.release.lower()}",
            )
            for item in first
        ]
        cases.append(Case(name, (Room((first, second, third, third), kind="page"),), ((),), 6))
    return cases


def redesigned_with_pages() -> Table:
    """The same where pages are read: feeds carry beginnings or nothing, or texts that a look proves whole."""
    cases = []
    for title, date, text in product(
        _TITLES, _DATES, ("short teasers", "long teasers with a full stop", "whole texts", "titles alone")
    ):
        name = f"{title}, {date}, {text}"
        pen = Pen(f"redesigned with pages {name}")
        drafts = [_mention_last(_quoted(pen.draft(paragraphs=8))) for _ in range(7)]
        dates = [_REBUILT - DAY / 24, START + DAY - DAY / 12, *(START - (9 + 6 * n) * DAY for n in range(5))]
        before = [
            _cut(_before(draft, n, when, ""), text)
            for n, (draft, when) in enumerate(zip(drafts, dates, strict=True))
        ]
        manner = _Manner(_TITLES[title], True, True, date, "")
        after = [_cut(_after(item, draft, manner), text) for item, draft in zip(before, drafts, strict=True)]
        readings = (before[2:], before[1:], after, after, after)
        cases.append(Case(name, (Room(readings),), (new(*before[:2]),), 7))
    return Table("redesigns where pages are read", tuple(cases), DAY, "auto")


def _mention_last(draft: Draft) -> Draft:
    opening, mention, *rest = draft.paragraphs
    return replace(draft, paragraphs=(opening, *rest, mention))


def _cut(item: Item, text: str) -> Item:
    if text == "whole texts":
        return replace(item, page=item.paragraphs)
    shown: tuple[str, ...] = () if text == "titles alone" else (f"{item.paragraphs[0]} […]",)
    shown = beginning(item.paragraphs) if text.startswith("long") else shown
    return replace(item, page=item.paragraphs, paragraphs=shown)


def _cases() -> list[Case]:
    cases = []
    for title, (guids, addresses), date, text in product(_TITLES, _KEYS, _DATES, _TEXTS):
        if not (guids or addresses) and (title, date, text) == ("titles kept", "dates kept", "texts kept"):
            continue
        if text == "whole texts to teasers" and title not in ("site's name appended", "titles kept"):
            continue
        keys = (
            f"{'new guids' if guids else 'guids kept'}, {'new addresses' if addresses else 'addresses kept'}"
        )
        name = f"{title}, {keys}, {date}, {text}"
        pen = Pen(f"redesigns {name}")
        drafts = [_quoted(pen.draft(mentions=mentions)) for mentions in (True, False, True, True, False)]
        told, untold = _quoted(pen.draft()), drafts[1:]
        late = _quoted(pen.draft())
        shown = [told, *untold]
        dates = [START + DAY - DAY / 12, *(START - (9 + 6 * n) * DAY for n in range(len(untold)))]
        before = [
            _before(draft, n, when, text) for n, (draft, when) in enumerate(zip(shown, dates, strict=True))
        ]
        manner = _Manner(_TITLES[title], guids, addresses, date, text)
        after = [_after(item, draft, manner) for item, draft in zip(before, shown, strict=True)]
        # The new site's first release, and one of the day after, in its own manner.
        first = _after(_before(late, 6, _REBUILT - DAY / 24, text), late, manner)
        later = replace(manner, date="dates kept") if date.startswith("all") else manner
        next_draft = _quoted(pen.draft())
        second = _after(_before(next_draft, 7, _REBUILT + DAY / 2, text), next_draft, later)
        readings = (before[1:], before, [first, *after], [second, first, *after])
        right = new(before[0], first, second)
        cases.append(Case(name, (Room(readings),), (right,), len(before) + 2))
    return cases


def _quoted(draft: Draft) -> Draft:
    """A headline has quotes and an apostrophe somewhere."""
    words = draft.title.split()
    return replace(draft, title=" ".join([words[0], f'"{words[1]}"', *words[2:-1], f"{words[-1]}'s"]))


def _before(draft: Draft, number: int, date: datetime, text: str) -> Item:
    link = f"{_FRONT}/news/{draft.slug}/"
    item = draft.item(link, f"{_FRONT}/?p={100 + 7 * number}", date)
    return _teaser(item) if text == "teasers to whole texts" else item


def _teaser(item: Item) -> Item:
    # The second paragraph names the program: what is told is told by the teaser, too.
    return replace(item, paragraphs=(*item.paragraphs[:1], f"{item.paragraphs[1]} […]"))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How the new site shows releases; ``title`` makes its title of the old one."""

    title: Callable[[str], str]
    guids: bool
    addresses: bool
    date: str
    text: str


def _after(item: Item, draft: Draft, manner: _Manner) -> Item:
    shown = replace(item, title=manner.title(item.title), paragraphs=draft.paragraphs)
    if manner.guids:
        shown = replace(shown, guid=f"urn:valley:{item.release.lower()}")
    if manner.addresses:
        shown = replace(shown, link=f"{_FRONT}/about/press-releases/{item.release.lower()}.html")
    if manner.date != "dates kept" and item.date is not None:
        midnight = item.date.replace(hour=0, minute=0)
        given = {"days only": midnight, "no dates any more": None}
        shown = replace(shown, date=given.get(manner.date, _REBUILT.replace(hour=4)))
    return _teaser(shown) if manner.text == "whole texts to teasers" else shown
