"""Holding what was archived and told against what is true."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from presswatch.digests.health import FeedTurn
from presswatch.digests.model import DigestItem
from presswatch.times import from_text, to_text
from tests.simulation.newsroom import Newsroom
from tests.simulation.release import Release
from tests.simulation.year import Year

DAY = timedelta(days=1)
_WORD = re.compile(r"\w+")
_SUBSCRIBED = {
    "at-once": None,
    "daily": None,
    "weekly": {"section-914"},
    "later": {"tidewater", "lantern-gate"},
}


@dataclass
class Account:
    """How the year went. The lists name cases in words, to look into."""

    figures: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    without_cause: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    health_twice: list[str] = field(default_factory=list)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many faults of each sort befell what kinds of newsrooms and releases."""


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    release: Release
    first_seen: datetime


class Reckoning:
    """The archive and the mailbox of a year, read with the truth in hand."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.account = Account()
        self._database = sqlite3.connect(year.archive)
        self._database.row_factory = sqlite3.Row
        self._names = {release.name: release for release in year.releases if release.copy_of is None}
        self._copies = {
            (release.newsroom, release.copy_of.number): release
            for release in year.releases
            if release.copy_of is not None
        }
        self._rooms = {room.configured: room for room in year.newsrooms}
        self.stored: dict[int, _Stored] = {}
        self.of: dict[int, list[_Stored]] = defaultdict(list)
        self.gaps: dict[int, list[sqlite3.Row]] = defaultdict(list)
        self.told: dict[tuple[str, str, tuple[str, int]], list[tuple[str, Release]]] = defaultdict(list)
        self.named: Counter[tuple[str, str, int]] = Counter()

    def reckon(self) -> Account:
        """All of it."""
        self._read_archive()
        self._read_mailbox()
        self._releases()
        self._mentions()
        self._repetitions()
        self._gaps()
        self._database.close()
        return self.account

    def _read_archive(self) -> None:
        for row in self._database.execute(
            "SELECT r.*, f.url AS feed FROM releases r JOIN feeds f ON f.id = r.feed_id ORDER BY r.id"
        ):
            release = self._release_of(self._rooms[row["feed"]], row)
            if release is None:
                self.account.figures["releases that can't be told apart"] += 1
                continue
            stored = _Stored(row["id"], release, from_text(row["first_seen"]))
            self.stored[row["id"]] = stored
            self.of[release.number].append(stored)
        for row in self._database.execute(
            "SELECT g.*, f.url AS feed FROM gaps g JOIN feeds f ON f.id = g.feed_id ORDER BY g.id"
        ):
            self.gaps[self._rooms[row["feed"]].number].append(row)

    def _release_of(self, room: Newsroom, row: sqlite3.Row) -> Release | None:
        for word in _WORD.findall(row["text"]):
            if word in self._names:
                found = self._names[word]
                found = self._copies.get((room.number, found.number), found)
                if found.newsroom != room.number:
                    self._fault(
                        "without_cause", found, words=f"its words are in #{row['id']} of {room.publisher}"
                    )
                    return None
                return found
        return room.addresses.get("/" + row["url"].partition("://")[2].partition("/")[2])

    def _fault(self, sort: str, *releases: Release, words: str) -> None:
        """Note a case, and of what kinds its releases and their newsrooms are."""
        kinds = {f"release: {release.kind}" for release in releases if release.kind}
        kinds = kinds.union(*(self.year.newsrooms[release.newsroom].kinds for release in releases))
        getattr(self.account, sort).append(f"{words}\n      {sorted(kinds)}")
        self.account.kinds.update((sort.replace("_", " "), kind) for kind in kinds or {"as usual"})

    def _read_mailbox(self) -> None:
        last_health = self._health_at_first()
        for subscription, digest in self.year.mailbox.received.values():
            self.account.figures["digests"] += 1
            for turn in digest.coverage.turned:
                self.account.figures["feeds' turns told"] += 1
                if last_health.get((subscription, turn.url), "well") == turn.health:
                    self.account.health_twice.append(f"{subscription} {turn}")
                last_health[subscription, turn.url] = turn.health
                self._is_in_trouble(subscription, turn, digest.created)
            for section in digest.sections:
                for item in section.items:
                    self._item(subscription, section.program, item, digest.created)
            for later in digest.also:
                for program in later.programs:
                    for publication in later.publications:
                        self.named[subscription, program, publication.release_id] += 1

    def _health_at_first(self) -> dict[tuple[str, str], str]:
        """How feeds fared when a subscription began, which its turns are counted from."""
        found: dict[tuple[str, str], str] = {}
        changes = "SELECT h.at, h.health, f.url FROM health_changes h JOIN feeds f ON f.id = h.feed_id"
        for row in self._database.execute(f"{changes} ORDER BY h.id"):
            for subscription, begun in self.year.subscribed.items():
                if row["at"] <= to_text(self.year.shown_at(begun)):
                    found[subscription, row["url"]] = row["health"]
        return found

    def _item(self, subscription: str, program: str, item: DigestItem, created: datetime) -> None:
        self.account.figures[f"told: {item.kind}"] += 1
        stored = self.stored.get(item.release_id)
        if stored is None:
            return
        if item.kind in ("new", "updated"):
            words = f"{created:%F %T} {item.kind} #{item.release_id} {item.title!r}"
            self.told[subscription, program, stored.release.unit].append((words, stored.release))
            self._is_with_cause(subscription, program, item, stored.release)
        for other in item.others:
            self.named[subscription, program, other.release_id] += 1

    def _is_with_cause(self, subscription: str, program: str, item: DigestItem, release: Release) -> None:
        ever = frozenset().union(*(version.programs for version in release.versions))
        what = f"{subscription} {program} {item.title}"
        if program not in ever:
            self._fault("without_cause", release, words=f"{what}: never mentioned")
        if item.kind == "updated" and not set(release.edits) & {"added", "restored"}:
            room = self.year.newsrooms[release.newsroom]
            self._fault(
                "without_cause", release, words=f"{what}: updated, edits {release.edits} {room.profile}"
            )
        if item.kind == "new" and self._is_old(release):
            self._fault("without_cause", release, words=f"{what}: was old {self.words(release)}")

    def _is_old(self, release: Release) -> bool:
        """Whether it had been published days before its newsroom was first read, as people could see."""
        source, room = release.copy_of or release, self.year.newsrooms[release.newsroom]
        added = self.year.added.get(source.newsroom, self.year.added[release.newsroom])
        claimed = source.claimed is not None and source.claimed > source.published + 2 * DAY
        back_on_top = source.order is not None or (
            room.profile.pinned > 0 and room.profile.dates == "missing"
        )
        return source.published < added - 4 * DAY and not claimed and not back_on_top

    def _is_in_trouble(self, subscription: str, turn: FeedTurn, at: datetime) -> None:
        """Whoever is told as failing was in trouble not long ago."""
        room = self._rooms[turn.url]
        if turn.health not in ("failing", "gone") or room.left_host or room.dead_hosts:
            return
        if not any(begun <= at and until > at - 15 * DAY for begun, until in room.troubles):
            self.account.without_cause.append(f"{subscription} {turn}: {sorted(room.kinds)}")
            self.account.kinds.update(("told as failing", kind) for kind in room.kinds)

    def _is_not_owed(self, release: Release, added: datetime | None) -> bool:
        """Whether it was published before its newsroom was watched or after the year, or by another."""
        return (
            added is None
            or release.published < added
            or release.published >= self.year.end
            or release.copy_of is not None
        )

    def _releases(self) -> None:
        figures = self.account.figures
        for release in self.year.releases:
            added = self.year.added.get(release.newsroom)
            if self._is_not_owed(release, added):
                continue
            figures["releases published while watched"] += 1
            if self.of[release.number]:
                figures["releases archived"] += 1
            elif self._gap_of(release):
                figures["releases missed, covered by a gap"] += 1
            elif self._is_behind_a_failure(release):
                figures["releases of newsrooms that have not come back, which is told"] += 1
            elif self._was_never_to_be_seen(release):
                figures["releases withdrawn before anybody could look"] += 1
            else:
                self._fault("missed", release, words=f"release {self.words(release)}")

    def _was_never_to_be_seen(self, release: Release) -> bool:
        """Whether it was taken down before the list was read again, and never read in it since."""
        until = release.withdrawn_first
        reads = self.year.newsrooms[release.newsroom].handed_out
        return (
            until is not None
            and not release.served
            and not any(release.published <= at < until for at in reads)
        )

    def _is_behind_a_failure(self, release: Release) -> bool:
        """Whether its newsroom could not be read again since then, and is known as failing."""
        found = self._database.execute(
            "SELECT 1 FROM feeds WHERE url = ? AND health IN ('failing', 'gone') AND last_success < ?",
            [
                self.year.newsrooms[release.newsroom].configured,
                to_text(self.year.shown_at(release.published)),
            ],
        )
        return found.fetchone() is not None

    def _gap_of(self, release: Release) -> sqlite3.Row | None:
        at = to_text(self.year.shown_at(release.published))
        for gap in self.gaps[release.newsroom]:
            if gap["status"] != "recovered" and gap["seen_before"] <= at <= gap["found"]:
                return gap
        return None

    def _mentions(self) -> None:
        owed: dict[tuple[str, str, tuple[str, int]], list[Release]] = defaultdict(list)
        for release in self.year.releases:
            added = self.year.added.get(release.newsroom)
            if self._is_not_owed(release, added):
                continue
            for subscription, only in _SUBSCRIBED.items():
                since = self.year.subscribed.get(subscription)
                if since is None or release.published <= since:
                    continue
                for program in sorted(self._owed_of(release)):
                    if only is None or program in only:
                        owed[subscription, program, release.unit].append(release)
        for key, releases in owed.items():
            self.account.figures["mentions owed"] += 1
            if key in self.told:
                self.account.figures["mentions told"] += 1
            elif not any(self.of[release.number] for release in releases):
                self.account.figures["mentions missed with their releases"] += 1
            else:
                archived = next(release for release in releases if self.of[release.number])
                self._fault("missed", archived, words=f"mention {key} {self.words(archived)}")

    def _owed_of(self, release: Release) -> frozenset[str]:
        sets = [version.programs for version in release.versions]
        if release.served:
            # A list may look the same after an edit, so that what a killed run has stored stands.
            first, *later = sorted(release.served)
            seen = frozenset.intersection(sets[first], *(sets[number] for number in release.glimpsed))
            return seen.union(*(sets[number] for number in later))
        return frozenset.intersection(*sets)

    def _repetitions(self) -> None:
        for key, times in self.told.items():
            if len(times) > 1:
                shown = [release for _, release in times]
                if any(one.number in self.year.newsrooms[one.newsroom].undecidable for one in shown):
                    self.account.figures["told again, since nobody could tell"] += 1
                    continue
                lines = "\n      ".join(line for line, _ in times)
                self._fault("twice", *shown, words=f"{key} {self.words(shown[0])}\n      {lines}")
        for number, stored in self.of.items():
            release = self.year.releases[number]
            if len(stored) > 1:
                room = self.year.newsrooms[release.newsroom]
                if number in room.unstable | room.undecidable:
                    self.account.figures["archived twice, since all of it was changed at once"] += (
                        len(stored) - 1
                    )
                else:
                    self._fault(
                        "duplicates", release, words=f"{[s.id for s in stored]} {self.words(release)}"
                    )
        self.account.figures["publishers named twice of a story"] = sum(n > 1 for n in self.named.values())

    def _gaps(self) -> None:
        figures = self.account.figures
        for number, gaps in self.gaps.items():
            releases = [release for release in self.year.releases if release.newsroom == number]
            for gap in gaps:
                figures["gaps"] += 1
                figures[f"gaps: {gap['status']}"] += 1
                figures["releases recovered"] += gap["recovered"]
                caused = any(
                    gap["seen_before"] <= to_text(self.year.shown_at(release.published)) <= gap["found"]
                    and not any(to_text(s.first_seen) <= gap["found"] for s in self.of[release.number])
                    for release in releases
                )
                # What stood below the end of a document that broke off had not been seen, either.
                caused |= (
                    gap["recovered"] > 0 and "first reading is cut" in self.year.newsrooms[number].befell
                )
                if not caused:
                    room = self.year.newsrooms[number]
                    self.account.kinds.update(("false gaps", kind) for kind in room.kinds or {"as usual"})
                    figures["gaps without cause"] += 1
                    figures[f"gaps without cause: {gap['status']}"] += 1

    def words(self, release: Release) -> str:
        """A release and its newsroom, for people who look into a case."""
        room = self.year.newsrooms[release.newsroom]
        stored = [(s.id, to_text(s.first_seen)) for s in self.of[release.number]]
        gaps = [(g["seen_before"], g["found"], g["status"]) for g in self.gaps[room.number]]
        return (
            f"{release.number} {release.version.title!r} published {release.published:%F %T}"
            f" story {release.story} edits {release.edits}"
            f" withdrawn {release.withdrawn} served {release.served}\n"
            f"    archived {stored}; {room.publisher} {room.profile}\n    gaps {gaps}"
        )


def reckon(year: Year) -> Account:
    """Hold a year's archive and mailbox against its truth."""
    return Reckoning(year).reckon()
