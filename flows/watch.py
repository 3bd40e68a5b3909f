"""The flow ``watch``: one cycle, its shards as Prefect tasks. Thin over the pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from flows.cycle import SHARDS_AT_ONCE, load_ready, run_once
from presswatch.errors import ArchiveBusy
from presswatch.feeds.shard import read_shard
from presswatch.feeds.values import Reading, ShardJob


@task(name="read-shard", task_run_name="read {job_name}", cache_policy=NO_CACHE)
def read_shard_task(job: ShardJob, job_name: str) -> list[Reading]:
    """Read one shard; it touches nothing but the web."""
    return read_shard(job)


def in_tasks(jobs: Sequence[ShardJob]) -> Iterator[list[Reading]]:
    """Read shards as tasks of the current flow, and yield what each read as it is done.

    Prefect is told not to look into the jobs: they hold nothing that it could wait for.
    """
    futures = [
        read_shard_task.submit(
            cast(ShardJob, quote(job)), f"{len(job.feeds)} feeds, shard {number} of {len(jobs)}"
        )
        for number, job in enumerate(jobs, 1)
    ]
    for future in as_completed(futures):
        yield future.result()


_RUNNER = cast(TaskRunner[PrefectFuture[Any]], ThreadPoolTaskRunner(max_workers=SHARDS_AT_ONCE))


@flow(
    name="watch",
    task_runner=_RUNNER,
    validate_parameters=False,
    persist_result=False,
)
def watch(config: str = "config/watch.toml") -> Any:
    """Read the feeds that are due, store what is new, send the digests that are due.

    A run that finds another one at work leaves at once: what is due comes from the archive, and the
    next run finds it.
    """
    try:
        report = run_once(load_ready(Path(config)), in_tasks)
    except ArchiveBusy as busy:
        return Completed(message=f"skipped: {busy}", name="Skipped")
    summary = (
        f"{report.due} feeds due, {report.failed} failed; {report.recorded.new} new releases, "
        f"{report.recorded.mentions} mentions; {report.deliveries.sent} sent, "
        f"{report.deliveries.pending} pending, {report.deliveries.failed} failed for good"
    )
    return Failed(message=summary) if report.in_vain else Completed(message=summary)
