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
from datetime import datetime, timedelta
from queue import SimpleQueue

import requests

from presswatch.confined.bounds import OutOfBounds
from presswatch.confined.parent import confined
from presswatch.errors import FetchError
from presswatch.feeds.hosts import by_host
from presswatch.feeds.values import (
    Failed,
    FeedState,
    Fetched,
    Postponed,
    Read,
    Reading,
    ShardJob,
    Unchanged,
    Validators,
)
from presswatch.masking import is_secret, without_secrets
from presswatch.times import utc_now
from presswatch.watch import FetchRules
from presswatch.web.fetch import Answer, fetch, open_session

LONGEST_PER_HOST = 120.0
"""Seconds after which no further feed of a host is asked in a job, so that a slow one holds up nobody."""
LEFT_ALONE = timedelta(minutes=15)
"""How long a host is left alone that has had too many requests (429) and doesn't say for how long."""
_WAITING = 16  # answers that may wait to be parsed, beside those that are under way
_READ, _NAMED_BY = (f"presswatch.feeds.reading:{name}" for name in ("read_within_bounds", "named_by"))

log = logging.getLogger(__name__)


def read_shard(job: ShardJob) -> list[Reading]:
    """Read every feed of the job and return one reading for each, in no particular order.

    Feeds of one host are read one after the other, ``host_delay`` apart. One feed's trouble is nobody
    else's: whatever goes wrong with it becomes its :class:`Failed` reading, and so does what takes more time
    or memory to read than any feed may (:mod:`presswatch.confined`). What there is no time for, or what a
    host that has had enough would not answer, is :class:`Postponed`.
    """
    return [_reading(visit, job) for visit in _visits(job)]


class _Visit:
    """A feed that was asked, and what came: an answer, an error, or nothing since nobody asked; beside the
    answer the ``parts`` that it leads to, by their addresses.
    """

    def __init__(self, feed: FeedState) -> None:
        self.feed = feed
        self.started = utc_now()
        self._clock = time.monotonic()
        self.seconds = 0.0
        self.outcome: Answer | Exception | Postponed | None = None
        self.parts: dict[str, Answer] = {}

    def ask(
        self, open_session: Callable[[], requests.Session], rules: FetchRules, is_late: Callable[[], bool]
    ) -> None:
        """Fetch the feed, and what a sitemap's index leads to, as long as it isn't late. Raises nothing."""
        try:
            # What a sitemap's index leads to can change without it.
            validators = Validators() if self.feed.kind == "sitemap" else self.feed.validators
            self.outcome = answer = fetch(open_session(), self.feed.asked, validators, rules)
            if self.feed.kind == "sitemap":
                self._follow(answer, open_session, rules, is_late)
        except Exception as error:
            self.outcome = error
        self.seconds = round(time.monotonic() - self._clock, 3)

    def _follow(
        self,
        answer: Answer,
        open_session: Callable[[], requests.Session],
        rules: FetchRules,
        is_late: Callable[[], bool],
    ) -> None:
        urls: tuple[str, ...] = confined(_NAMED_BY, self.feed, answer)
        for url in urls:
            if is_late():
                self.outcome = Postponed(self.feed.feed_id, None)
                return
            try:
                self.parts[url] = fetch(open_session(), url, Validators(), rules)
            except FetchError as error:  # what a part says is not what the newsroom's address says
                raise FetchError(
                    url,
                    error.reason,
                    status=answer.status,
                    retriable=error.retriable,
                    retry_after=error.retry_after,
                ) from error

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
        def is_late() -> bool:
            return job.deadline is not None and utc_now() > job.deadline

        for visit in _in_turn(feeds, job, lambda visit: visit.ask(session, job.rules, is_late)):
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


def _reading(visit: _Visit, job: ShardJob) -> Reading:
    outcome = visit.outcome
    try:
        if isinstance(outcome, Postponed):
            return outcome
        if not isinstance(outcome, Answer):
            raise outcome or RuntimeError("nobody asked")
        return _answered(visit, outcome, job)
    except FetchError as error:
        return Failed(visit.fetched(), error.reason, error.retriable)
    except OutOfBounds as error:
        return Failed(visit.fetched(), f"reading it {error.said}", retriable=not error.lasting)
    except Exception as error:
        url = visit.feed.url
        log.exception("reading %s failed in a way that Presswatch did not expect", url)
        said = without_secrets(f"unexpected: {type(error).__name__}: {error}", visit.feed.asked)
        return Failed(visit.fetched(), said, retriable=True)


def _answered(visit: _Visit, answer: Answer, job: ShardJob) -> Reading:
    body_hash = hashlib.sha256(answer.body).hexdigest()
    same = body_hash == visit.feed.body_hash and visit.feed.kind != "sitemap"
    if answer.not_modified or same:
        return Unchanged(visit.fetched(), answer.validators)
    if job.deadline is not None and utc_now() > job.deadline:
        return Postponed(visit.feed.feed_id, None)
    what_it_is = (visit.feed, answer, visit.fetched())
    read: Read = confined(_READ, *what_it_is, given=job.programs, body_hash=body_hash, parts=visit.parts)
    return read
