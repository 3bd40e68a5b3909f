"""What the user asked to be watched: the validated configuration, as plain values.

``config.load`` makes these from TOML. Everything here is frozen and picklable, so that parts of it
can travel to another thread, process or machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from presswatch.matching.program import Program

AT_ONCE = "at-once"

Fulltext = Literal["auto", "always", "never"]
"""Whether the page behind an item is read: where the item is short or cut, or its feed is found to cut
them (:mod:`presswatch.pages.wholeness`); always; or never.
"""


Kind = Literal["feed", "page", "sitemap"]
"""What stands at a newsroom's address: a feed, a page that lists releases, a sitemap."""


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where a page lists its releases, as CSS selectors.

    ``item`` finds each release's box on the page; the others are looked for within a box. ``link`` empty
    stands for the box itself, if it is a link, or its first link; ``title`` empty for the link's words;
    ``date`` and ``summary`` empty for none.
    """

    item: str
    link: str = ""
    title: str = ""
    date: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A newsroom, by its feed, by the page that lists its releases (with ``selectors``), or by its sitemap
    (of which ``only`` the addresses that hold these words, or match this pattern, are releases).

    ``url`` names it wherever it is stored or told. It is the address; where that holds a secret, the address
    masked (:mod:`presswatch.masking`); or the name of the environment variable that holds it (``env:NAME``).
    ``address`` is what is asked then, and stays in this process and those that read for it.

    ``announce_since`` bounds, on the feed's first read, how old an item may be and still be announced;
    ``None`` announces everything the feed shows.
    """

    url: str
    publisher: str
    tags: tuple[str, ...] = ()
    interval: timedelta = timedelta(minutes=30)
    announce_since: timedelta | None = timedelta(days=3)
    fulltext: Fulltext = "auto"
    kind: Kind = "feed"
    selectors: Selectors | None = None
    only: str = ""
    address: str = field(default="", repr=False)

    @property
    def asked(self) -> str:
        """The address that is asked."""
        return self.address or self.url


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How feeds and pages are fetched. Times in seconds, sizes in bytes after decompression.

    ``host_delay`` and ``page_delay`` are the least time between two feeds, and two pages, of one host;
    after ``longest_cycle`` no further feed or page is begun in a cycle.
    """

    connections: int = 32
    timeout: float = 15.0
    total_timeout: float = 60.0
    max_bytes: int = 20_000_000
    allow_private_addresses: bool = False
    user_agent: str = "Presswatch"
    page_delay: float = 1.0
    host_delay: float = 0.5
    longest_cycle: float = 900.0


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out. ``options`` is the validated options object of the notifier that serves ``type``."""

    id: str
    type: str
    options: object


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A time of day in which nobody is told at once: from ``start`` up to ``end``, over midnight if that
    comes first.
    """

    start: time
    end: time

    def hold(self, moment: time) -> bool:
        """Whether the time of day lies within."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told what, and when.

    ``programs``, ``publishers``, ``tags`` (of feeds) and ``languages`` ("es") choose what it is about; each
    is empty for all, and a release whose language nobody says is of all. ``leave_out`` names parts of a
    release ("boilerplate", "signatories"): one that mentions a program only there is not told.

    ``schedule`` is a cron line read in ``timezone``, or ``at-once``. What is told at once waits through the
    ``quiet_hours``, and until ``at_most_every`` has passed since the last time. ``send_empty`` has a
    digest sent at its time also if there is nothing to tell.

    ``recipients`` are addresses that mean something to the channel; a channel that needs none (a folder,
    a hook) is its own only recipient. ``health`` says whether it is told which feeds turn bad and
    mend; each digest's coverage stands in any case. ``formerly`` is the id of a subscription whose place it
    takes, with what that one was told and is owed; empty for none.
    """

    id: str
    channel: str
    recipients: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    schedule: str = AT_ONCE
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    quiet_hours: QuietHours | None = None
    at_most_every: timedelta = timedelta()
    send_empty: bool = False
    health: bool = True
    formerly: str = ""

    @property
    def addresses(self) -> tuple[tuple[str, str], ...]:
        """(channel, recipient) pairs; a channel that needs no recipients is its own only one."""
        return tuple((self.channel, recipient) for recipient in self.recipients or (self.channel,))


@dataclass(frozen=True, slots=True)
class ServeRules:
    """How often ``presswatch serve`` looks for what is due, and how often the archive is looked after.

    ``alerts`` is the channel by which whoever runs it is told, once, that runs fail, and that they work
    again (empty: nobody is), ``alert_recipients`` who that is to the channel. After each cycle that went
    well ``heartbeat_url``, or what the environment variable ``heartbeat_env`` holds, is asked for.
    ``dashboard_port`` is that of the Prefect server of its own; ``None``: the one it had before.
    """

    watch_every: timedelta = timedelta(minutes=5)
    deliver_every: timedelta = timedelta(minutes=2)
    maintain_every: timedelta = timedelta(days=1)
    alerts: str = ""
    alert_recipients: tuple[str, ...] = ()
    heartbeat_url: str = ""
    heartbeat_env: str = ""
    dashboard_port: int | None = None


@dataclass(frozen=True, slots=True)
class Backups:
    """Where copies of the archive go (an absolute path; ``None``: nowhere unless a command says so), and how
    many of the newest are kept.
    """

    folder: Path | None = None
    keep: int = 7


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long, since it was first seen, a release's text is kept; ``None``: for ever. ``publishers``
    says otherwise for some.
    """

    keep: timedelta | None = None
    publishers: tuple[tuple[str, timedelta | None], ...] = ()

    @property
    def is_limited(self) -> bool:
        """Whether anything is to be let go of at all."""
        return any(keep is not None for keep in (self.keep, *dict(self.publishers).values()))


@dataclass(frozen=True, slots=True)
class Watch:
    """The whole configuration. ``source`` is the file it came from, ``archive`` an absolute path.

    ``dask_address`` is that of the Dask scheduler whose workers read the feeds; empty: this machine does.
    """

    source: Path
    archive: Path
    fetch: FetchRules
    feeds: tuple[Feed, ...]
    programs: tuple[Program, ...]
    channels: tuple[Channel, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    serve: ServeRules = ServeRules()
    backups: Backups = Backups()
    retention: Retention = Retention()
    dask_address: str = ""

    def channel(self, channel_id: str) -> Channel:
        """The channel of that id; ``KeyError`` where there is none."""
        for channel in self.channels:
            if channel.id == channel_id:
                return channel
        raise KeyError(channel_id)

    def subscription(self, subscription_id: str) -> Subscription:
        """The subscription of that id; ``KeyError`` where there is none."""
        for subscription in self.subscriptions:
            if subscription.id == subscription_id:
                return subscription
        raise KeyError(subscription_id)

    def program_name(self, program_id: str) -> str:
        """The program's name, or its id where it is no longer watched."""
        return next((program.name for program in self.programs if program.id == program_id), program_id)
