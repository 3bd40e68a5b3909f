"""The flow ``watch``: one cycle, its shards as Prefect tasks. Thin over the pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.cycle import SHARDS_AT_ONCE, run_once, tell
from flows.reloading import load_running
from flows.reporting.artifacts import cycle_rows, leave_table, name_run, releases_since
from flows.reporting.hooks import BUSY, SKIPPED, when_completed, when_failed
from flows.serving.first_run import is_first_run
from flows.shards.tasks import tasks_by
from notifiers.looks.plain import count
from presswatch.cycle import CycleReport
from presswatch.errors import ArchiveBusy
from presswatch.times import utc_now

WAIT_SECONDS = 60
"""How long a run waits for another one on the same archive."""

_RUNNER = cast(TaskRunner[PrefectFuture[Any]], ThreadPoolTaskRunner(max_workers=SHARDS_AT_ONCE))


# The flow itself is not retried: what is due comes from the archive, and the next run finds it.
@flow(
    name="watch",
    task_runner=_RUNNER,
    validate_parameters=False,
    persist_result=False,
    on_completion=[when_completed],
    on_failure=[when_failed],
    on_crashed=[when_failed],
)
def watch(config: str = "config/watch.toml") -> Any:
    """Read the feeds that are due, store what is new, send the digests that are due.

    A run that finds another one at work for longer than a minute leaves: what is due comes from the
    archive, and the next run finds it.
    """
    watched, started = load_running(Path(config)), utc_now()
    first = is_first_run(watched.archive)
    try:
        report = run_once(watched, tasks_by(watched), wait_seconds=WAIT_SECONDS)
    except ArchiveBusy as busy:
        name_run("another run is at work")
        return Completed(message=f"skipped: {busy}", name=BUSY)
    if not report.due and report.deliveries.sent == report.deliveries.failed == 0:
        name_run("nothing due")
        if first:
            tell("nothing was due")
        return Completed(message="nothing was due", name=SKIPPED)
    summary = _summary(report)
    tell(summary)
    leave_table("cycle", cycle_rows(watched, report, releases_since(watched, started)), summary)
    name_run(
        f"{report.due - report.failed - report.postponed} read, {report.failed} failed, "
        f"{report.recorded.new} new, {count(report.recorded.mentions, 'mention')}, "
        f"{report.deliveries.sent} sent"
    )
    return Failed(message=summary) if report.in_vain else Completed(message=summary)


def _summary(report: CycleReport) -> str:
    return (
        f"{count(report.due, 'feed')} due, {report.failed} failed; "
        f"{count(report.recorded.new, 'new release')}, {report.recorded.revised} revised, "
        f"{count(report.recorded.mentions, 'mention')}; {report.deliveries.sent} sent, "
        f"{report.deliveries.pending} pending, {report.deliveries.failed} failed for good"
    )
