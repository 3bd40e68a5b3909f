"""The pipeline: one cycle from the feeds that are due to the digests that are sent.

It takes what does the work: an archive, the ways out, and the function that maps shards. That is all
in which ``presswatch run`` (threads) and the flow ``watch`` (Prefect tasks) differ.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from presswatch.cycle import CycleReport, FeedFailure, PageFailure, Recorded, Sent
from presswatch.digests.compose import compose
from presswatch.digests.delivery import Delivery, Notifier
from presswatch.digests.health import HealthChange, needs_a_digest, turns
from presswatch.digests.model import Coverage, Digest, LaterPublishers
from presswatch.digests.owed import Owed, Position
from presswatch.digests.retry import next_attempt
from presswatch.digests.schedule import moments_due
from presswatch.errors import DeliveryError
from presswatch.feeds.hosts import into_shards
from presswatch.feeds.shard import read_shard
from presswatch.feeds.values import Failed, FeedState, Postponed, Reading, ShardJob, Unchanged
from presswatch.pages.values import DuePage, MatchedPage, PageFailed, PageShard
from presswatch.recovery.values import Gap, Recovered, RecoveryJob
from presswatch.watch import Subscription, Watch

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Job = TypeVar("Job")
Result = TypeVar("Result")


class MapShards(Protocol):
    """Runs a function that reads a shard on each job, anywhere, and yields the results as they come."""

    def __call__(self, read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterable[Result]: ...


class Archive(Protocol):
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
    def planned(self, subscription: Subscription) -> datetime: ...
    def told_last(self, subscription: Subscription) -> datetime | None: ...
    def owed(self, subscription: Subscription) -> tuple[list[Owed], Position]: ...
    def later_publishers(
        self, subscription: Subscription, told: Sequence[Owed], now: datetime
    ) -> list[LaterPublishers]: ...
    def health_changes(self, subscription: Subscription) -> list[HealthChange]: ...
    def coverage(self, subscription: Subscription | None = None) -> Coverage: ...
    def freeze(
        self,
        digest: Digest,
        told: Sequence[Owed],
        recipients: Sequence[tuple[str, str]],
        upto: Position,
        *,
        even_empty: bool = False,
    ) -> bool: ...
    def pending(self, now: datetime) -> list[tuple[Delivery, int]]: ...
    def count_pending(self) -> int: ...
    def note_accepted(self, delivery: Delivery, said: str, now: datetime) -> None: ...
    def note_delayed(self, delivery: Delivery, said: str, now: datetime, until: datetime) -> None: ...
    def note_refused(self, delivery: Delivery, said: str, now: datetime) -> None: ...


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
    the digests that are due.

    ``notifiers`` holds one for each channel id, ``on_progress`` is told how many of how many feeds
    are done. ``announce_all`` announces everything that a feed shows on its first read. The caller
    holds the archive's lock.
    """
    archive.adopt(watch, clock())
    due = archive.due_feeds(clock(), everything=everything)
    publishers = {feed.feed_id: feed.publisher for feed in due}
    deadline = clock() + timedelta(seconds=watch.fetch.longest_cycle)
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
    pages, mentions, page_failures = _read_pages(watch, archive, map_shards, clock)
    recorded += recovered + Recorded(mentions=mentions)
    return CycleReport(
        due=len(due),
        read=done - unchanged - postponed - len(failures),
        postponed=postponed,
        unchanged=unchanged,
        failures=tuple(failures),
        recorded=recorded,
        deliveries=deliver(watch, archive, notifiers, clock=clock),
        pages=pages,
        recovered=recovered.new,
        page_failures=page_failures,
    )


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
    watch: Watch, archive: Archive, map_shards: MapShards, clock: Clock
) -> tuple[int, int, tuple[PageFailure, ...]]:
    """Read the pages behind teasers; how many could be, how many mentions that added, and what could not."""
    pages = mentions = 0
    failures: list[PageFailure] = []
    if shards := into_shards(archive.due_pages(clock())):
        from presswatch.pages.matched import read_page_shard

        jobs = [PageShard(shard, watch.programs, watch.fetch) for shard in shards]
        for matched in map_shards(read_page_shard, jobs):
            mentions += archive.record_pages(matched, clock())
            failed = [page.reading for page in matched if isinstance(page.reading, PageFailed)]
            failures += [PageFailure(reading.url, reading.reason) for reading in failed]
            pages += len(matched) - len(failed)
    return pages, mentions, tuple(failures)


def deliver(watch: Watch, archive: Archive, notifiers: Mapping[str, Notifier], *, clock: Clock) -> Sent:
    """Freeze the digests that are due, then send every delivery whose time has come."""
    for subscription in watch.subscriptions:
        planned, told_last = archive.planned(subscription), archive.told_last(subscription)
        moments = moments_due(subscription, planned, clock(), told_last)
        if moments:
            digest, told, upto = draft(watch, archive, subscription, clock())
            digest = replace(digest, moments=moments)
            archive.freeze(digest, told, _recipients(subscription), upto, even_empty=subscription.send_empty)
    return _send_pending(archive, notifiers, clock)


def draft(
    watch: Watch, archive: Archive, subscription: Subscription, now: datetime
) -> tuple[Digest, list[Owed], Position]:
    """The digest that the subscription is owed at present, what it tells, and up to where."""
    owed, upto = archive.owed(subscription)
    told = [one for one in owed if one.not_before is None or one.not_before <= now]
    turned = turns(archive.health_changes(subscription)) if subscription.health else ()
    if not told and not needs_a_digest(subscription, turned, now):
        turned = ()
    digest = compose(
        subscription=subscription.id,
        owed=told,
        names={program.id: program.name for program in watch.programs},
        coverage=replace(archive.coverage(subscription), turned=turned),
        since=archive.planned(subscription),
        now=now,
        also=archive.later_publishers(subscription, told, now) if told or turned else (),
    )
    return digest, told, upto


def _recipients(subscription: Subscription) -> list[tuple[str, str]]:
    """(channel, recipient) pairs; a channel that needs no recipients is its own only one."""
    channel = subscription.channel
    return [(channel, recipient) for recipient in subscription.recipients or (channel,)]


def _send_pending(archive: Archive, notifiers: Mapping[str, Notifier], clock: Clock) -> Sent:
    sent = failed = 0
    troubles: list[str] = []
    unreachable: set[str] = set()
    for delivery, attempts in archive.pending(clock()):
        if delivery.channel in unreachable:
            continue  # it stays due; a dead server must not cost a time-out for each recipient
        whom = f"{delivery.subscription} to {delivery.recipient}"
        try:
            said = _send(notifiers, delivery)
        except DeliveryError as error:
            now = clock()
            if error.unreachable:
                unreachable.add(delivery.channel)
            until = None
            if not error.permanent:
                until = next_attempt(delivery.digest.created, attempts + 1, now)
            if until is None:
                archive.note_refused(delivery, error.said, now)
                failed += 1
                troubles.append(f"{whom}: given up: {error.said}")
            else:
                archive.note_delayed(delivery, error.said, now, until)
                troubles.append(f"{whom}: will be tried again: {error.said}")
        else:
            archive.note_accepted(delivery, said, clock())
            sent += 1
    return Sent(sent, archive.count_pending(), failed, tuple(troubles))


def _send(notifiers: Mapping[str, Notifier], delivery: Delivery) -> str:
    notifier = notifiers.get(delivery.channel)
    if notifier is None:
        raise DeliveryError(f"the channel {delivery.channel} is not in the configuration", permanent=False)
    try:
        return notifier.send(delivery)
    except DeliveryError:
        raise
    except Exception as error:
        log.exception("sending %s failed in a way that Presswatch did not expect", delivery.identity)
        raise DeliveryError(f"unexpected: {type(error).__name__}: {error}", permanent=False) from error
