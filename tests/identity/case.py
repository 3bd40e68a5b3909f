"""A case: what small newsrooms show, reading by reading, and what a careful person makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""When each table's first reading is."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a newsroom shows of a release.

    ``release`` is a word that stands in its text and in no other release's: by it we know which release a
    digest tells of. Links, and guids that are addresses, begin with ``//``; their hosts (``a.example``) are
    made the case's own. ``page`` is what stands at the link, if that is more than the feed carries.
    """

    release: str
    title: str
    paragraphs: tuple[str, ...]
    link: str
    guid: str = ""
    date: datetime | None = None
    page: tuple[str, ...] = ()


Reading = Sequence[Item]
"""What a list shows at one time, the newest first."""


@dataclass(frozen=True, slots=True)
class Room:
    """A newsroom: its list on a host of its own, and what that shows at each reading.

    ``host`` is its host's name without ``.example``, ``path`` where its list is there. Rooms with the same
    ``publisher`` stand under one name in the configuration. ``kind`` is "feed", or "page" for a list in HTML.
    ``cut`` says how many items the first reading gets before the document breaks off, if it does. Of what is
    shown, a feed has the first ``most``; the rest is in documents before it, which it links (RFC 5005).
    """

    readings: tuple[Reading, ...]
    host: str = "a"
    publisher: str = "A"
    kind: Literal["feed", "page"] = "feed"
    path: str = "/list"
    cut: int = 0
    most: int = 0

    def at(self, reading: int) -> Reading:
        """What it shows at a reading; after the last, what it showed then."""
        return self.readings[min(reading, len(self.readings) - 1)]


class Told(NamedTuple):
    """Something that digests tell: of which publisher, how, and of which release.

    ``kind`` is "new", "updated", "removed", "again", or "also" for a further publisher of a story, of which
    no more than the name is told (then ``release`` is empty).
    """

    publisher: str
    kind: str
    release: str = ""


Outcome = tuple[Told, ...]
"""All that digests tell of a case, in any order, each as often as it is told."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case with all the outcomes that are right; mostly there is one.

    ``rows`` is how many releases the archive has afterwards, ``None`` where that may be seen either way.
    Where nobody could tell two items apart (``undecidable``), all in the first outcome is told at least once,
    in whatever way.
    """

    name: str
    rooms: tuple[Room, ...]
    right: tuple[Outcome, ...]
    rows: int | None
    undecidable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Cases of one kind. They are read together, ``every`` so long, as one watch.

    ``fulltext`` says whether pages behind items are read, as in the configuration.
    """

    name: str
    cases: tuple[Case, ...]
    every: timedelta
    fulltext: Literal["auto", "never"] = "never"


def new(*items: Item, publisher: str = "A") -> Outcome:
    """Each of the items is told as new."""
    return tuple(Told(publisher, "new", item.release) for item in items)
