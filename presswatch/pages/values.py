"""What goes into reading pages and comes out of it: plain, frozen, picklable values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from presswatch.matching.mention import Mention
from presswatch.matching.program import Program
from presswatch.releases.part import Part
from presswatch.watch import FetchRules

Kind = Literal["html", "pdf"]


@dataclass(frozen=True, slots=True)
class PageState:
    """A release whose page is to be read, and the page's address as the feed gave it. ``newsroom`` is whose
    release it is; where nobody says, each host is a newsroom.
    """

    release_id: int
    url: str
    newsroom: str = ""


@dataclass(frozen=True, slots=True)
class PageJob:
    """A share of a cycle: pages to read, and the manners to keep.

    ``delay`` is the least time between two requests for pages of one host, in seconds. After ``deadline``
    no further page is begun.
    """

    pages: tuple[PageState, ...]
    rules: FetchRules
    delay: float
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page was read.

    ``url`` is the address that answered, after redirects. ``at`` is when the reading began, in UTC,
    ``seconds`` how long it took without robots.txt and the waiting before it. ``body_hash`` is the SHA-256
    (hexadecimal) of the ``size`` bytes that came, after decompression. ``text`` has paragraphs apart
    by an empty line; ``title`` is one line and may be empty.
    """

    release_id: int
    url: str
    at: datetime
    seconds: float
    status: int
    kind: Kind
    body_hash: str
    size: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PageFailed:
    """A page could not be read, or may not be.

    ``url`` is the address that was asked for, ``reason`` one line for people, and ``retriable`` says
    whether the same may succeed in a later cycle. ``status`` is ``None`` where there was no answer.
    """

    release_id: int
    url: str
    at: datetime
    seconds: float
    status: int | None
    reason: str
    retriable: bool


PageReading = PageRead | PageFailed


@dataclass(frozen=True, slots=True)
class DuePage:
    """A release whose page is to be read."""

    release_id: int
    url: str
    title: str
    publisher: str


@dataclass(frozen=True, slots=True)
class PageShard:
    """A share of the pages that are due, and what to look for in them. After ``deadline`` no further page
    is begun.
    """

    pages: tuple[DuePage, ...]
    programs: tuple[Program, ...]
    rules: FetchRules
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchedPage:
    """A page that was read (or not), what its release mentions with that text, and its parts."""

    reading: PageReading
    mentions: tuple[Mention, ...] = ()
    parts: tuple[Part, ...] = ()
