"""What passes between the stages of reading: plain, frozen, picklable values.

A shard's job goes to a thread, a process or another machine, and its readings come back; neither
holds a connection, a file or a lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from presswatch.matching.mention import Mention
from presswatch.matching.program import Program
from presswatch.releases.part import Part
from presswatch.watch import FetchRules, Fulltext


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "has it changed?" with (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the archive knows of a feed, as far as reading it again needs it.

    ``body_hash`` is that of the last body read, ``known`` holds the fingerprints of the entries that
    it showed.
    """

    feed_id: int
    url: str
    publisher: str
    validators: Validators = Validators()
    body_hash: str = ""
    known: frozenset[str] = frozenset()
    fulltext: Fulltext = "auto"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, in our terms.

    ``content`` is the item as it was published (HTML, or plain text), ``text`` what a person reads
    of it. ``published`` is the publisher's claim, in UTC, and ``published_raw`` how it was written.
    ``keys`` identify the release, the strongest first (see :mod:`presswatch.feeds.identity`).
    ``fingerprint`` changes when anything of the item does, ``content_hash`` (SHA-256, hexadecimal)
    when its title or text does.
    """

    guid: str
    link: str
    title: str
    content: str
    text: str
    language: str
    published: datetime | None
    published_raw: str
    keys: tuple[str, ...]
    fingerprint: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class MatchedEntry:
    """An entry that the feed didn't show in this form last time: what it mentions, what it is made of,
    and whether the page behind it should be read.
    """

    entry: Entry
    mentions: tuple[Mention, ...]
    parts: tuple[Part, ...] = ()
    needs_page: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an answer was: the part of a reading that is true whether or not it held something new."""

    feed_id: int
    url: str
    started: datetime
    seconds: float
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server said 304, or sent the same bytes again. Its newest validators come along."""

    fetched: Fetched
    validators: Validators


@dataclass(frozen=True, slots=True)
class Read:
    """The feed was read. ``entries`` holds only what is new in it; ``fingerprints`` all that it showed."""

    fetched: Fetched
    validators: Validators
    body_hash: str
    size: int
    title: str
    entries: tuple[MatchedEntry, ...]
    fingerprints: frozenset[str]


@dataclass(frozen=True, slots=True)
class Failed:
    """The feed could not be read; ``reason`` is one line for people."""

    fetched: Fetched
    reason: str
    retriable: bool


Reading = Unchanged | Read | Failed


@dataclass(frozen=True, slots=True)
class ShardJob:
    """A share of a cycle: feeds to read, programs to look for, and the manners to keep."""

    feeds: tuple[FeedState, ...]
    programs: tuple[Program, ...]
    rules: FetchRules
