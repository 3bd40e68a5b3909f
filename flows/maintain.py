"""The flow ``maintain``: look after the archive. Thin over :mod:`flows.upkeep`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.states import Completed, Failed

from flows.cycle import tell
from flows.reloading import load_running
from flows.reporting.artifacts import leave_table, name_run, upkeep_rows
from flows.reporting.hooks import BUSY, SKIPPED, when_completed, when_failed
from flows.upkeep import maintain_once
from presswatch.errors import ArchiveBusy
from presswatch.times import utc_now

WAIT_SECONDS = 600
"""How long it waits for a cycle, which holds the archive for as long as it reads."""


@flow(
    name="maintain",
    validate_parameters=False,
    persist_result=False,
    on_completion=[when_completed],
    on_failure=[when_failed],
    on_crashed=[when_failed],
)
def maintain(config: str = "config/watch.toml") -> Any:
    """Verify the archive, back it up, and let go of texts that are past their time, if that is due."""
    watched = load_running(Path(config))
    try:
        upkeep = maintain_once(watched, utc_now(), wait_seconds=WAIT_SECONDS)
    except ArchiveBusy as busy:
        name_run("a cycle is at work")
        return Completed(message=f"skipped: {busy}", name=BUSY)
    if upkeep is None:
        name_run("not due")
        return Completed(message="not due yet", name=SKIPPED)
    summary = upkeep.summary()
    tell(summary)
    leave_table("maintenance", upkeep_rows(upkeep), summary)
    whole = upkeep.verification.is_whole
    name_run(f"archive {'whole' if whole else 'NOT WHOLE'}{', backed up' if upkeep.backup else ''}")
    return Completed(message=summary) if whole else Failed(message=summary)
