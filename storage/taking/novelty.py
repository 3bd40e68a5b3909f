"""What a feed shows for the first time, and is no news all the same (:mod:`presswatch.feeds.backlog`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.feeds import sights
from presswatch.feeds.backlog import LONG_BEFORE, are_dated_now, is_old_elsewhere, own_sites
from presswatch.feeds.identity import identify, nominated
from presswatch.feeds.keys import host_of_feed
from presswatch.feeds.moved import Showing
from presswatch.feeds.values import Entry, Read
from presswatch.times import from_text, to_text
from storage.taking import gaps
from storage.taking.candidates import candidates
from storage.taking.fetches import begins
from storage.taking.revising import Source

_MANY = 3
_LATEST = 30  # releases
_TELLING = ("guid:", "path:", "link:", "text:")  # keys; the others only nominate
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_EMPTY_FOR = timedelta(days=1)
_FILLED = "it had been empty, and shows these at once, without a date: archived untold"
_LATE = "in a part of the sitemap that was not read before, and not dated since: archived untold"
_SLID = "these came into view at its foot, older than all that it had shown, and long before: archived untold"
_GROWN = "it shows more than before: these are older than all that it had shown; archived untold"
_CUT = "what was read of it first broke off: these stood below that, and are old or undated; archived untold"
_ELSEWHERE = "old releases of others, which it shows for the first time: archived untold"


def source_of(
    database: Database,
    feed: Mapping[str, Any],
    reading: Read,
    fetch_id: int,
    now: datetime,
    *,
    announce_all: bool,
) -> Source:
    """Whence a reading's entries come, and which of them are to be announced if they are new. A gap is noted
    where the reading of a feed that took another's place doesn't reach back to that, and where old releases
    are archived without telling anyone though a feed was read before.

    Call it before the entries are stored. ``now`` is when they are.
    """
    announces_undated = feed["first_read"] is not None
    oldest = None if announce_all else _oldest_announced(feed, now)
    old: frozenset[tuple[str, ...]] = frozenset()
    if announces_undated and not announce_all and not feed["read_otherwise"]:
        old = _cut_off_before(database, feed, reading, fetch_id, now)
        old |= old or _older_than_ever(database, feed, reading, fetch_id, now)
        old |= _listed_before(database, feed, reading, fetch_id, now)
        others = [matched.entry for matched in reading.entries if matched.entry.keys not in old]
        old |= _old_elsewhere(database, feed, others, fetch_id, now)
    elif not announces_undated and feed["announce_from"] is not None:
        untold = _instead_of_another(database, feed, reading, fetch_id, now)
        announces_undated, old = untold is not None, untold or old
    elif not announces_undated and oldest is not None:
        announces_undated, old = _begun(database, feed, reading, fetch_id, now)
    return Source(
        feed["id"],
        feed["publisher"],
        fetch_id,
        oldest,
        now,
        announces_undated=announces_undated,
        is_sitemap=feed["kind"] == "sitemap",
        host=host_of_feed(feed["url"]),
        old=frozenset() if announce_all else old,
    )


def _was_empty(feed: Mapping[str, Any]) -> bool:
    """Whether a feed that has shown nothing yet was still read without an item when it had been watched for
    some time: then it is empty, and did not only come so once.
    """
    last = feed["last_success"]
    return last is not None and from_text(last) - from_text(feed["added"]) >= _EMPTY_FOR


def _begun(
    database: Database, feed: Mapping[str, Any], reading: Read, fetch_id: int, now: datetime
) -> tuple[bool, frozenset[tuple[str, ...]]]:
    """Whether what a feed shows first is new where it bears no date; and the keys of that which bears one, if
    that says nothing.

    Of an empty feed it is new if it is little. A whole list may have been there before; it is counted.
    """
    entries = [matched.entry for matched in reading.entries]
    dateless = [entry for entry in entries if entry.published is None]
    dated_now = are_dated_now(entries, now, cut=reading.cut)
    if dated_now:
        dateless = entries
        database.table("feeds").update(feed["id"], {"dated_now": len(entries)})
    is_new = _was_empty(feed) and len(dateless) < _MANY
    if _was_empty(feed) and not is_new:
        gaps.note_closed(database, feed, fetch_id=fetch_id, recovered=len(dateless), how=_FILLED, now=now)
    return is_new, frozenset(entry.keys for entry in entries) if dated_now else frozenset()


def _oldest_announced(feed: Mapping[str, Any], now: datetime) -> datetime | None:
    """Until a feed has shown an item, and where another part of it is read than before: how old an item may
    be and still be announced; ``None``: any age.

    Counted from when it was added or read last, or the feed whose place it took was seen: what comes while
    it can't be read is news all the same.
    """
    since = feed["announce_from"] or feed["added"]
    if feed["first_read"] is not None:
        since = feed["last_success"] if feed["read_otherwise"] else None
    return _announced_from(feed, since, now)


def _announced_from(feed: Mapping[str, Any], since: str | None, now: datetime) -> datetime | None:
    if since is None or feed["announce_seconds"] is None:
        return None
    return min(now, from_text(since)) - timedelta(seconds=feed["announce_seconds"])


def _instead_of_another(
    database: Database, feed: Mapping[str, Any], reading: Read, fetch_id: int, now: datetime
) -> frozenset[tuple[str, ...]] | None:
    """Of the first reading of a feed that took another's place, the keys of the undated entries that were
    archived untold before; the other undated ones are new then. ``None`` if nothing in the reading is
    known: unless it reaches back to when the other was last seen, releases may have been missed.
    """
    entries = [matched.entry for matched in reading.entries]
    keys = {key for entry in entries for key in entry.keys}
    found = candidates(database, keys, feed_id=feed["id"])
    shown = list(sights.from_text(reading.known).values())
    showing = Showing(feed["publisher"], entries, lambda entry: nominated(entry, found), now=shown)
    known: dict[tuple[str, ...], int] = {}
    for entry in entries:
        verdict = identify(entry, found, showing.around)
        if verdict is not None:
            known[entry.keys] = verdict.release_id
    if known:
        untold = _untold(database, known.values())
        return frozenset(e.keys for e in entries if e.published is None and known.get(e.keys) in untold)
    since = from_text(feed["announce_from"])
    dates = [entry.published for entry in entries if entry.published is not None]
    oldest = min(dates, default=None)
    if entries and (oldest is None or oldest > since):
        gaps.note(database, feed["id"], seen_before=since, fetch_id=fetch_id, oldest_shown=oldest, now=now)
    return None


def _untold(database: Database, release_ids: Iterable[int]) -> set[int]:
    found = database.execute(
        "SELECT id FROM releases WHERE NOT announce AND id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(release_ids))],
    )
    return {row[0] for row in found}


def _older_than_ever(
    database: Database, feed: Mapping[str, Any], reading: Read, fetch_id: int, now: datetime
) -> frozenset[tuple[str, ...]]:
    """The keys of entries at the list's foot, below all that is known, older than all that it ever showed and
    than what a first reading tells: three or more since the list has grown; or any that is dated long before
    the first reading, since others have left and made room. What is younger or bears no date may be new.
    """
    before = len(sights.from_text(feed["known"]))
    below = _below_the_known(database, feed, reading) if before else []
    if not below:
        return frozenset()
    ever = database.execute(
        "SELECT min(r.published) FROM sightings s JOIN releases r ON r.id = s.release_id WHERE s.feed_id = ?",
        [feed["id"]],
    ).fetchone()[0]
    oldest = _announced_from(feed, feed["announce_from"] or feed["added"], now)
    old = [
        one
        for one in below
        if ever and one.published and to_text(one.published) < ever and one.published < (oldest or now)
    ]
    how = _GROWN
    if len(old) < _MANY or reading.items < before + _MANY:
        if reading.items > before:  # nothing has made room for it
            return frozenset()
        long_before = from_text(feed["first_read"]) - LONG_BEFORE
        old = [one for one in old if oldest and one.published and one.published < long_before]
        how = _SLID
    if old:
        gaps.note_closed(database, feed, fetch_id=fetch_id, recovered=len(old), how=how, now=now)
    return frozenset(entry.keys for entry in old)


def _below_the_known(database: Database, feed: Mapping[str, Any], reading: Read) -> list[Entry]:
    """What is shown below all that is known; nothing where nothing is."""
    last_kept = max((kept.place for kept in reading.kept), default=-1)
    foot = [matched.entry for matched in reading.entries][max(last_kept + 1 - len(reading.kept), 0) :]
    if not foot:
        return []
    known = _known(database, feed, foot)
    places = [place for place, entry in enumerate(foot) if not known.isdisjoint(entry.keys)]
    if not reading.kept and not places:
        return []
    return foot[max(places, default=-1) + 1 :]


def _cut_off_before(
    database: Database, feed: Mapping[str, Any], reading: Read, fetch_id: int, now: datetime
) -> frozenset[tuple[str, ...]]:
    """The keys of entries that the first reading would have archived untold, had its document not broken off
    above them. Dates that are all of now say nothing, there as here.
    """
    oldest = _announced_from(feed, feed["announce_from"] or feed["added"], now)
    if not feed["began_cut"] or not begins(feed, now) or oldest is None:
        return frozenset()
    below = _below_the_known(database, feed, reading)
    dated_now = are_dated_now([matched.entry for matched in reading.entries], now)
    old = [one for one in below if dated_now or one.published is None or one.published < oldest]
    if old:
        gaps.note_closed(database, feed, fetch_id=fetch_id, recovered=len(old), how=_CUT, now=now)
    return frozenset(entry.keys for entry in old)


def _old_elsewhere(
    database: Database, feed: Mapping[str, Any], entries: Sequence[Entry], fetch_id: int, now: datetime
) -> frozenset[tuple[str, ...]]:
    """The keys of those entries that are old releases of other publishers."""
    if feed["announce_seconds"] is None:
        return frozenset()
    read_before = min(now, from_text(feed["last_success"]))
    announced_for = timedelta(seconds=feed["announce_seconds"])
    may_be = [one for one in entries if one.published is None or one.published < read_before - announced_for]
    if not may_be:
        return frozenset()
    known, untold = _known(database, feed, may_be), _held_untold(database, feed, may_be, read_before, now)
    old = [entry for entry in may_be if not untold.isdisjoint((key, entry.title) for key in entry.keys)]
    entries = [entry for entry in may_be if known.isdisjoint(entry.keys) and entry not in old]
    if any(entry.published and entry.published < read_before - LONG_BEFORE for entry in entries):
        links = database.execute(
            "SELECT url FROM releases WHERE feed_id = ? ORDER BY id DESC LIMIT ?", [feed["id"], _LATEST]
        )
        own = own_sites(feed["url"], (link for (link,) in links))
        old += [entry for entry in entries if is_old_elsewhere(entry, own, read_before, announced_for)]
    if old:
        gaps.note_closed(database, feed, fetch_id=fetch_id, recovered=len(old), how=_ELSEWHERE, now=now)
    return frozenset(entry.keys for entry in old)


def _held_untold(
    database: Database,
    feed: Mapping[str, Any],
    entries: Iterable[Entry],
    read_before: datetime,
    now: datetime,
) -> set[tuple[str, str]]:
    """Those of the entries' keys by which the archive has held another publisher's release untold since the
    feed, which never showed it, was read last (or before: nearer to that than to ``now``), each with the
    title of that release: under another title it is a key that somebody claims.
    """
    keys = json.dumps([key for entry in entries for key in entry.keys])
    found = database.execute(
        """
        SELECT DISTINCT s.key, r.title FROM sightings s JOIN releases r ON r.id = s.release_id
        WHERE s.key IN (SELECT value FROM json_each(?)) AND NOT r.announce AND r.publisher != ?
          AND r.first_seen < ? AND NOT EXISTS
              (SELECT 1 FROM sightings o WHERE o.release_id = r.id AND o.feed_id = ?)
        """,
        [keys, feed["publisher"], to_text(read_before + (now - read_before) / 2), feed["id"]],
    )
    return {(key, title) for key, title in found}


def _listed_before(
    database: Database, feed: Mapping[str, Any], reading: Read, fetch_id: int, now: datetime
) -> frozenset[tuple[str, ...]]:
    """The keys of entries that a sitemap listed before, though they were not read then. Of a part of it that
    is read late, what is dated since the last reading is new; the others are counted: one may be new.
    """
    listed = reading.listed
    if listed is None:
        return frozenset()
    since = from_text(feed["last_success"]) - timedelta(seconds=feed["announce_seconds"] or 0)
    entries = [matched.entry for matched in reading.entries]
    before = [one for one in entries if one.guid in listed.before]
    late = [one for one in entries if one.guid in listed.late and (one.published or _LONG_AGO) < since]
    known = _known(database, feed, before + late)
    late = [one for one in late if known.isdisjoint(one.keys)]
    if late:
        gaps.note_closed(database, feed, fetch_id=fetch_id, recovered=len(late), how=_LATE, now=now)
    return frozenset(one.keys for one in before + late if known.isdisjoint(one.keys))


def _known(database: Database, feed: Mapping[str, Any], entries: Iterable[Entry]) -> set[str]:
    """Those of the entries' keys by which the archive knows a release of the publisher: not by its title or
    its opening alone, which others have, too.
    """
    keys = json.dumps([key for entry in entries for key in entry.keys if key.startswith(_TELLING)])
    found = database.execute(
        "SELECT DISTINCT s.key FROM sightings s JOIN feeds f ON f.id = s.feed_id"
        " WHERE s.key IN (SELECT value FROM json_each(?)) AND f.publisher = ?",
        [keys, feed["publisher"]],
    )
    return {row[0] for row in found}
