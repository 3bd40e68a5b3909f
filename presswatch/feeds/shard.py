"""Reading a share of the feeds: fetch, then only what is new: parse and match.

A plain function on plain, picklable values. It knows no archive and no engine, so it runs the same
in a thread, in a Prefect task or on another machine.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache
from queue import SimpleQueue

import requests

from presswatch.errors import FetchError
from presswatch.feeds.hosts import by_host
from presswatch.feeds.values import (
    Failed,
    FeedState,
    Fetched,
    Postponed,
    Reading,
    ShardJob,
    Unchanged,
    Validators,
)
from presswatch.masking import is_secret, without_secrets
from presswatch.matching.matcher import Matcher, matcher_for
from presswatch.times import utc_now
from presswatch.watch import FetchRules
from presswatch.web.fetch import Answer, fetch, open_session

LONGEST_PER_HOST = 120.0
"""Seconds after which no further feed of a host is asked in a job, so that a slow one holds up nobody."""
LEFT_ALONE = timedelta(minutes=15)
"""How long a host is left alone that has had too many requests (429) and doesn't say for how long."""
_WAITING = 16  # answers that may wait to be parsed, beside those that are under way

log = logging.getLogger(__name__)
_parsing = threading.Lock()  # threads that parse side by side only take the interpreter from each other


def read_shard(job: ShardJob) -> list[Reading]:
    """Read every feed of the job and return one reading for each, in no particular order.

    Feeds of one host are read one after the other, ``host_delay`` apart. One feed's trouble is nobody
    else's: whatever goes wrong with it becomes its :class:`Failed` reading. What there is no time for, or
    what a host that has had enough would not answer, is :class:`Postponed`.
    """
    with ExitStack() as later:

        def follow(url: str) -> Answer:
            return fetch(later.enter_context(open_session(job.rules)), url, Validators(), job.rules)

        @cache
        def matcher() -> Matcher:  # where nothing is new it is not needed
            return matcher_for(job.programs)

        return [_reading(visit, matcher, follow) for visit in _visits(job)]


class _Visit:
    """A feed that was asked, and what came: an answer, an error, or nothing since nobody asked."""

    def __init__(self, feed: FeedState) -> None:
        self.feed = feed
        self.started = utc_now()
        self._clock = time.monotonic()
        self.seconds = 0.0
        self.outcome: Answer | Exception | Postponed | None = None

    def ask(self, open_session: Callable[[], requests.Session], rules: FetchRules) -> None:
        """Fetch the feed. Raises nothing."""
        try:
            # What a sitemap's index leads to can change without it.
            validators = Validators() if self.feed.kind == "sitemap" else self.feed.validators
            self.outcome = fetch(open_session(), self.feed.asked, validators, rules)
        except Exception as error:
            self.outcome = error
        self.seconds = round(time.monotonic() - self._clock, 3)

    def fetched(self) -> Fetched:
        """What is true of it whether or not it held something new."""
        told = self.outcome
        return Fetched(
            feed_id=self.feed.feed_id,
            url=self.feed.url,
            started=self.started,
            seconds=self.seconds,
            status=told.status if isinstance(told, Answer | FetchError) else None,
            retry_after=told.retry_after if isinstance(told, FetchError) else None,
            fresh_for=told.fresh_for if isinstance(told, Answer) else None,
            moved_to=self._moved_to(),
        )

    def _moved_to(self) -> str:
        """Where it has moved, unless that holds a secret, or the address does: it would have to be stored."""
        told = self.outcome
        if not isinstance(told, Answer) or self.feed.address or is_secret(told.moved_to):
            return ""
        return told.moved_to


def _visits(job: ShardJob) -> Iterator[_Visit]:
    """Ask the feeds in threads, and yield each when it has answered."""
    hosts = list(by_host(job.feeds).values())
    threads = min(job.rules.connections, max(len(hosts), 1))
    room = threading.Semaphore(threads + _WAITING)  # what is read faster than parsed must not pile up
    answers: SimpleQueue[_Visit] = SimpleQueue()
    stopped = threading.Event()
    local = threading.local()
    sessions: list[requests.Session] = []

    def session() -> requests.Session:
        if not hasattr(local, "session"):
            local.session = open_session(job.rules)
            sessions.append(local.session)
        opened: requests.Session = local.session
        return opened

    def ask_host(feeds: list[FeedState]) -> None:
        for visit in _in_turn(feeds, job, lambda visit: visit.ask(session, job.rules)):
            room.acquire()
            if stopped.is_set():
                return
            answers.put(visit)

    pool = ThreadPoolExecutor(threads)
    try:
        for feeds in hosts:
            pool.submit(ask_host, feeds)
        for _ in job.feeds:
            yield answers.get()
            room.release()
    finally:
        stopped.set()
        room.release(threads)
        pool.shutdown(cancel_futures=True)
        for opened in sessions:
            opened.close()


def _in_turn(feeds: Sequence[FeedState], job: ShardJob, ask: Callable[[_Visit], None]) -> Iterator[_Visit]:
    """The feeds of one host, asked one after the other as far as time and the host allow."""
    begun = time.monotonic()
    left_alone_until: datetime | None = None
    for number, feed in enumerate(feeds):
        late = time.monotonic() - begun > LONGEST_PER_HOST
        if number and not late and left_alone_until is None:
            time.sleep(job.rules.host_delay)
        visit = _Visit(feed)
        late = late or (job.deadline is not None and visit.started > job.deadline)
        if late or left_alone_until is not None:
            visit.outcome = Postponed(feed.feed_id, left_alone_until)
        else:
            ask(visit)
            left_alone_until = _left_alone(visit)
        yield visit


def _left_alone(visit: _Visit) -> datetime | None:
    """Until when the host doesn't want to be asked, if it said so: it has had too many requests (429), or
    is not there for a time that it names (503); one that names none may be a single broken feed.
    """
    error = visit.outcome
    if not isinstance(error, FetchError) or error.status not in (429, 503):
        return None
    if error.status == 503 and error.retry_after is None:
        return None
    wait = LEFT_ALONE if error.retry_after is None else timedelta(seconds=error.retry_after)
    return utc_now() + wait


def _reading(visit: _Visit, matcher: Callable[[], Matcher], follow: Callable[[str], Answer]) -> Reading:
    outcome = visit.outcome
    try:
        if isinstance(outcome, Postponed):
            return outcome
        if not isinstance(outcome, Answer):
            raise outcome or RuntimeError("nobody asked")
        body_hash = hashlib.sha256(outcome.body).hexdigest()
        same = body_hash == visit.feed.body_hash and visit.feed.kind != "sitemap"
        if outcome.not_modified or same:
            return Unchanged(visit.fetched(), outcome.validators)
        from presswatch.feeds.reading import read_answer  # what a cycle without news never needs

        with _parsing:
            return read_answer(
                visit.feed, outcome, visit.fetched(), body_hash=body_hash, matcher=matcher(), fetch=follow
            )
    except FetchError as error:
        return Failed(visit.fetched(), error.reason, error.retriable)
    except Exception as error:
        url = visit.feed.url
        log.exception("reading %s failed in a way that Presswatch did not expect", url)
        said = without_secrets(f"unexpected: {type(error).__name__}: {error}", visit.feed.asked)
        return Failed(visit.fetched(), said, retriable=True)
