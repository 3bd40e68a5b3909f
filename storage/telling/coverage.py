"""What a digest says of what was looked at: how the watched feeds fare, and what may have been missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.digests.model import (
    Coverage,
    Digest,
    FailedFeed,
    Gap,
    Limit,
    SilentFeed,
    UnreadPages,
)
from presswatch.feeds.backlog import why_dates_say_nothing
from presswatch.pages.teaser import SHORT
from presswatch.pages.wholeness import what_is_not_read
from presswatch.recovery.decide import WHY_UNKNOWABLE
from presswatch.times import from_text, to_text
from storage.telling.outbox import newest_digest


def coverage(database: Database, subscription_id: str = "") -> Coverage:
    """How the watched feeds fare, of each the last attempt; and the gaps found or settled since the
    subscription's last digest.
    """
    feeds = list(database.query("SELECT * FROM feeds WHERE active ORDER BY publisher, url"))
    last = newest_digest(database, subscription_id)
    since = _told_until(database, subscription_id) or _added(database, subscription_id)
    return Coverage(
        feeds=len(feeds),
        read=sum(1 for feed in feeds if feed["last_attempt"] and not feed["failures"]),
        failed=tuple(
            FailedFeed(feed["publisher"], feed["url"], feed["last_error"])
            for feed in feeds
            if feed["failures"]
        ),
        silent=tuple(
            SilentFeed(feed["publisher"], feed["url"], _last_news(database, feed))
            for feed in feeds
            if feed["health"] == "silent" and not feed["failures"]
        ),
        gaps=_gaps(database, since, last) if since else (),
        unread=_unread(database, since) if since else (),
        limits=tuple(limit for feed in feeds for limit in _limits(feed, since, last)),
    )


def _told_until(database: Database, subscription_id: str) -> datetime | None:
    """Up to when the subscription's last digest tells. The row says so; what is in the digest itself may be
    of a clock that was ahead.
    """
    row = database.execute(
        "SELECT until FROM digests WHERE subscription_id = ? AND NOT once ORDER BY id DESC LIMIT 1",
        [subscription_id],
    ).fetchone()
    return from_text(row[0]) if row else None


def _last_news(database: Database, feed: Mapping[str, Any]) -> datetime:
    """When the feed last showed something new."""
    row = database.execute(
        "SELECT max(first_at) FROM fetches WHERE feed_id = ? AND new > 0", [feed["id"]]
    ).fetchone()
    return from_text(row[0] or feed["health_since"] or feed["added"])


def _limits(feed: Mapping[str, Any], since: datetime | None, last: Digest | None) -> Iterator[Limit]:
    """What can't be seen of a feed at present, or could not be since then."""
    teasers = what_is_not_read(feed["texts"], feed["fulltext"], feed["pages_failing"])
    if teasers:
        yield Limit(feed["publisher"], feed["url"], "teasers", teasers)
    if feed["warning"]:
        yield Limit(feed["publisher"], feed["url"], "part", feed["warning"])
    if since and feed["unknowable"] and feed["unknowable"] > to_text(since):
        yield Limit(feed["publisher"], feed["url"], "order", WHY_UNKNOWABLE)
    began = from_text(feed["first_read"]) if feed["dated_now"] and feed["first_read"] else None
    if since and began and began >= since and not (last and began <= last.until):
        yield Limit(feed["publisher"], feed["url"], "dates", why_dates_say_nothing(feed["dated_now"]))


def _added(database: Database, subscription_id: str) -> datetime | None:
    row = database.execute("SELECT added FROM subscriptions WHERE id = ?", [subscription_id]).fetchone()
    return from_text(row[0]) if row else None


def _unread(database: Database, since: datetime) -> tuple[UnreadPages, ...]:
    """The pages that were given up since then, feed by feed; those of releases that were no news left out,
    and those by which only was tried whether a feed still carries whole texts.
    """
    rows = database.query(
        """
        SELECT f.publisher, f.url, count(*) AS pages, max(p.next_attempt), p.reason
        FROM pages p JOIN releases r ON r.id = p.release_id JOIN feeds f ON f.id = r.feed_id
        WHERE p.status = 'failed' AND p.next_attempt > ? AND r.announce AND f.active
          AND NOT (f.texts = 'whole' AND length(r.text) >= ?)
        GROUP BY f.id ORDER BY f.publisher, f.url
        """,
        [to_text(since), SHORT],
    )
    return tuple(UnreadPages(row["publisher"], row["url"], row["pages"], row["reason"]) for row in rows)


def _gaps(database: Database, since: datetime, last: Digest | None) -> tuple[Gap, ...]:
    """The gaps that the subscription's last digest did not show as they are now."""
    shown = {(gap.id, gap.status) for gap in last.coverage.gaps} if last else set()
    found = database.query(
        """
        SELECT g.*, f.publisher, f.url FROM gaps g JOIN feeds f ON f.id = g.feed_id
        WHERE f.active AND max(g.found, coalesce(g.finished, '')) >= ? ORDER BY f.publisher, g.id
        """,
        [to_text(since)],
    )
    gaps = (
        Gap(
            id=row["id"],
            publisher=row["publisher"],
            url=row["url"],
            since=from_text(row["seen_before"]),
            until=from_text(row["found"]),
            status=row["status"],
            recovered=row["recovered"],
            how=row["how"],
        )
        for row in found
    )
    return tuple(gap for gap in gaps if (gap.id, gap.status) not in shown)
