"""Serving both flows from this process. Importing this imports Prefect, with the settings of the moment."""

from __future__ import annotations

from pathlib import Path

from prefect import serve
from prefect.deployments.runner import RunnerDeployment

from flows.deliver import deliver
from flows.watch import watch
from presswatch.watch import ServeRules


def serve_flows(config: Path, rules: ServeRules) -> None:
    """Run ``watch`` and ``deliver`` on their schedules until told to stop (SIGINT or SIGTERM)."""
    parameters = {"config": str(config)}
    deployment = RunnerDeployment.from_flow
    serve(
        deployment(watch, "presswatch", interval=rules.watch_every, parameters=parameters),
        deployment(deliver, "presswatch", interval=rules.deliver_every, parameters=parameters),
    )
