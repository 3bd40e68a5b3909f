"""Newsrooms without a network: releases as shards would hand them over, and subscriptions that are told."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from presswatch.delivering import draft
from presswatch.digests.model import Digest
from presswatch.feeds.keys import link_key
from presswatch.feeds.values import Entry, Fetched, MatchedEntry, Read, Validators
from presswatch.matching.matcher import matcher_for
from presswatch.pages.values import MatchedPage, PageRead
from presswatch.releases.found import find_in_release
from presswatch.watch import Feed, Subscription, Watch
from storage.archive import Archive
from tests.support.setup import NOW

ALIAS = "The county will end S-Comm."
JAIL = "The sheriff signed a 287(g) agreement."
STORY = (
    "Twenty groups called on the governor today to open the old harbour bridge to people on foot. "
    "They had gathered nine thousand signatures since the first warm days of spring, most of them at "
    "the weekly market. The governor's office said that it would study the letter and give an answer "
    "before the new year begins. “Nobody who has waited for the ferry in the rain needs to be told why,” "
    "said a baker who walks to work along the quay every morning before the sun is up."
)


@dataclass
class Press:
    """An archive and a watch whose feeds show what they are told to; a minute passes with each reading.

    While ``teasers`` is true, the pages behind what is shown are to be read.
    """

    archive: Archive
    watch: Watch
    now: datetime = NOW
    teasers: bool = False

    def __post_init__(self) -> None:
        self.archive.adopt(self.watch, self.now)

    def subscribe(self, name: str, **options: object) -> Subscription:
        """A new subscription, from this moment on."""
        added = Subscription(id=name, channel="desk", **options)  # type: ignore[arg-type]
        self.watch = replace(self.watch, subscriptions=(*self.watch.subscriptions, added))
        self.archive.adopt(self.watch, self.now)
        return added

    def entry(self, name: str, text: str, title: str = "") -> MatchedEntry:
        """What a feed shows of a release; its name is its identity."""
        title = title or f"Release {name}"
        found = find_in_release(matcher_for(self.watch.programs), title=title, text=text)
        digest = hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()
        link = f"https://newsroom.example/{name}"
        entry = Entry(
            name, link, title, text, text, "en", self.now, "", (f"guid:{name}", link_key(link)), digest
        )
        return MatchedEntry(entry, found.mentions, found.parts, self.teasers)

    def reading(self, publisher: str, *entries: MatchedEntry) -> Read:
        """A feed's reading with these entries: the publisher's first, or the one at that address."""
        feed = next(f for f in self.watch.feeds if publisher in (f.publisher, f.url))
        state = next(f for f in self.archive.due_feeds(self.now, everything=True) if f.url == feed.url)
        return Read(
            fetched=Fetched(state.feed_id, state.url, self.now, 0.1, 200),
            validators=Validators('"1"', ""),
            body_hash="0" * 64,
            size=1,
            title=publisher,
            entries=entries,
            items=len(entries),
            known="",
        )

    def show(self, publisher: str, name: str, text: str, title: str = "") -> None:
        """Let a publisher's feed show a release, and store that."""
        self.show_together((publisher, name, text, title))

    def show_together(self, *shown: tuple[str, str, str, str]) -> None:
        """Let several feeds of one shard show a release each: (publisher, name, text, title)."""
        self.now += timedelta(minutes=1)
        readings = [self.reading(p, self.entry(n, text, title)) for p, n, text, title in shown]
        self.archive.record(readings, self.now)

    def stand(self, publisher: str = "Harbour", hours: float = 6) -> None:
        """Let a publisher's feed show nothing new, some hours later: what it said last has stood."""
        self.now += timedelta(hours=hours)
        self.archive.record([self.reading(publisher)], self.now)

    def page(self, name: str, text: str) -> None:
        """Let the page behind a release be read, under the release's title."""
        self.now += timedelta(minutes=1)
        release_id = self.release(name)
        found = find_in_release(matcher_for(self.watch.programs), title=f"Release {name}", text=text)
        title = str(self.archive.database.table("releases").get(release_id)["title"])
        read = PageRead(
            release_id, f"https://newsroom.example/{name}", self.now, 0.1, 200, "html", "0", 1, title, text
        )
        self.archive.record_pages([MatchedPage(read, found.mentions, found.parts)], self.now)

    def release(self, name: str) -> int:
        """A release's id in the archive."""
        rows = self.archive.database.execute("SELECT id FROM releases WHERE guid = ?", [name])
        return int(rows.fetchone()[0])

    def digest(self, subscription: Subscription, after: timedelta = timedelta()) -> Digest | None:
        """What the subscription is told at this moment, frozen; ``None`` if that is nothing."""
        self.now += after
        made, told, upto = draft(self.watch, self.archive, subscription, self.now)
        stored = self.archive.freeze(made, told, [("desk", "desk")], upto)
        return made if stored else None

    def told(self, subscription: Subscription, after: timedelta = timedelta()) -> list[tuple[str, str, str]]:
        """The same as (kind, program, title), and for later publishers ("also", programs, names)."""
        made = self.digest(subscription, after)
        if made is None:
            return []
        items = [(i.kind, s.program, i.title) for s in made.sections for i in s.items]
        return items + [
            ("also", " ".join(later.programs), ", ".join(p.publisher for p in later.publications))
            for later in made.also
        ]


def feeds(publishers: Sequence[str]) -> tuple[Feed, ...]:
    """A feed for each publisher, which announces whatever it shows."""
    return tuple(
        Feed(f"https://{name.lower()}.example/feed", name, announce_since=None, fulltext="never")
        for name in publishers
    )
