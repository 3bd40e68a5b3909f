"""Reading a share of the feeds: fetch, then only what is new: parse and match.

A plain function on plain, picklable values. It knows no archive and no engine, so it runs the same
in a thread, in a Prefect task or on another machine.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import requests

from presswatch.errors import FetchError
from presswatch.feeds.parse import parse_feed
from presswatch.feeds.values import (
    Entry,
    Failed,
    FeedState,
    Fetched,
    MatchedEntry,
    Read,
    Reading,
    ShardJob,
    Unchanged,
)
from presswatch.matching.matcher import Matcher, matcher_for
from presswatch.pages.teaser import needs_page
from presswatch.releases.found import find_in_release
from presswatch.times import utc_now
from presswatch.watch import FetchRules
from presswatch.web.fetch import Answer, fetch, open_session

SHARD_SIZE = 100
"""How many feeds, or pages, a shard holds at most, as far as hosts can be kept whole."""

log = logging.getLogger(__name__)


def read_shard(job: ShardJob) -> list[Reading]:
    """Read every feed of the job and return one reading for each, in no particular order.

    Feeds of one host are read one after the other. One feed's trouble is nobody else's: whatever
    goes wrong with it becomes its :class:`Failed` reading.
    """
    matcher = matcher_for(job.programs)
    hosts = list(by_host(job.feeds).values())
    local = threading.local()
    sessions: list[requests.Session] = []

    def read_host(feeds: list[FeedState]) -> list[Reading]:
        if not hasattr(local, "session"):
            local.session = open_session(job.rules)
            sessions.append(local.session)
        return [_read_feed(feed, local.session, job.rules, matcher) for feed in feeds]

    try:
        with ThreadPoolExecutor(min(job.rules.connections, max(len(hosts), 1))) as pool:
            return [reading for readings in pool.map(read_host, hosts) for reading in readings]
    finally:
        for session in sessions:
            session.close()


class Addressed(Protocol):
    """What has an address: a feed, a page."""

    @property
    def url(self) -> str: ...


A = TypeVar("A", bound=Addressed)


def by_host(things: Sequence[A]) -> dict[str, list[A]]:
    """Things by the host (and port) of their address, in their order; links in feeds can be anything."""
    hosts: dict[str, list[A]] = defaultdict(list)
    for thing in things:
        try:
            host = urlsplit(thing.url).netloc.lower()
        except ValueError:
            host = ""
        hosts[host].append(thing)
    return hosts


def into_shards(things: Sequence[A], size: int = SHARD_SIZE) -> list[tuple[A, ...]]:
    """Share things out so that each host is in one shard only, and shards are about ``size`` large."""
    shards: list[list[A]] = []
    for group in by_host(things).values():
        if not shards or len(shards[-1]) + len(group) > size:
            shards.append([])
        shards[-1].extend(group)
    return [tuple(shard) for shard in shards]


def _read_feed(feed: FeedState, session: requests.Session, rules: FetchRules, matcher: Matcher) -> Reading:
    started, clock = utc_now(), time.monotonic()

    def fetched(status: int | None) -> Fetched:
        return Fetched(feed.feed_id, feed.url, started, round(time.monotonic() - clock, 3), status)

    try:
        answer = fetch(session, feed.url, feed.validators, rules)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        if answer.not_modified or body_hash == feed.body_hash:
            return Unchanged(fetched(answer.status), answer.validators)
        return _read_answer(feed, answer, body_hash, fetched(answer.status), matcher)
    except FetchError as error:
        return Failed(fetched(error.status), error.reason, error.retriable)
    except Exception as error:
        log.exception("reading %s failed in a way that Presswatch did not expect", feed.url)
        return Failed(fetched(None), f"unexpected: {type(error).__name__}: {error}", retriable=True)


def _read_answer(
    feed: FeedState, answer: Answer, body_hash: str, fetched: Fetched, matcher: Matcher
) -> Reading:
    parsed = parse_feed(
        answer.body, url=answer.url, publisher=feed.publisher, content_type=answer.content_type
    )
    return Read(
        fetched=fetched,
        validators=answer.validators,
        body_hash=body_hash,
        size=len(answer.body),
        title=parsed.title,
        entries=tuple(
            _matched(entry, feed, matcher) for entry in parsed.entries if entry.fingerprint not in feed.known
        ),
        fingerprints=frozenset(entry.fingerprint for entry in parsed.entries),
    )


def _matched(entry: Entry, feed: FeedState, matcher: Matcher) -> MatchedEntry:
    found = find_in_release(
        matcher, title=entry.title, text=entry.text, content=entry.content, publisher=feed.publisher
    )
    needed = needs_page(text=entry.text, content=entry.content, link=entry.link, rule=feed.fulltext)
    return MatchedEntry(entry, found.mentions, found.parts, needed)
