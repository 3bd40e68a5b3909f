"""The flow ``deliver``: send what is due, and read nothing. Thin over the pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.states import Completed, Failed

from flows.cycle import deliver_once, tell
from flows.reloading import load_running
from flows.reporting.artifacts import delivery_rows, leave_table, name_run
from flows.reporting.hooks import BUSY, SKIPPED, when_completed, when_failed
from presswatch.errors import ArchiveBusy


# Not retried by the engine: the archive knows when each delivery is to be tried again.
@flow(
    name="deliver",
    validate_parameters=False,
    persist_result=False,
    on_completion=[when_completed],
    on_failure=[when_failed],
    on_crashed=[when_failed],
)
def deliver(config: str = "config/watch.toml") -> Any:
    """Freeze the digests that are due and send every delivery whose time has come.

    While a cycle is at work there is nothing to do: it delivers at its end.
    """
    try:
        sent = deliver_once(load_running(Path(config)))
    except ArchiveBusy as busy:
        name_run("a cycle is at work")
        return Completed(message=f"skipped: {busy}", name=BUSY)
    summary = f"{sent.sent} sent, {sent.pending} pending, {sent.failed} failed for good"
    name_run(summary)
    if not sent.sent and not sent.failed and not sent.troubles:
        return Completed(message=summary, name=SKIPPED)
    tell(summary)
    leave_table("deliveries", delivery_rows(sent), summary)
    return Failed(message=summary) if sent.failed else Completed(message=summary)
