"""``presswatch serve``: the flows on schedule, with a Prefect server of our own where none is configured."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from flows.own_server import own_server
from presswatch.watch import Watch

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
"""No telemetry, no temporary server, no chatter; what the user has set in the environment wins."""


def serve(watch: Watch, config: Path, *, say: Callable[[str], None]) -> None:
    """Run the flows on schedule until SIGINT or SIGTERM.

    With ``PREFECT_API_URL`` in the environment that server is used. Without, one is started on the
    loopback address, its data in the folder ``prefect`` beside the archive, and ended with us: the
    temporary server that Prefect would start by itself never fires a schedule. ``say`` is told, in
    a line, what is going on.

    Raises :class:`presswatch.errors.PresswatchError` if the server does not start.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if os.environ.get("PREFECT_API_URL"):
        say(f"Using the Prefect server at {os.environ['PREFECT_API_URL']}")
        _serve(watch, config, say)
        return
    home = watch.archive.parent / "prefect"
    say("Starting a Prefect server; the first start takes a quarter of a minute")
    os.environ["PREFECT_HOME"] = str(home)
    with own_server(home) as url:
        os.environ["PREFECT_API_URL"] = f"{url}/api"
        say(f"Its dashboard: {url}")
        _serve(watch, config, say)


def _serve(watch: Watch, config: Path, say: Callable[[str], None]) -> None:
    # Prefect reads its settings when it is imported, so that must not happen before this.
    deployments = import_module("flows.deployments")
    every = f"{watch.serve.watch_every.total_seconds():g} seconds"
    say(f"Looking for what is due every {every}: {len(watch.feeds)} feeds. Ctrl-C stops.")
    deployments.serve_flows(config.resolve(), watch.serve)
    say("Stopped.")
