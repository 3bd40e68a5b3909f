"""The flow ``deliver``: send what is due, and read nothing. Thin over the pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.states import Completed, Failed

from flows.cycle import deliver_once, load_ready, tell
from presswatch.errors import ArchiveBusy


@flow(name="deliver", validate_parameters=False, persist_result=False)
def deliver(config: str = "config/watch.toml") -> Any:
    """Freeze the digests that are due and send every delivery whose time has come.

    While a cycle is at work there is nothing to do: it delivers at its end.
    """
    try:
        sent = deliver_once(load_ready(Path(config)))
    except ArchiveBusy as busy:
        return Completed(message=f"skipped: {busy}", name="Skipped")
    summary = f"{sent.sent} sent, {sent.pending} pending, {sent.failed} failed for good"
    if sent.sent or sent.failed:
        tell(summary)
    return Failed(message=summary) if sent.failed else Completed(message=summary)
