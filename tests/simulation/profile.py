"""The kinds of newsrooms that there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Literal, TypeVar

Format = Literal["rss2", "rss1", "atom", "json", "page", "sitemap"]
Guids = Literal["permalink", "post", "number", "urn", "none"]
Dates = Literal["full", "no-zone", "day", "missing", "now"]
Keeps = Literal["nothing", "links", "paged", "wordpress", "sitemap"]
Validators = Literal["both", "etag", "date", "none"]
Text = Literal["whole", "taste", "long", "titles"]
Titles = Literal["own", "this week", "recurring", "landing", "report"]
Slugs = Literal["stays", "follows", "node"]
Part = Literal["", "passes on", "forges"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a newsroom is like. ``a_year`` is how much it publishes, ``shown`` how much its list shows.

    ``dates`` "now" stand for a newsroom that dates all its items anew each time it is asked. ``keeps`` is
    what its site has of older releases. ``text`` is what its list has of each: "long" is the beginning, of
    some 600 characters up to a full stop. Of ``titles``, "recurring" are such as "Press Release", "landing"
    is one for all with one link, "report" is one with the same first lines each time. ``slugs`` says whether
    an address follows an edited headline, or is a node's number. Who "passes on" shows others' releases
    beside its own, who "forges" shows words of its own under another's link and guid. A sitemap that ``ages``
    lists two days. With ``cut_at_first``, the list breaks off when it is first read. ``stamp``,
    ``counters`` and ``shuffled`` change the document's bytes
    without news. ``validators`` are what its server sends.
    """

    format: Format
    guids: Guids
    dates: Dates
    keeps: Keeps
    shown: int
    a_year: float
    text: Text
    titles: Titles
    slugs: Slugs
    part: Part
    ages: bool
    cut_at_first: bool
    stamp: bool
    counters: bool
    shuffled: bool
    pinned: int
    validators: Validators

    @property
    def lists_titles(self) -> bool:
        """Whether its list has titles and no texts, or less."""
        return self.text == "titles" or self.format in ("page", "sitemap")

    @property
    def has_guid(self) -> bool:
        """Whether its items carry an identity of their own."""
        return self.guids != "none" and self.format not in ("page", "sitemap")


_FORMATS: dict[Format, int] = {"rss2": 46, "rss1": 8, "atom": 16, "json": 8, "page": 12, "sitemap": 10}
_GUIDS: dict[Guids, int] = {"permalink": 30, "post": 30, "number": 12, "urn": 10, "none": 10}
_DATES: dict[Dates, int] = {"full": 70, "no-zone": 9, "day": 10, "missing": 8, "now": 3}
_KEEPS: dict[Keeps, int] = {"nothing": 45, "links": 10, "paged": 20, "wordpress": 15, "sitemap": 10}
_VALIDATORS: dict[Validators, int] = {"both": 30, "etag": 20, "date": 20, "none": 30}
_TEXTS: dict[Text, int] = {"whole": 70, "taste": 14, "long": 10, "titles": 6}
_TITLES: dict[Titles, int] = {"own": 66, "this week": 8, "recurring": 12, "landing": 7, "report": 7}
_SLUGS: dict[Slugs, int] = {"stays": 60, "follows": 25, "node": 15}
_PARTS: dict[Part, int] = {"": 91, "passes on": 5, "forges": 4}
Choice = TypeVar("Choice")


def _one(random: Random, weights: Mapping[Choice, int]) -> Choice:
    return random.choices(list(weights), weights=list(weights.values()))[0]


def invent(random: Random) -> Profile:
    """A newsroom like those in the field: most are orderly, few in every way."""
    format_ = _one(random, _FORMATS)
    lists_links = format_ in ("page", "sitemap")
    dates = _one(random, _DATES)
    if format_ == "sitemap" and dates == "now":
        dates = "full"
    keeps = _one(random, _KEEPS)
    if lists_links:
        keeps = "nothing"
    if keeps == "links" and format_ == "rss1":
        keeps = "paged"
    if keeps == "paged" and format_ == "json":
        keeps = "links"
    shown = (
        random.randint(20, 60)
        if format_ == "sitemap"
        else random.choice((5, 8, 10, 10, 10, 12, 15, 20, 20, 30))
    )
    made = Profile(
        format=format_,
        guids=_one(random, _GUIDS),
        dates=dates,
        keeps=keeps,
        shown=shown,
        a_year=min(random.lognormvariate(3.7, 0.8), 280.0),
        text="whole" if lists_links else _one(random, _TEXTS),
        titles=_one(random, _TITLES),
        slugs=_one(random, _SLUGS),
        part="" if lists_links else _one(random, _PARTS),
        ages=format_ == "sitemap" and dates != "missing" and random.random() < 0.5,
        cut_at_first=random.random() < 0.06,
        stamp=random.random() < 0.3,
        counters=format_ == "rss2" and random.random() < 0.12,
        shuffled=format_ in ("rss2", "json", "page") and dates == "full" and random.random() < 0.04,
        pinned=random.choice((1, 2)) if not lists_links and random.random() < 0.12 else 0,
        validators=_one(random, _VALIDATORS),
    )
    return _possible(made)


def _possible(made: Profile) -> Profile:
    """What goes together: who doesn't sort has nothing on top, and the like."""
    if made.shuffled:
        made = replace(made, pinned=0)
    if made.titles == "landing":  # what says which issue it is are guid, date and text
        made = replace(made, titles="own") if made.format in ("rss1", "page", "sitemap") else made
    if made.titles == "landing":
        guids: Guids = "number" if made.guids in ("permalink", "none") else made.guids
        made = replace(made, guids=guids, text="whole", slugs="stays", part="", pinned=0)
        made = replace(made, keeps="links" if made.keeps == "sitemap" else made.keeps)
    if made.part:  # others' pages say what others say
        dates = "full" if made.dates in ("missing", "now") else made.dates
        made = replace(made, dates=dates, text="whole", keeps="nothing", shuffled=False, pinned=0)
    if made.ages:
        made = replace(made, dates="full")
    return made
