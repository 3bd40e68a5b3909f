"""``presswatch serve``: the flows on schedule, with a Prefect server of our own where none is configured."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.serving.logs import set_up
from flows.serving.overdue import Overdue
from flows.serving.own_server import own_server
from flows.serving.supervision import Supervisor
from notifiers.looks.plain import count
from presswatch.watch import Watch

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}
"""No telemetry, no temporary server, no chatter; what the user has set in the environment wins."""


def serve(watch: Watch, config: Path, *, as_json: bool = False) -> None:
    """Run the flows on schedule until SIGINT or SIGTERM; then end within seconds.

    With ``PREFECT_API_URL`` in the environment that server is used, and waited for while it does not answer.
    Without, one is started on the loopback address, its data in the folder ``prefect`` beside the archive,
    and ended with us: the temporary server that Prefect would start by itself never fires a schedule. It has
    a login of its own (:mod:`flows.serving.doors`). What is going on is logged to standard error, as lines of
    JSON if ``as_json``.

    Raises :class:`presswatch.errors.PresswatchError` if the server of our own does not start.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    log = set_up(watch, as_json=as_json)
    every = f"{watch.serve.watch_every.total_seconds():g} seconds"
    with _told_to_stop() as stop:

        def supervise(api_url: str) -> None:
            feeds = count(len(watch.feeds), "feed")
            log.info("Looking for what is due every %s: %s. Ctrl-C stops.", every, feeds)
            Supervisor(config.resolve(), api_url, log, Overdue(watch), stop).run()

        if api_url := os.environ.get("PREFECT_API_URL"):
            log.info("Using the Prefect server at %s", api_url)
            supervise(api_url)
        else:
            log.info("Starting a Prefect server; the first start takes a quarter of a minute")
            home = watch.archive.parent / "prefect"
            with own_server(home, stop, port=watch.serve.dashboard_port) as server:
                os.environ.update(server.for_clients())
                log = set_up(watch, as_json=as_json)  # which masks the login from now on
                if server.port != server.wanted_port:
                    taken = "Port %d is taken by another program: the dashboard has another address this time"
                    log.warning(taken, server.wanted_port)
                log.info("Its dashboard: %s (the password to log in with: %s)", server.url, server.login_file)
                supervise(server.api_url)
    log.info("Stopped.")


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGINT or SIGTERM sets within the block."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
