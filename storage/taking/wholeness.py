"""Learning whether feeds carry whole texts, and choosing the pages that are read for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.keys import link_key
from presswatch.feeds.values import Entry
from presswatch.pages.teaser import SHORT, leads_to_a_page, needs_page
from presswatch.pages.values import PageRead
from presswatch.pages.wholeness import (
    Comparison,
    Learned,
    bears,
    carries_teasers,
    compare,
    pages_wanted,
    texts_of,
)
from presswatch.times import from_text, to_text

_LOOKED_AT = 8  # pages of a feed that were read last
_FAILING = 3  # pages in a row
_LATEST = 10  # releases
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def pages_to_compare(
    database: Database, feed: Mapping[str, Any], new: Sequence[tuple[int, Entry]], now: datetime
) -> list[tuple[int, str]]:
    """Of a feed's new releases (id, entry) that look whole, those whose pages are to be read all the same,
    with the page's address. A link that several share, as bulletins do, leads to nobody's page.
    """
    if feed["kind"] != "feed" or feed["fulltext"] != "auto":
        return []
    may = [
        (release_id, entry)
        for release_id, entry in new
        if leads_to_a_page(entry.link) and not _is_shared(database, feed["id"], release_id, entry)
    ]
    if not may:
        return []
    learned = Learned(
        feed["texts"],
        waiting=_waiting(database, feed["id"]) if feed["texts"] == "unknown" else 0,
        asked=from_text(feed["texts_asked"]) if feed["texts_asked"] else None,
    )
    may.sort(key=lambda one: one[1].published or _LONG_AGO, reverse=True)
    chosen = may[: pages_wanted(learned, len(may), now)]
    if chosen:
        database.table("feeds").update(feed["id"], {"texts_asked": to_text(now)})
    return [(release_id, entry.link) for release_id, entry in chosen]


def _is_shared(database: Database, feed_id: int, release_id: int, entry: Entry) -> bool:
    """Whether the feed has shown the entry's link with others: in one document, or in one before."""
    key = link_key(entry.link)
    if key not in entry.keys:  # as presswatch.feeds.sights.drop_shared_keys leaves them
        return True
    row = database.execute(
        "SELECT 1 FROM sightings WHERE key = ? AND feed_id = ? AND release_id != ? LIMIT 1",
        [key, feed_id, release_id],
    ).fetchone()
    return row is not None


def _waiting(database: Database, feed_id: int) -> int:
    row = database.execute(
        "SELECT count(*) FROM pages p JOIN releases r ON r.id = p.release_id"
        " WHERE p.status = 'pending' AND r.feed_id = ? AND length(r.text) >= ?",
        [feed_id, SHORT],
    ).fetchone()
    return int(row[0])


def learn_by_looks(database: Database, feeds: Iterable[Mapping[str, Any]]) -> None:
    """Of the feeds whose pages are never read: note whether their newest entries look like teasers."""
    for feed in feeds:
        if feed["fulltext"] == "never":
            _learn_by_looks(database, feed)


def _learn_by_looks(database: Database, feed: Mapping[str, Any]) -> None:
    rows = database.query(
        "SELECT text, coalesce(content, text) AS content, url FROM releases WHERE feed_id = ?"
        " ORDER BY id DESC LIMIT ?",
        [feed["id"], _LATEST],
    )
    cut = [needs_page(text=row["text"], content=row["content"], link=row["url"], rule="auto") for row in rows]
    texts = "teasers" if carries_teasers(cut) else "unknown"
    if texts != feed["texts"]:
        database.table("feeds").update(feed["id"], {"texts": texts})


def is_tried(database: Database, release: Mapping[str, Any], url: str) -> bool:
    """Whether a release's page is only read to learn whether its feed has it whole: the entry looks so, and
    the feed isn't known to carry teasers.
    """
    feed = database.table("feeds").get(release["feed_id"])
    return feed["texts"] != "teasers" and _looks_whole(database, release, url)


def _looks_whole(database: Database, release: Mapping[str, Any], url: str) -> bool:
    """Whether a release's page is read though its entry looks whole."""
    feed = database.table("feeds").get(release["feed_id"])
    said, content = release["text"], release["content"] or release["text"]
    if release["text_from"] != "feed" or feed["kind"] != "feed" or feed["fulltext"] != "auto":
        return False
    return not needs_page(text=said, content=content, link=url, rule="auto")


def adds_nothing(
    database: Database, release: Mapping[str, Any], url: str, read: PageRead, together: Iterable[PageRead]
) -> bool:
    """Whether a page only showed that its release's entry, which looked whole, is whole: then what all pages
    of the newsroom say is not made a part of the release. ``together`` are all pages that were read.
    """
    if not _looks_whole(database, release, url):
        return False
    said = release["text"]
    now = {one.release_id: one.text for one in together if one.release_id != release["id"]}
    others = database.execute(
        "SELECT text FROM (SELECT p.text FROM releases r JOIN pages p ON p.release_id = r.id"
        " WHERE r.feed_id = :feed AND r.id != :release AND p.status = 'read' ORDER BY r.id DESC LIMIT :most)"
        " UNION ALL SELECT value FROM json_each(:now) WHERE CAST(key AS INTEGER) IN"
        " (SELECT id FROM releases WHERE feed_id = :feed)",
        {
            "feed": release["feed_id"],
            "release": release["id"],
            "most": _LOOKED_AT,
            "now": json.dumps(now),
        },
    )
    titled = bears(f"{read.title}\n{read.text}", release["title"])
    return compare(said, read.text, (text for (text,) in others), titled=titled) != "goes on"


def learn_by_pages(database: Database, release_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Compare what the feeds of these releases carry with the pages that were read of them, and note what
    follows. Where a feed turns out to carry teasers, give its releases of which no page was read, with the
    addresses of these.

    Call it after the pages are stored, within :func:`storage.connection.writing`.
    """
    feeds = database.query(
        "SELECT * FROM feeds WHERE fulltext != 'never' AND id IN"
        " (SELECT feed_id FROM releases WHERE id IN (SELECT value FROM json_each(?)))",
        [json.dumps(list(release_ids))],
    )
    return [wanted for feed in list(feeds) for wanted in _learn(database, feed)]


def _learn(database: Database, feed: Mapping[str, Any]) -> list[tuple[int, str]]:
    rows = list(
        database.query(
            """
            SELECT p.status, p.reason, p.url, p.title AS page_title, p.text AS page,
                r.title, r.first_seen, r.text, r.text_from, r.content,
                (SELECT v.text FROM revisions v WHERE v.release_id = r.id AND v.text_from = 'feed'
                 ORDER BY v.revision DESC LIMIT 1) AS said
            FROM releases r JOIN pages p ON p.release_id = r.id
            WHERE r.feed_id = ? AND p.status != 'pending' ORDER BY r.id DESC LIMIT ?
            """,
            [feed["id"], _LOOKED_AT],
        )
    )
    last = rows[:_FAILING]
    failed = [row["reason"] for row in last if row["status"] == "failed"]
    failing = failed[0] if len(failed) == _FAILING else ""
    texts = feed["texts"]
    wanted: list[tuple[int, str]] = []
    if feed["kind"] == "feed" and feed["fulltext"] == "auto":
        compared = [(row, one) for row in rows if (one := _compared(row, rows)) is not None]
        found = texts_of([one for _, one in compared])
        texts = texts if found == "unknown" else found
        if texts == "teasers" and feed["texts"] != "teasers":
            whole = max((row["first_seen"] for row, one in compared if one == "whole"), default="")
            wanted = _rest(database, feed["id"], whole)
    if (texts, failing) != (feed["texts"], feed["pages_failing"]):
        database.table("feeds").update(feed["id"], {"texts": texts, "pages_failing": failing})
    return wanted


def _compared(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Comparison | None:
    """What the page says beyond what the feed did; ``None`` where that looked cut anyway."""
    said = row["text"] if row["text_from"] == "feed" else row["said"] or ""
    if needs_page(text=said, content=row["content"] or said, link=row["url"], rule="auto"):
        return None
    if row["status"] == "failed":
        return "failed"
    titled = bears(f"{row['page_title']}\n{row['page']}", row["title"])
    return compare(said, row["page"], (other["page"] for other in rows if other is not row), titled=titled)


def _rest(database: Database, feed_id: int, since: str) -> list[tuple[int, str]]:
    """The feed's releases since its last whole one, as far as no page was read of them."""
    rows = database.execute(
        "SELECT id, url FROM releases WHERE feed_id = ? AND first_seen >= ?"
        " AND id NOT IN (SELECT release_id FROM pages)",
        [feed_id, since],
    ).fetchall()
    return [(release_id, url) for release_id, url in rows if leads_to_a_page(url)]
