"""An archive that was filled as feeds fill it, hashes and keys included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from presswatch.feeds.entry import make_entry
from presswatch.feeds.values import MatchedEntry
from presswatch.matching.matcher import matcher_for
from presswatch.matching.program import Program
from presswatch.releases.found import find_in_release
from presswatch.watch import Channel, Feed, FetchRules, Watch
from storage.archive import Archive
from tests.support.press import Press, feeds

PLAIN = "The lamps along the quay were lit again on Monday, the harbour office said."
SECOND = "https://orchard.example/second"
PUBLISHERS = ("Harbour", "River", "Orchard", "Mill")


class Office(Press):
    """Newsrooms whose entries have the keys and hashes that a feed's would have."""

    def entry(self, name: str, text: str, title: str = "", publisher: str = "Harbour") -> MatchedEntry:
        """What a feed shows of a release; its name is its guid and stands in its address."""
        title = title or f"Release {name}"
        found = find_in_release(matcher_for(self.watch.programs), title=title, text=text)
        entry = make_entry(
            publisher=publisher,
            guid=f"https://newsroom.example/?p={name}",
            link=f"https://newsroom.example/{name}",
            title=title,
            content=f"<p>{text}</p>",
            text=text,
            published=self.now,
        )
        return MatchedEntry(entry, found.mentions, found.parts, self.teasers)

    def release(self, name: str) -> int:
        """A release's id in the archive."""
        guid = f"https://newsroom.example/?p={name}"
        found = self.archive.database.execute("SELECT id FROM releases WHERE guid = ?", [guid])
        return int(found.fetchone()[0])

    def shows_again(self, publisher: str, matched: MatchedEntry) -> int:
        """Let a feed show an entry of before; how many releases that makes new."""
        return self.archive.record([self.reading(publisher, matched)], self.now).new


def watch(archive: Path) -> Watch:
    """Four publishers, of which one has two feeds; two programs, one channel."""
    return Watch(
        source=archive.with_name("watch.toml"),
        archive=archive,
        fetch=FetchRules(),
        feeds=(*feeds(PUBLISHERS), Feed(SECOND, "Orchard", announce_since=None, fulltext="never")),
        programs=(
            Program("s-comm", "Secure Communities", terms=("S-Comm",)),
            Program("287g", "287(g)", terms=("287(g)",)),
        ),
        channels=(Channel("desk", "file", None),),
    )


def office(archive: Archive) -> Office:
    """The newsrooms of an open archive."""
    return Office(archive, replace(watch(archive.path)))


def fill(newsrooms: Office) -> None:
    """Everything that a text can go through: plain, edited, read from its page, shown by two feeds, told."""
    from tests.support.press import ALIAS, JAIL, STORY

    desk = newsrooms.subscribe("desk")
    newsrooms.show("Harbour", "1", PLAIN)
    newsrooms.show("River", "2", ALIAS)
    newsrooms.show("River", "2", f"{ALIAS} The council voted on it on Tuesday evening.")
    newsrooms.show("Orchard", "3", f"{STORY} {ALIAS}")
    newsrooms.show("Mill", "4", f"{STORY} {ALIAS}")
    newsrooms.show(SECOND, "3", JAIL, "Release 3")
    newsrooms.digest(desk)
    newsrooms.teasers = True
    newsrooms.show("Mill", "5", "Read on.")
    newsrooms.page("5", f"Read on. {JAIL} {PLAIN}")
    newsrooms.show("Mill", "5", "Read on, please.")
    newsrooms.teasers = False
