"""One cycle from a configuration file, with threads and without an engine."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from config.loader import load_with_origins
from config.secrets import missing_secrets
from flows.blocks import read_block
from flows.bound import TIMES, hard_bound
from flows.reporting.heartbeat import beat
from flows.shards.ahead import in_few_steps
from notifiers.environment import read_blocks_by
from notifiers.registry import channel_types
from presswatch import pipeline
from presswatch.cycle import CycleReport, Sent
from presswatch.delivering import deliver, send_once
from presswatch.digests.delivery import Delivery, Notifier, Send, session_of
from presswatch.digests.model import Digest
from presswatch.errors import ConfigError
from presswatch.times import utc_now
from presswatch.watch import Channel, Subscription, Watch
from storage.archive import Archive
from storage.lock import cycle_lock

Job = TypeVar("Job")
Result = TypeVar("Result")

SHARDS_AT_ONCE = 2
"""Two shards are under way at a time, so that one can be read while the other is stored."""


def load_ready(config: Path) -> Watch:
    """The configuration, ready to run: every secret that it names is there.

    Raises :class:`presswatch.errors.ConfigError`.
    """
    watch, origins = load_with_origins(config)
    problems = missing_secrets(watch, origins, os.environ)
    if problems:
        raise ConfigError(problems)
    return watch


def run_once(
    watch: Watch,
    map_shards: pipeline.MapShards,
    *,
    wait_seconds: float = 0,
    everything: bool = False,
    announce_all: bool = False,
    on_progress: Callable[[int, int], None] = lambda done, due: None,
    on_wait: Callable[[], None] = lambda: None,
) -> CycleReport:
    """One whole cycle: see :func:`presswatch.pipeline.run_cycle`; if it went well, then the heartbeat.

    Raises :class:`presswatch.errors.ArchiveBusy` if another process is at work on the archive for
    longer than ``wait_seconds``, and :class:`presswatch.errors.ArchiveError` if it cannot be used. If it has
    to wait at all, ``on_wait`` is called first.
    """
    with _at_work(watch, wait_seconds, on_wait) as archive:
        report = pipeline.run_cycle(
            watch,
            archive,
            open_notifiers(watch),
            map_shards,
            clock=utc_now,
            everything=everything,
            announce_all=announce_all,
            on_progress=on_progress,
        )
    beat(watch.serve, report)  # after the lock: whoever waits for it need not wait for that
    return report


def deliver_once(watch: Watch, *, wait_seconds: float = 0) -> Sent:
    """Send what is due without reading anything. Raises as :func:`run_once` does."""
    with _at_work(watch, wait_seconds) as archive:
        archive.adopt(watch, utc_now())
        return deliver(watch, archive, open_notifiers(watch), clock=utc_now)


def send_digest_once(
    watch: Watch,
    subscription: Subscription,
    since: datetime,
    *,
    recipients: Sequence[str] = (),
    wait_seconds: float = 0,
    on_wait: Callable[[], None] = lambda: None,
) -> tuple[Digest, Sent]:
    """See :func:`presswatch.delivering.send_once`. Waits and raises as :func:`run_once` does."""
    with _at_work(watch, wait_seconds, on_wait) as archive:
        archive.adopt(watch, utc_now())
        return send_once(
            watch,
            archive,
            open_notifiers(watch),
            subscription,
            since,
            recipients=recipients,
            clock=utc_now,
        )


def tell(summary: str) -> None:
    """Say in a line, on standard error, what a scheduled run did; `presswatch serve` passes it on."""
    sys.stderr.write(f"{utc_now():%H:%M:%S} UTC  {summary}\n")


def in_threads(read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    """Read shards in threads of this process, and yield what each read as it is done."""
    pool = ThreadPoolExecutor(SHARDS_AT_ONCE)

    def begin(job: Job) -> Future[Result]:
        return pool.submit(read, job)

    def first_done(begun: list[Future[Result]]) -> Future[Result]:
        return next(as_completed(begun))

    try:
        for done in in_few_steps(jobs, begin, first_done, at_once=SHARDS_AT_ONCE):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _at_work(
    watch: Watch, wait_seconds: float, on_wait: Callable[[], None] = lambda: None
) -> Iterator[Archive]:
    with (
        _seldom_collected(),
        cycle_lock(watch.archive, wait_seconds=wait_seconds, on_wait=on_wait),
        hard_bound(TIMES * watch.fetch.longest_cycle),
        Archive(watch.archive) as archive,
    ):
        yield archive


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let the garbage collector run more seldom: reading feeds makes many small objects, few of which
    refer to each other, and looking through them costs a tenth of the time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _OpenedWhenNeeded:
    """A channel that is opened for its first delivery: one which can't be is nobody else's trouble."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @cached_property
    def _notifier(self) -> Notifier:
        return channel_types()[self._channel.type].open(self._channel.options)

    def fits(self, digest: Digest) -> bool:
        """See :class:`presswatch.digests.delivery.HasRoom`."""
        return channel_types()[self._channel.type].fits(self._channel.options, digest)

    def send(self, delivery: Delivery) -> str:
        """See :class:`presswatch.digests.delivery.Notifier`."""
        return self._notifier.send(delivery)

    def session(self) -> AbstractContextManager[Send]:
        """See :class:`presswatch.digests.delivery.HasSession`."""
        return session_of(self._notifier)


def open_notifiers(watch: Watch) -> dict[str, Notifier]:
    """A notifier for each channel. Secrets may lie in Prefect's blocks, which are read when one is opened."""
    read_blocks_by(read_block)
    return {channel.id: _OpenedWhenNeeded(channel) for channel in watch.channels}
