"""What befalls newsrooms in a year. Rates are per newsroom and year."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from tests.simulation.documents import has_news
from tests.simulation.newsroom import Act, Newsroom

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

TROUBLES = {
    "404": 0.5,
    "500": 0.8,
    "503 with Retry-After": 0.5,
    "429": 0.3,
    "no answer in time": 0.6,
    "no connection": 0.5,
    "a web page instead": 0.3,
    "bot wall": 0.4,
    "broken off": 0.4,
    "cut short": 0.4,
    "empty answer": 0.2,
    "no items": 0.3,
    "410 and back": 0.15,
}
"""What a server may answer for a while instead of its list."""
MANNERS = ("site's name appended", "site's name in front", "shortened", "capitals")
"""What redesigns make of titles."""
CHANGES = {
    "all guids changed": 0.25,
    "http to https": 0.15,
    "www or not": 0.12,
    "permalinks changed": 0.15,
    "rebuilt: guids and permalinks changed": 0.12,
    "rebuilt: dates are those of the rebuilding, too": 0.06,
    "redesigned: titles, too": 0.3,
    "rebuilt: node numbers begin anew": 1.0,
    "moved to another domain": 0.1,
    "wrong validators freeze the list": 0.35,
    "pages fail": 0.3,
}


def befall(room: Newsroom, start: datetime, end: datetime, happened: Counter[str]) -> None:
    """Put a year's mishaps on a newsroom's agenda."""
    random = room.random
    share = (end - start) / timedelta(days=365)
    for kind, rate in TROUBLES.items():
        for _ in range(_times(random, rate * share)):
            at = start + random.random() * (end - start)
            _trouble(room, kind, at, at + _how_long(random), happened)
    for kind, rate in CHANGES.items():
        for _ in range(_times(random, rate * share)):
            room.plan(start + random.random() * (end - start), _change(kind, happened))
    for _ in range(_times(random, 0.03 * room.profile.a_year * share)):
        room.plan(start + random.random() * (end - start), _withdraw(happened))
    if room.profile.cut_at_first:
        kind = random.choice(("cut short", "broken off"))
        room.befell.add("first reading is cut")
        _trouble(room, kind, start, start + random.uniform(1, 40) * HOUR, happened)
        happened["first reading is cut"] += 1
    if room.profile.pinned:
        room.plan(start, _pin(happened))
        for _ in range(_times(random, 3 * share)):
            room.plan(start + random.random() * (end - start), _pin(happened))


def _times(random: Random, rate: float) -> int:
    count, left = 0, random.expovariate(1)
    while left < rate:
        count, left = count + 1, left + random.expovariate(1)
    return count


def _how_long(random: Random) -> timedelta:
    """Mostly hours, at times days."""
    return min(random.lognormvariate(2.3, 1.3) * HOUR, 12 * DAY)


def _trouble(room: Newsroom, kind: str, at: datetime, until: datetime, happened: Counter[str]) -> None:
    def begin(room: Newsroom, now: datetime) -> None:
        if not room.trouble:
            room.trouble = kind
            room.troubles.append((now, until))
            happened[f"trouble: {kind}"] += 1
            room.plan(until, finish)

    def finish(room: Newsroom, now: datetime) -> None:
        room.trouble = ""

    room.plan(at, begin)


def _change(kind: str, happened: Counter[str]) -> Act:
    def act(room: Newsroom, now: datetime) -> None:
        if kind.endswith("begin anew") and (room.profile.slugs != "node" or room.profile.lists_titles):
            return
        happened[kind] += 1
        if kind.startswith(("re", "permalinks")):
            room.befell.add(kind)
        _ACTS[kind](room, now)

    return act


def _guids(room: Newsroom, now: datetime) -> None:
    room.renumbered += 1


def _https(room: Newsroom, now: datetime) -> None:
    room.scheme = "https" if room.scheme == "http" else "http"


def _www(room: Newsroom, now: datetime) -> None:
    room.host = room.host.removeprefix("www.") if room.host.startswith("www.") else f"www.{room.host}"


def _permalinks(room: Newsroom, now: datetime) -> None:
    room.rebuilt += 1
    for release in room.releases:
        room.note_address(release)
    if room.profile.format == "sitemap" and not has_news(room):  # it lists nothing but addresses and dates
        room.unstable.update(release.number for release in room.releases)
    if room.profile.lists_titles and room.profile.dates in ("missing", "now"):
        room.undecidable.update(release.number for release in room.releases if release.kind)


def _redesign(room: Newsroom, now: datetime) -> None:
    """Titles look otherwise; mostly the keys change with them."""
    room.manner = room.random.choice(MANNERS)
    if room.random.random() < 0.7:
        _guids(room, now)
    if room.random.random() < 0.7:
        _permalinks(room, now)


def _nodes(room: Newsroom, now: datetime) -> None:
    """What there is moves to new numbers, and what is published next gets the old ones."""
    room.next_node = 1
    for release in room.releases:
        release.node += 10_000
        room.note_address(release)


def _rebuild(room: Newsroom, now: datetime) -> None:
    _guids(room, now)
    _permalinks(room, now)


def _rebuild_with_dates(room: Newsroom, now: datetime) -> None:
    _rebuild(room, now)
    now = now.replace(microsecond=0)
    for release in room.releases:
        if room.profile.dates in ("full", "no-zone"):
            release.claimed = now
        elif room.profile.dates == "day":
            release.claimed = now.replace(hour=0, minute=0, second=0)
        room.unstable.add(release.number)


def _move(room: Newsroom, now: datetime) -> None:
    """To another domain; the old one redirects for some weeks, and then there is nothing."""
    old = room.host
    room.left_host, room.host = old, f"moved{room.host.removeprefix('www.')}"

    def stop(room: Newsroom, now: datetime) -> None:
        room.dead_hosts.add(old)
        room.left_host = "" if room.left_host == old else room.left_host

    room.plan(now + room.random.uniform(9, 40) * DAY, stop)


def _freeze(room: Newsroom, now: datetime) -> None:
    def thaw(room: Newsroom, now: datetime) -> None:
        room.frozen = False

    room.frozen = True
    room.plan(now + room.random.uniform(1, 20) * DAY, thaw)


def _pages_fail(room: Newsroom, now: datetime) -> None:
    def mend(room: Newsroom, now: datetime) -> None:
        room.pages_trouble = ""

    room.pages_trouble = room.random.choice(("500", "no answer in time", "bot wall"))
    room.plan(now + min(_how_long(room.random), 3 * DAY), mend)


_ACTS = {
    "all guids changed": _guids,
    "http to https": _https,
    "www or not": _www,
    "permalinks changed": _permalinks,
    "rebuilt: guids and permalinks changed": _rebuild,
    "rebuilt: dates are those of the rebuilding, too": _rebuild_with_dates,
    "redesigned: titles, too": _redesign,
    "rebuilt: node numbers begin anew": _nodes,
    "moved to another domain": _move,
    "wrong validators freeze the list": _freeze,
    "pages fail": _pages_fail,
}


def _withdraw(happened: Counter[str]) -> Act:
    """Take one of the latest releases down; half of them come back, some at the top of the list."""

    def act(room: Newsroom, now: datetime) -> None:
        listed = [release for release in room.listed() if not release.withdrawn]
        if len(listed) < 3:
            return
        release = room.random.choice(listed)
        release.withdrawn = True
        release.withdrawn_first = release.withdrawn_first or now
        happened["withdrawn"] += 1
        if room.random.random() < 0.5:
            room.plan(now + room.random.uniform(0.2, 150) * DAY, come_back(release.number))

    def come_back(number: int) -> Act:
        def back(room: Newsroom, now: datetime) -> None:
            release = next(release for release in room.releases if release.number == number)
            release.withdrawn = False
            happened["withdrawn and back"] += 1
            if room.random.random() < 0.5:
                release.order = now
                happened["back at the top of the list"] += 1

        return back

    return act


def _pin(happened: Counter[str]) -> Act:
    def act(room: Newsroom, now: datetime) -> None:
        listed = room.listed()
        room.pinned = room.random.sample(listed, min(room.profile.pinned, len(listed)))
        happened["pinned"] += 1

    return act
