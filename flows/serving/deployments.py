"""Serving the flows from this process. Importing this imports Prefect, with the settings of the moment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from prefect import get_client, serve
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Interval

from flows.deliver import deliver
from flows.maintain import maintain
from flows.serving.first_run import begin_serving
from flows.watch import watch
from presswatch import __version__
from presswatch.times import utc_now
from presswatch.watch import ServeRules

DEPLOYMENT = "presswatch"
RUNS_AT_ONCE = 4
"""After a suspended laptop wakes, several are late; each finds little to do.

That only one is at work on the archive is for the archive's lock to see to, not for a limit at the engine:
such a slot stays taken for minutes after a power failure, in which every run would be cancelled in silence.
"""

TAGS = ["presswatch"]
MAINTAIN_LOOKS_EVERY = timedelta(hours=1)
"""How often it is looked whether maintenance is due, so that a machine that sleeps at night has it too."""

FIRST_RUN = timedelta(seconds=5)
"""How soon after the start the first run comes; a schedule alone would let a whole interval pass."""


def serve_flows(config: Path, rules: ServeRules) -> None:
    """Run all flows on their schedules until told to stop (SIGINT or SIGTERM)."""
    schedules = (
        (watch, rules.watch_every),
        (deliver, rules.deliver_every),
        (maintain, min(rules.maintain_every, MAINTAIN_LOOKS_EVERY)),
    )
    start = utc_now() + FIRST_RUN
    parameters = {"config": str(config)}
    _drop_late_runs()
    begin_serving()
    serve(
        *(
            RunnerDeployment.from_flow(
                flow,
                DEPLOYMENT,
                schedule=Interval(every, anchor_date=start),
                parameters=parameters,
                tags=TAGS,
                version=__version__,
            )
            for flow, every in schedules
        ),
        limit=RUNS_AT_ONCE,
        print_starting_message=False,
    )


def _drop_late_runs() -> None:
    """Delete what was scheduled while we were away: one run catches up, and forty at once would drown us."""
    names = DeploymentFilterName(any_=[DEPLOYMENT])
    late = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
    )
    with get_client(sync_client=True) as client:
        while runs := client.read_flow_runs(
            flow_run_filter=late, deployment_filter=DeploymentFilter(name=names), limit=200
        ):
            for run in runs:
                client.delete_flow_run(run.id)
