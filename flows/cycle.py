"""One cycle from a configuration file, with threads and without an engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from config.loader import load_with_origins
from config.secrets import missing_secrets
from notifiers.registry import channel_types
from presswatch import pipeline
from presswatch.cycle import CycleReport, Sent
from presswatch.digests.delivery import Notifier
from presswatch.errors import ConfigError
from presswatch.feeds.shard import read_shard
from presswatch.feeds.values import Reading, ShardJob
from presswatch.times import utc_now
from presswatch.watch import Watch
from storage.archive import Archive
from storage.lock import cycle_lock

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
) -> CycleReport:
    """One whole cycle: see :func:`presswatch.pipeline.run_cycle`.

    Raises :class:`presswatch.errors.ArchiveBusy` if another process is at work on the archive for
    longer than ``wait_seconds``, and :class:`presswatch.errors.ArchiveError` if it cannot be used.
    """
    with _at_work(watch, wait_seconds) as archive:
        return pipeline.run_cycle(
            watch,
            archive,
            open_notifiers(watch),
            map_shards,
            clock=utc_now,
            everything=everything,
            announce_all=announce_all,
            on_progress=on_progress,
        )


def deliver_once(watch: Watch, *, wait_seconds: float = 0) -> Sent:
    """Send what is due without reading anything. Raises as :func:`run_once` does."""
    with _at_work(watch, wait_seconds) as archive:
        archive.adopt(watch, utc_now())
        return pipeline.deliver(watch, archive, open_notifiers(watch), clock=utc_now)


def in_threads(jobs: Sequence[ShardJob]) -> Iterator[list[Reading]]:
    """Read shards in threads of this process, and yield what each read as it is done.

    The connections of the configuration are shared between the shards that are under way.
    """
    if len(jobs) > 1:
        jobs = [replace(job, rules=replace(job.rules, connections=_share(job))) for job in jobs]
    with ThreadPoolExecutor(SHARDS_AT_ONCE) as pool:
        for done in as_completed([pool.submit(read_shard, job) for job in jobs]):
            yield done.result()


def _share(job: ShardJob) -> int:
    return max(1, job.rules.connections // SHARDS_AT_ONCE)


@contextmanager
def _at_work(watch: Watch, wait_seconds: float) -> Iterator[Archive]:
    with cycle_lock(watch.archive, wait_seconds=wait_seconds), Archive(watch.archive) as archive:
        yield archive


def open_notifiers(watch: Watch) -> dict[str, Notifier]:
    """A notifier for each channel that a subscription uses."""
    types = channel_types()
    used = {subscription.channel for subscription in watch.subscriptions}
    return {
        channel.id: types[channel.type].open(channel.options)
        for channel in watch.channels
        if channel.id in used
    }
