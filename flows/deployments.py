"""Serving both flows from this process. Importing this imports Prefect, with the settings of the moment."""

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
from flows.watch import watch
from presswatch.times import utc_now
from presswatch.watch import ServeRules

DEPLOYMENT = "presswatch"
RUNS_AT_ONCE = 4
"""After a suspended laptop wakes, several are late; each finds little to do."""

FIRST_RUN = timedelta(seconds=5)
"""How soon after the start the first run comes; a schedule alone would let a whole interval pass."""


def serve_flows(config: Path, rules: ServeRules) -> None:
    """Run ``watch`` and ``deliver`` on their schedules until told to stop (SIGINT or SIGTERM)."""
    start = utc_now() + FIRST_RUN
    parameters = {"config": str(config)}
    _drop_late_runs()
    serve(
        *(
            RunnerDeployment.from_flow(
                flow, DEPLOYMENT, schedule=Interval(every, anchor_date=start), parameters=parameters
            )
            for flow, every in ((watch, rules.watch_every), (deliver, rules.deliver_every))
        ),
        limit=RUNS_AT_ONCE,
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
