"""The flow ``watch``: one cycle, its shards as Prefect tasks. Thin over the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from flows.cycle import SHARDS_AT_ONCE, load_ready, run_once, tell
from presswatch.errors import ArchiveBusy

Job = TypeVar("Job")
Result = TypeVar("Result")

WAIT_SECONDS = 60
"""How long a run waits for another one on the same archive."""


@task(name="read", task_run_name="{job_name}", cache_policy=NO_CACHE)
def read_task(read: Callable[[Any], Any], job: Any, job_name: str) -> Any:
    """Read one shard of feeds or of pages; it touches nothing but the web."""
    return read(job)


def in_tasks(read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    """Read shards as tasks of the current flow, and yield what each read as it is done.

    Prefect is told not to look into the jobs: they hold nothing that it could wait for.
    """
    futures = [
        read_task.submit(read, quote(job), f"{read.__name__} {number} of {len(jobs)}")
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

    A run that finds another one at work for longer than a minute leaves: what is due comes from the
    archive, and the next run finds it.
    """
    try:
        report = run_once(load_ready(Path(config)), in_tasks, wait_seconds=WAIT_SECONDS)
    except ArchiveBusy as busy:
        return Completed(message=f"skipped: {busy}", name="Skipped")
    summary = (
        f"{report.due} feeds due, {report.failed} failed; {report.recorded.new} new releases, "
        f"{report.recorded.mentions} mentions; {report.deliveries.sent} sent, "
        f"{report.deliveries.pending} pending, {report.deliveries.failed} failed for good"
    )
    if report.due or report.deliveries.sent or report.deliveries.failed:
        tell(summary)
    return Failed(message=summary) if report.in_vain else Completed(message=summary)
