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


@dataclass(frozen=True, slots=True)
class Profile:
    """What a newsroom is like. ``a_year`` is how much it publishes, ``shown`` how much its list shows.

    ``dates`` "now" stand for a newsroom that dates all its items anew each time it is asked. ``keeps`` is
    what its site has of older releases. ``stamp``, ``counters`` and ``shuffled`` change the document's bytes
    without news. ``validators`` are what its server sends.
    """

    format: Format
    guids: Guids
    dates: Dates
    keeps: Keeps
    shown: int
    a_year: float
    teaser: bool
    stamp: bool
    counters: bool
    shuffled: bool
    pinned: int
    bulletin: bool
    validators: Validators

    @property
    def has_guid(self) -> bool:
        """Whether its items carry an identity of their own."""
        return self.guids != "none" and self.format not in ("page", "sitemap")


_FORMATS: dict[Format, int] = {"rss2": 46, "rss1": 8, "atom": 16, "json": 8, "page": 12, "sitemap": 10}
_GUIDS: dict[Guids, int] = {"permalink": 30, "post": 30, "number": 12, "urn": 10, "none": 10}
_DATES: dict[Dates, int] = {"full": 70, "no-zone": 9, "day": 10, "missing": 8, "now": 3}
_KEEPS: dict[Keeps, int] = {"nothing": 45, "links": 10, "paged": 20, "wordpress": 15, "sitemap": 10}
_VALIDATORS: dict[Validators, int] = {"both": 30, "etag": 20, "date": 20, "none": 30}
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
        teaser=format_ in ("rss2", "rss1", "atom", "json") and random.random() < 0.22,
        stamp=random.random() < 0.3,
        counters=format_ == "rss2" and random.random() < 0.12,
        shuffled=format_ in ("rss2", "json", "page") and dates == "full" and random.random() < 0.04,
        pinned=random.choice((1, 2)) if not lists_links and random.random() < 0.12 else 0,
        bulletin=not lists_links and random.random() < 0.08,
        validators=_one(random, _VALIDATORS),
    )
    return replace(made, pinned=0) if made.shuffled else made  # who doesn't sort has nothing on top
