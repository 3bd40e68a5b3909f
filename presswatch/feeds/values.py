"""What passes between the stages of reading: plain, frozen, picklable values.

A shard's job goes to a thread, a process or another machine, and its readings come back; neither
holds a connection, a file or a lock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from presswatch.matching.mention import Mention
from presswatch.matching.program import Program
from presswatch.releases.part import Part
from presswatch.watch import FetchRules, Fulltext, Kind, Selectors


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "has it changed?" with (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the archive knows of a feed, as far as reading it again needs it.

    ``body_hash`` is that of the last body read, ``known`` the trace of the items that it showed
    (:mod:`presswatch.feeds.sights`). ``selectors`` and ``only`` belong to their kinds
    (:class:`presswatch.watch.Feed`). ``listing`` is what a sitemap has listed
    (:mod:`presswatch.feeds.listing`).
    """

    feed_id: int
    url: str
    publisher: str
    validators: Validators = Validators()
    body_hash: str = ""
    known: str = ""
    fulltext: Fulltext = "auto"
    kind: Kind = "feed"
    selectors: Selectors | None = None
    only: str = ""
    listing: bytes = b""
    address: str = field(default="", repr=False)

    @property
    def asked(self) -> str:
        """The address that is asked: ``url``, unless a secret is left out of that."""
        return self.address or self.url


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, in our terms.

    ``content`` is the item as it was published (HTML, or plain text), ``text`` what a person reads
    of it. ``published`` is the publisher's claim, in UTC, and ``published_raw`` how it was written.
    ``keys`` identify the release, the strongest first (see :mod:`presswatch.feeds.keys`).
    ``content_hash`` (SHA-256, hexadecimal) changes when the title or text does. ``updated`` is when the
    publisher says that it changed last, where that stands beside the date of its publication. ``cut``: a
    value was longer than is kept (:mod:`presswatch.feeds.bounds`).
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
    content_hash: str
    updated: datetime | None = None
    cut: bool = False

    @property
    def fingerprint(self) -> str:
        """Changes when anything of the item does; 16 hexadecimal digits."""
        parts = [self.guid, self.link, self.content, self.content_hash, self.published_raw]
        if self.updated is not None:
            parts.append(self.updated.isoformat())
        return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class PaceHints:
    """How often a feed says that it wants to be read: RSS 2.0 ``ttl`` in seconds, ``skipHours`` (0 to 23,
    GMT) and ``skipDays`` (0 Monday to 6 Sunday); RSS 1.0's ``sy:updatePeriod`` counts as a ttl.
    """

    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's title and its distinct entries, in the feed's order.

    ``older`` is the address of the document with the entries before these (RFC 5005: ``prev-archive``,
    or ``next`` of a paged feed), empty where the feed names none. ``left_out`` counts the items beyond
    those that are read.
    """

    title: str
    entries: tuple[Entry, ...]
    hints: PaceHints = PaceHints()
    older: str = ""
    left_out: int = 0


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
    """What an answer was: the part of a reading that is true whether or not it held something new.

    ``retry_after`` and ``fresh_for`` are seconds that the server asks to be left alone, and says that its
    answer stays good (RFC 9110, section 10.2.3; RFC 9111, section 5.2.2.1). ``moved_to`` is where
    permanent redirects led, empty if there were none.
    """

    feed_id: int
    url: str
    started: datetime
    seconds: float
    status: int | None = None
    retry_after: float | None = None
    fresh_for: float | None = None
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server said 304, or sent the same bytes again. Its newest validators come along."""

    fetched: Fetched
    validators: Validators


@dataclass(frozen=True, slots=True)
class Kept:
    """An item that a feed shows as it did last time: its place among all, its place ``before``, and the
    publisher's date.
    """

    place: int
    published: datetime | None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a sitemap lists beside the releases that are read: ``listing``, to be kept for the next reading
    (:mod:`presswatch.feeds.listing`); of the releases that it shows now the guids of those that it listed
    ``before``, and of those in a part that it named before and that is read for the first time (``late``).
    ``is_news``: it is a news sitemap, which keeps what is younger than two days.
    """

    listing: bytes
    before: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    is_news: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """The feed was read. It showed ``items`` in all, of which ``entries`` holds those that it didn't show
    in this form last time; ``known`` is the trace of all of them. ``hints`` is ``None`` where nothing of it
    had to be parsed. ``kept`` are the items that are still there from last time. ``listed`` is of a sitemap.
    ``warning`` says what of the feed is not read; it is empty if all is. ``cut``: the document broke off
    before its end. ``names_older``: it names a document with the entries before these.
    """

    fetched: Fetched
    validators: Validators
    body_hash: str
    size: int
    title: str
    entries: tuple[MatchedEntry, ...]
    items: int
    known: str
    hints: PaceHints | None = None
    kept: tuple[Kept, ...] = ()
    listed: Listed | None = None
    warning: str = ""
    cut: bool = False
    names_older: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The feed could not be read; ``reason`` is one line for people."""

    fetched: Fetched
    reason: str
    retriable: bool


@dataclass(frozen=True, slots=True)
class Postponed:
    """The feed was not asked: its host wants to be left alone until ``until``, or there was no time left
    (``None``: it stays due).
    """

    feed_id: int
    until: datetime | None


Reading = Unchanged | Read | Failed | Postponed


@dataclass(frozen=True, slots=True)
class ShardJob:
    """A share of a cycle: feeds to read, programs to look for, and the manners to keep. After ``deadline``
    no further feed is asked.
    """

    feeds: tuple[FeedState, ...]
    programs: tuple[Program, ...]
    rules: FetchRules
    deadline: datetime | None = None
