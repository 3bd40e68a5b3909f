"""What a release says now, where a feed shows it again: an edit, a fuller text, or nothing new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.cycle import Recorded
from presswatch.feeds.values import Entry, MatchedEntry
from presswatch.times import from_text, to_text
from storage import rows
from storage.taking import pages
from storage.taking.batch import Batch
from storage.taking.rewriting import Reading, known_programs, present, rewrite

_FORESEEN = timedelta(minutes=5)  # by which clocks may differ


_EDITED_FOR = timedelta(days=30)
"""How long after a release came, or was revised, other dates are heard as those of edits."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whence entries come (``host`` is the feed's), and from which date on they are announced (``None``:
    whatever their date), and whether those without a date are. Those in ``old``, by their keys, are not: they
    were there before.
    """

    feed_id: int
    publisher: str
    fetch_id: int
    oldest: datetime | None
    now: datetime
    announces_undated: bool = True
    is_sitemap: bool = False
    host: str = ""
    old: frozenset[tuple[str, ...]] = frozenset()

    def announces(self, entry: Entry) -> bool:
        """Whether the entry is to be told of, if it is new."""
        if entry.keys in self.old:
            return False
        if self.oldest is None:
            return True
        return self.announces_undated if entry.published is None else entry.published >= self.oldest


def published_columns(entry: Entry, now: datetime) -> dict[str, Any]:
    """The publisher's date. One in the future can't be true of what is there already: it counts as now,
    and what was written stays beside it.
    """
    if entry.published is None:
        note = "unreadable" if entry.published_raw else "missing"
        return {"published": None, "published_raw": entry.published_raw, "published_note": note}
    ahead = entry.published > now + _FORESEEN
    moment = now if ahead else entry.published
    note = "future" if ahead else ""
    return {"published": to_text(moment), "published_raw": entry.published_raw, "published_note": note}


def revise(
    database: Database,
    batch: Batch,
    release_id: int,
    source: Source,
    matched: MatchedEntry,
    *,
    listed_again: bool = False,
) -> tuple[Recorded, bool]:
    """Keep what the release said, and what it says now, if that is an edit; and say whether the archive has
    the entry's text word for word.

    It is no edit if another feed shows the same release in fewer words, or if one document lists it twice:
    the other text is not news of it, unless it names a program that the release never did; then both are
    kept.
    """
    entry, now = matched.entry, source.now
    if release_id in batch.releases:
        batch.write(database, now)
    old = database.table("releases").get(release_id)
    if old["content_hash"] == entry.content_hash:
        if matched.needs_page:
            _read_page_again(database, old, source, entry)
        return Recorded(), True
    reading = Reading(entry.text, matched.mentions, matched.parts)
    changes: dict[str, Any] = {}
    elsewhere = _speaks_elsewhere(database, old, source.feed_id) and len(entry.text) <= len(old["text"])
    if beside := (listed_again or elsewhere):
        if reading.programs() <= known_programs(database, release_id):
            return Recorded(), False
        reading = reading.followed_by(present(database, old))
    else:
        changes = {
            "title": entry.title,
            "content": published_content(entry),
            "content_hash": entry.content_hash,
            "fetch_id": source.fetch_id,
        }
        if entry.published is not None:
            changes |= published_columns(entry, now)
        if old["text_from"] == "page":
            reading = _beside_page(database, old, reading)
        if old["text_from"] == "page" or matched.needs_page:
            batch.pages.append((release_id, entry.link))
    may_announce = source.announces(entry)
    mentions = rewrite(
        database, old, reading, replaced_by="edit", now=now, may_announce=may_announce, **changes
    )
    return Recorded(revised=1, mentions=mentions), not beside and old["text_from"] != "page"


def _read_page_again(database: Database, old: Mapping[str, Any], source: Source, entry: Entry) -> None:
    """Ask for the page of a release that is said to have been edited where it is listed: by another date,
    or by a date of its last change that is later than the page was read. The words there stay the same.

    Not of releases that have said the same for long: a site that is built anew may date all its pages anew.
    """
    dated_anew = bool(entry.published_raw) and entry.published_raw != old["published_raw"]
    if source.is_sitemap and dated_anew:
        database.table("releases").update(old["id"], {"published_raw": entry.published_raw})
    if not dated_anew and not _was_updated(database, old["id"], entry):
        return
    if not source.is_sitemap and _speaks_elsewhere(database, old, source.feed_id):
        return
    if source.now - from_text(old["revised"] or old["first_seen"]) <= _EDITED_FOR:
        pages.ask_again(database, old, entry.link, source.now)


def _was_updated(database: Database, release_id: int, entry: Entry) -> bool:
    """Whether its publisher says that the release has changed since its page was read."""
    if entry.updated is None:
        return False
    row = database.execute("SELECT read_at FROM pages WHERE release_id = ?", [release_id]).fetchone()
    return row is not None and row[0] is not None and entry.updated > from_text(row[0]) - _FORESEEN


def _speaks_elsewhere(database: Database, release: Mapping[str, Any], feed_id: int) -> bool:
    """Whether the release's present text came from another feed, which is still read."""
    row = database.execute(
        "SELECT 1 FROM fetches x JOIN feeds f ON f.id = x.feed_id WHERE x.id = ? AND f.id != ? AND f.active",
        [release["fetch_id"], feed_id],
    ).fetchone()
    return row is not None


def _beside_page(database: Database, old: Mapping[str, Any], teaser: Reading) -> Reading:
    """What a release says whose feed was edited, until its page is read again: what the page said, and
    before it what the feed says now, if that names another program.
    """
    page = present(database, old)
    if not teaser.programs("text") <= page.programs():
        return teaser.followed_by(page)
    title = tuple(mention for mention in teaser.mentions if mention.field == "title")
    text = tuple(mention for mention in page.mentions if mention.field == "text")
    return Reading(page.text, title + text, page.parts)


def announce_late(database: Database, batch: Batch, release_id: int, source: Source, entry: Entry) -> None:
    """Owe a release that another feed archived on its first read without telling anyone, if this feed, which
    shows it for the first time, announces it. Its mentions get new ids, beyond all subscriptions' positions.
    What was imported from a file (:mod:`storage.keeping.importing`) is nobody's news.
    """
    if not source.announces(entry):
        return
    if release_id in batch.releases:
        batch.write(database, source.now)
    silent = database.execute(
        "SELECT 1 FROM releases r WHERE id = ? AND NOT announce AND NOT EXISTS"
        " (SELECT 1 FROM sightings WHERE release_id = r.id AND feed_id = ?)"
        " AND feed_id NOT IN (SELECT id FROM feeds WHERE url GLOB 'import:*')",
        [release_id, source.feed_id],
    ).fetchone()
    if silent is None:
        return
    database.table("releases").update(release_id, {"announce": 1})
    found = list(database.query("SELECT * FROM mentions WHERE release_id = ? ORDER BY id", [release_id]))
    database.table("mentions").delete_where("release_id = ?", [release_id])
    again = [{name: value for name, value in row.items() if name != "id"} | {"announce": 1} for row in found]
    rows.insert(database, "mentions", again)


def published_content(entry: Entry) -> str | None:
    """What was published, where that is not the text itself."""
    return entry.content if entry.content != entry.text else None
