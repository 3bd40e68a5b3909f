"""The pipeline: one cycle from the feeds that are due to the digests that are sent.

It takes what does the work: an archive, the ways out, and the function that maps shards. That is all
in which ``presswatch run`` (threads) and the flow ``watch`` (Prefect tasks) differ.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from presswatch.cycle import CycleReport, FeedFailure, PageFailure, Recorded
from presswatch.delivering import Clock, Outbox, deliver
from presswatch.digests.delivery import Notifier
from presswatch.feeds.hosts import into_shards
from presswatch.feeds.shard import read_shard
from presswatch.feeds.values import Failed, FeedState, Postponed, Reading, ShardJob, Unchanged
from presswatch.pages.budget import within_budget
from presswatch.pages.values import DuePage, MatchedPage, PageFailed, PageShard
from presswatch.recovery.values import Gap, Recovered, RecoveryJob
from presswatch.times import utc_now
from presswatch.watch import AT_ONCE, Watch

log = logging.getLogger(__name__)

Job = TypeVar("Job")
Result = TypeVar("Result")


class MapShards(Protocol):
    """Runs a function that reads a shard on each job, anywhere, and yields the results as they come."""

    def __call__(self, read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterable[Result]: ...


class Archive(Outbox, Protocol):
    """What the pipeline needs of the archive (:class:`storage.archive.Archive`)."""

    def adopt(self, watch: Watch, now: datetime) -> None: ...
    def due_feeds(self, now: datetime, *, everything: bool = False) -> list[FeedState]: ...
    def record(
        self, readings: Sequence[Reading], now: datetime, *, announce_all: bool = False
    ) -> Recorded: ...
    def due_gaps(self, now: datetime) -> list[Gap]: ...
    def record_recovered(self, found: Sequence[Recovered], now: datetime) -> Recorded: ...
    def judge_health(self, now: datetime) -> int: ...
    def due_pages(self, now: datetime) -> list[DuePage]: ...
    def record_pages(self, pages: Sequence[MatchedPage], now: datetime) -> int: ...


def run_cycle(
    watch: Watch,
    archive: Archive,
    notifiers: Mapping[str, Notifier],
    map_shards: MapShards,
    *,
    clock: Clock,
    everything: bool = False,
    announce_all: bool = False,
    on_progress: Callable[[int, int], None] = lambda done, due: None,
) -> CycleReport:
    """Read the feeds that are due (or all), and the pages behind their teasers; store what is new, and send
    the digests that are due. What a run before this one left unsent goes out first; what the feeds tell,
    before pages are read; and what the pages tell, after.

    ``notifiers`` holds one for each channel id, ``on_progress`` is told how many of how many feeds
    are done. ``announce_all`` announces everything that a feed shows on its first read. The caller
    holds the archive's lock.
    """
    archive.adopt(watch, clock())
    sent = deliver(watch, archive, notifiers, clock=clock, before_reading=True)
    due = archive.due_feeds(clock(), everything=everything)
    waited_for = {page.release_id for page in archive.due_pages(clock())}
    publishers = {feed.feed_id: feed.publisher for feed in due}
    # By the machine's clock, as the shards go, whatever time it is for the archive.
    deadline = utc_now() + timedelta(seconds=watch.fetch.longest_cycle)
    jobs = [ShardJob(shard, watch.programs, watch.fetch, deadline) for shard in into_shards(due)]
    recorded = Recorded()
    done = unchanged = postponed = 0
    failures: list[FeedFailure] = []
    on_progress(0, len(due))
    for readings in map_shards(read_shard, jobs):
        recorded += archive.record(readings, clock(), announce_all=announce_all)
        unchanged += sum(isinstance(reading, Unchanged) for reading in readings)
        postponed += sum(isinstance(reading, Postponed) for reading in readings)
        failures += [
            FeedFailure(publishers[reading.fetched.feed_id], reading.fetched.url, reading.reason)
            for reading in readings
            if isinstance(reading, Failed)
        ]
        done += len(readings)
        on_progress(done, len(due))
    recovered = _recover(watch, archive, map_shards, deadline, clock)
    archive.judge_health(clock())
    due_pages = archive.due_pages(clock())
    new_pages = {page.release_id for page in due_pages} - waited_for
    waiting = _waiting_for_pages(watch, archive, new_pages)
    sent += deliver(watch, archive, notifiers, clock=clock, not_yet=waiting)
    later = _later_than(clock(), clock)
    pages, mentions, page_failures = _read_pages(watch, archive, due_pages, map_shards, deadline, clock=later)
    if pages or new_pages:
        sent += deliver(watch, archive, notifiers, clock=later)
    recorded += recovered + Recorded(mentions=mentions)
    return CycleReport(
        due=len(due),
        read=done - unchanged - postponed - len(failures),
        postponed=postponed,
        unchanged=unchanged,
        failures=tuple(failures),
        recorded=recorded,
        deliveries=sent,
        pages=pages,
        recovered=recovered.new,
        page_failures=page_failures,
    )


def _waiting_for_pages(watch: Watch, archive: Archive, new_pages: Set[int]) -> set[str]:
    """The ids of the subscriptions that are told after pages were read. What the others are owed doesn't wait
    for pages, which may be slow.

    A release that came in this cycle waits for its own page, which may show that it is one that another
    publisher has told, or mention more; only in this cycle. So does a scheduled digest, the next one of which
    may be a day away.
    """
    if not new_pages:
        return set()
    return {
        subscription.id
        for subscription in watch.subscriptions
        if subscription.schedule != AT_ONCE
        or not new_pages.isdisjoint(one.release_id for one in archive.owed(subscription)[0])
    }


def _later_than(moment: datetime, clock: Clock) -> Clock:
    """The clock, but at least a second after the moment: the archive knows whole seconds, and what is of
    the same one as a digest would be taken for what that has told.
    """
    soonest = moment + timedelta(seconds=1)
    return lambda: max(clock(), soonest)


def _recover(
    watch: Watch, archive: Archive, map_shards: MapShards, deadline: datetime, clock: Clock
) -> Recorded:
    """Look for what may have been missed, and store what is found."""
    recovered = Recorded()
    if shards := into_shards(archive.due_gaps(clock())):
        from presswatch.recovery.shard import recover_shard

        jobs = [RecoveryJob(shard, watch.programs, watch.fetch, deadline) for shard in shards]
        for found in map_shards(recover_shard, jobs):
            recovered += archive.record_recovered(found, clock())
    return recovered


def _read_pages(
    watch: Watch,
    archive: Archive,
    due_pages: Sequence[DuePage],
    map_shards: MapShards,
    deadline: datetime,
    *,
    clock: Clock,
) -> tuple[int, int, tuple[PageFailure, ...]]:
    """Read the pages behind teasers, within each newsroom's budget; how many could be read, how many mentions
    that added, and what could not.
    """
    pages = mentions = 0
    failures: list[PageFailure] = []
    if shards := into_shards(within_budget(due_pages)):
        from presswatch.pages.matched import read_page_shard

        jobs = [PageShard(shard, watch.programs, watch.fetch, deadline) for shard in shards]
        for matched in map_shards(read_page_shard, jobs):
            mentions += archive.record_pages(matched, clock())
            failed = [page.reading for page in matched if isinstance(page.reading, PageFailed)]
            failures += [PageFailure(reading.url, reading.reason) for reading in failed]
            pages += len(matched) - len(failed)
    return pages, mentions, tuple(failures)
