"""``presswatch serve``: cycles on schedule."""

from __future__ import annotations

from pathlib import Path

import click

from cli.options import config_option
from flows.cycle import load_ready
from flows.serving import serve as serve_flows


@click.command()
@config_option
def serve(config: Path) -> None:
    """Keep watching: run the Prefect flows on schedule, until Ctrl-C or SIGTERM.

    With PREFECT_API_URL set, that Prefect server is used. Without, one is started on this machine's
    loopback address, with its data beside the archive, and ended with this command.
    """
    watch = load_ready(config)
    serve_flows(watch, config, say=lambda line: click.echo(line, err=True))
