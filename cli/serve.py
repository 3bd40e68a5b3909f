"""``presswatch serve``: cycles on schedule."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from cli.options import config_option
from flows.cycle import load_ready
from flows.serving.command import serve as serve_flows
from flows.serving.logs import LogFormat


@click.command()
@config_option
@click.option(
    "--log-format",
    type=click.Choice(get_args(LogFormat)),
    envvar="PRESSWATCH_LOG_FORMAT",
    default="text",
    show_default="$PRESSWATCH_LOG_FORMAT, else text",
    help="How to say what is going on: lines for people, or JSON lines.",
)
def serve(config: Path, log_format: LogFormat) -> None:
    """Keep watching, until Ctrl-C or SIGTERM. It runs the Prefect flows on schedule.

    With PREFECT_API_URL set, that Prefect server is used, and waited for while it does not answer. Without,
    one is started on this machine's loopback address, with its data beside the archive, and ended with this
    command. Its dashboard asks for a password that is new at each start; where that stands is said. Whatever
    else ends is started again.
    """
    watch = load_ready(config)
    serve_flows(watch, config, as_json=log_format == "json")
