"""A simulated year: newsrooms whose truth is known, and the product that watches them."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from presswatch.pipeline import run_cycle
from presswatch.watch import Channel, Feed, FetchRules, Selectors, Subscription, Watch
from storage.archive import Archive
from tests.simulation import ours
from tests.simulation.mishaps import befall
from tests.simulation.newsroom import Newsroom
from tests.simulation.profile import invent
from tests.simulation.publishing import Press
from tests.simulation.release import PROGRAMS, Release
from tests.simulation.site import Internet
from tests.simulation.transport import Clock, connected
from tests.simulation.words import Writer

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AFTERWARDS = 9 * DAY
"""Time without news after the year, in which what is owed can be told."""
_SELECTORS = Selectors(item="li.item", link="h3 a", date="time")
_FIRST = (
    Subscription("at-once", "desk", health=True),
    Subscription("daily", "desk", schedule="0 8 * * *", timezone=ZoneInfo("America/New_York")),
    Subscription("weekly", "desk", schedule="0 9 * * 1", programs=("section-914",), timezone=ZoneInfo("UTC")),
)
_LATER = Subscription("later", "desk", programs=("tidewater", "lantern-gate"))


@dataclass
class Year:
    """A year that was lived through. ``added`` is when, in truth, each newsroom came onto the watch."""

    start: datetime
    end: datetime
    newsrooms: list[Newsroom]
    releases: list[Release]
    archive: Path
    mailbox: ours.Mailbox
    happened: Counter[str] = field(default_factory=Counter)
    added: dict[int, datetime] = field(default_factory=dict)
    subscribed: dict[str, datetime] = field(default_factory=dict)
    clocks: list[tuple[datetime, timedelta]] = field(default_factory=list)
    cycles: int = 0
    requests: int = 0
    seconds: float = 0.0
    unexpected: list[str] = field(default_factory=list)
    """What the product logged as an error of its own."""

    def shown_at(self, moment: datetime) -> datetime:
        """What the product's clock showed at a true moment."""
        wrong = timedelta(0)
        for since, wrong_by in self.clocks:
            if since <= moment:
                wrong = wrong_by
        return moment + wrong


class _Life:
    """The product's year, cycle by cycle."""

    def __init__(self, year: Year, random: Random, hours: float) -> None:
        self.year = year
        self.random = random
        self.hours = hours
        self.clock = Clock(year.start)
        self.internet = Internet(year.newsrooms)
        length = year.end - year.start
        self.late = {room.number for room in year.newsrooms if random.random() < 0.05}
        self.join_at = {number: year.start + random.random() * 0.7 * length for number in sorted(self.late)}
        self.down = ours.spans(random, year.start, year.end, 8, (3, 240))
        self.set_back = ours.spans(random, year.start, year.end, 2, (6, 100))
        self.closed = ours.spans(random, year.start, year.end, 5, (2, 48))
        self.second = year.start + 0.45 * length
        self.watch = self._watch()
        self.archive = Archive(year.archive)

    def _watch(self) -> Watch:
        now = self.clock.true
        feeds = []
        for room in self.year.newsrooms:
            if now < self.join_at.get(room.number, now):
                continue
            if room.number not in self.year.added:
                self.year.added[room.number] = now
                room.advance(now)
                room.configured = room.url
            feeds.append(
                Feed(
                    room.configured,
                    room.publisher,
                    interval=timedelta(hours=self.hours),
                    kind=room.profile.format if room.profile.format in ("page", "sitemap") else "feed",
                    selectors=_SELECTORS if room.profile.format == "page" else None,
                )
            )
        subscriptions = [*_FIRST, *([_LATER] if now >= self.second else [])]
        for subscription in subscriptions:
            self.year.subscribed.setdefault(subscription.id, now)
        return Watch(
            source=self.year.archive.with_name("watch.toml"),
            archive=self.year.archive,
            fetch=FetchRules(connections=1, page_delay=0.0, host_delay=0.0, longest_cycle=3600.0),
            feeds=tuple(feeds),
            programs=PROGRAMS,
            channels=(Channel("desk", "file", None),),
            subscriptions=tuple(subscriptions),
        )

    def pause(self, failure: str) -> None:
        """Let the time pass that a request takes."""
        slow = failure == "no answer in time"
        self.clock.true += timedelta(seconds=15 if slow else 0.25)

    def live(self, on_day: Callable[[int], None]) -> None:
        """Cycle after cycle until everything is over."""
        tick, day = self.year.start, 0
        with connected(self.internet, self.clock, self.pause):
            while tick < self.year.end + AFTERWARDS:
                self.clock.true = max(tick, self.clock.true)
                self._tick()
                tick += timedelta(hours=self.hours * self.random.uniform(0.92, 1.1))
                if (tick - self.year.start).days > day:
                    day = (tick - self.year.start).days
                    on_day(day)
        self.archive.close()
        self.year.requests = self.internet.requests

    def _tick(self) -> None:
        now, happened = self.clock.true, self.year.happened
        self._set_clock(now)
        for span in list(self.down):
            if span[0] <= now < span[1]:
                happened["our cycles that didn't run since we were down"] += 1
                return
            if now >= span[1]:
                self.down.remove(span)
                happened["we were down"] += 1
        self.year.mailbox.closed = any(since <= now < until for since, until in self.closed)
        happened["our cycles with the mail server down"] += self.year.mailbox.closed
        self.watch = self._watch()
        if self.random.random() < 0.02:
            happened["we were restarted"] += 1
            self.archive.close()
            self.archive = Archive(self.year.archive)
        kind = self.random.choice(ours.KILLS) if self.random.random() < 0.02 else ""
        if now >= self.year.end:
            kind = ""
        self._cycle(kind)

    def _set_clock(self, now: datetime) -> None:
        wrong = -timedelta(hours=1) * any(since <= now < until for since, until in self.set_back)
        if wrong != self.clock.wrong_by:
            self.clock.wrong_by = wrong
            self.year.clocks.append((now, wrong))
            self.year.happened["our clock was set back" if wrong else "our clock was set right"] += 1

    def _cycle(self, kill: str) -> None:
        self.year.cycles += 1
        try:
            with ours.deadly(kill, self.year.mailbox, self.random, self.year.happened) as in_turn:
                run_cycle(self.watch, self.archive, {"desk": self.year.mailbox}, in_turn, clock=self.clock)
        except ours.Killed:
            for release, version, _ in self.internet.shown:
                release.glimpsed.add(version)
            self.archive.close()
            self.archive = Archive(self.year.archive)
        else:
            for release, version, at in self.internet.shown:
                release.served.setdefault(version, at)
        self.internet.shown.clear()
        if self.internet.broken:
            raise self.internet.broken[0]


def live_through(
    folder: Path,
    *,
    newsrooms: int,
    days: int,
    seed: int,
    hours: float = 6.0,
    on_day: Callable[[int], None] = lambda day: None,
) -> Year:
    """A year, or less, of so many newsrooms, read every so many hours. The same for the same seed."""
    begun = time.perf_counter()
    random = Random(seed)
    end = START + days * DAY
    rooms = [Newsroom(n, invent(random), Random(f"{seed} {n}")) for n in range(newsrooms)]
    happened: Counter[str] = Counter()
    press = Press(Writer(random), random, happened, rooms)
    chapters = _chapters(rooms, random)
    for room in rooms:
        press.fill(room, START, end)
        befall(room, START, end, happened)
    _statements(press, rooms, random, START, end)
    _templates(press, [*chapters, rooms], random, START, end)
    for room in rooms:
        if room.profile.part == "passes on":
            press.pass_on(room, START, end)
    year = Year(START, end, rooms, press.releases, folder / "archive.db", ours.Mailbox(), happened)
    with _errors_logged(year.unexpected):
        _Life(year, random, hours).live(on_day)
    year.seconds = time.perf_counter() - begun
    return year


@contextmanager
def _errors_logged(into: list[str]) -> Iterator[None]:
    """Gather what the product logs as errors: it goes on after them, so that nothing else would tell."""

    class Gather(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            into.append(f"{record.getMessage()}: {error!r}")

    handler, logger = Gather(logging.ERROR), logging.getLogger("presswatch")
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated


def _chapters(rooms: Sequence[Newsroom], random: Random) -> list[list[Newsroom]]:
    """Newsrooms that get one publisher's name, and count their releases alike."""
    plain = [room for room in rooms if not room.profile.part and room.profile.titles != "landing"]
    able = [room for room in plain if room.profile.format in ("rss2", "atom")]
    chosen = random.sample(able, min(len(able), 3 * max(1, round(len(rooms) / 25))))
    groups = [chosen[first : first + 3] for first in range(0, len(chosen), 3)]
    for number, group in enumerate(groups):
        for room in group:
            room.profile = replace(room.profile, guids="post", slugs="stays")
            room.publisher, room.next_serial = f"Chapters {number}", 1
    return groups


def _templates(
    press: Press, groups: Sequence[Sequence[Newsroom]], random: Random, start: datetime, end: datetime
) -> None:
    count = max(2, round(30 * ((end - start) / timedelta(days=365)) * len(groups[-1]) / 200))
    able = [[room for room in group if room.profile.titles != "landing"] for group in groups]
    for number in range(count):
        group = able[number % len(able)]
        members = random.sample(group, min(len(group), random.randint(2, 5)))
        press.template(members, start + random.random() * (end - start), end)


def _statements(
    press: Press, rooms: Sequence[Newsroom], random: Random, start: datetime, end: datetime
) -> None:
    count = max(2, round(45 * ((end - start) / timedelta(days=365)) * len(rooms) / 200))
    for story in range(count):
        able = [room for room in rooms if room.profile.titles != "landing"]
        members = random.sample(able, min(len(able), random.randint(3, 12)))
        press.statement(story, members, start + random.random() * (end - start), end)
