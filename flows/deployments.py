"""Serving both flows from this process. Importing this imports Prefect, with the settings of the moment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from prefect import serve
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Interval

from flows.deliver import deliver
from flows.watch import watch
from presswatch.times import utc_now
from presswatch.watch import ServeRules

FIRST_RUN = timedelta(seconds=5)
"""How soon after the start the first run comes; a schedule alone would let a whole interval pass."""


def serve_flows(config: Path, rules: ServeRules) -> None:
    """Run ``watch`` and ``deliver`` on their schedules until told to stop (SIGINT or SIGTERM)."""
    start = utc_now() + FIRST_RUN
    parameters = {"config": str(config)}
    serve(
        *(
            RunnerDeployment.from_flow(
                flow, "presswatch", schedule=Interval(every, anchor_date=start), parameters=parameters
            )
            for flow, every in ((watch, rules.watch_every), (deliver, rules.deliver_every))
        )
    )
