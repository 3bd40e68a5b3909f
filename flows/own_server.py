"""A Prefect server of our own, as a child process that cannot outlive us.

The child is this module, run by ``python -m``: it starts the server, and ends it when its standard
input closes. The operating system closes that when the parent ends, however it ends.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from presswatch.errors import PresswatchError

START_SECONDS = 120
STOP_SECONDS = 10


@contextmanager
def own_server(home: Path) -> Iterator[str]:
    """Start a server with its data in ``home``, yield its address (``http://127.0.0.1:PORT``), end it.

    Raises :class:`PresswatchError`, with the place of the server's log, if it does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    port = _free_port()
    environment = {**os.environ, "PREFECT_HOME": str(home)}
    environment.pop("PREFECT_API_URL", None)
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "flows.own_server", str(port)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # Ctrl-C is for us: the server goes last
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, child, log)
        yield url
    finally:
        child.communicate()  # closes its standard input, and waits


def _wait_until_healthy(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise PresswatchError(f"the Prefect server ended at once; see {log}")
        try:
            if requests.get(f"{url}/api/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise PresswatchError(f"the Prefect server was not ready after {START_SECONDS} seconds; see {log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tether(port: str) -> None:
    """Run the server until standard input closes."""
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port],
        stdin=subprocess.DEVNULL,
    )
    sys.stdin.buffer.read()
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    _tether(sys.argv[1])
