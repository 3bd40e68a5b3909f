"""What happens when a run has ended: whoever runs Presswatch hears of trouble, once a turn.

Prefect calls hooks by keyword, so their parameters must have these names. A run that was killed is
marked as crashed, and its hooks are called, by the process that started it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State

from config.last_good import load_current
from flows.reporting.alerts import note_configuration, note_failure, note_success
from presswatch.errors import PresswatchError
from presswatch.times import utc_now
from presswatch.watch import Watch

log = logging.getLogger(__name__)

SKIPPED = "Skipped"
"""The name of the state of a run that found nothing to do: it got to its end, and says no more."""

BUSY = "Busy"
"""The name of the state of a run that left because another one was at work."""


def when_failed(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:
    """The run failed or crashed."""
    why = state.message or state.name or "for no reason that it told"
    _note(
        flow_run, lambda watch: note_failure(watch, flow.name, why, utc_now(), broke_off=state.is_crashed())
    )


def when_completed(flow: Flow[Any, Any], flow_run: FlowRun, state: State[Any]) -> None:
    """The run did what it was for, unless it had nothing to do, or could not begin."""
    if state.name != BUSY:
        idle = state.name == SKIPPED
        _note(flow_run, lambda watch: note_success(watch, flow.name, utc_now(), idle=idle))


def _note(flow_run: FlowRun, note: Callable[[Watch], None]) -> None:
    """A hook that fails must not be the run's failure."""
    config = flow_run.parameters.get("config", "config/watch.toml")
    try:
        now = utc_now()
        current = load_current(Path(config), os.environ, now=now)
        note(current.watch)
        note_configuration(current, now)
    except (PresswatchError, OSError) as error:
        log.warning("nobody could be told how the run %s ended: %s", flow_run.name, error)
