"""A Prefect server of our own, as a child process that cannot outlive us.

The child is this module, run by ``python -m``: it starts the server, starts it again whenever it ends, and
ends it when its standard input closes. The operating system closes that when the parent ends, however it
ends.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from flows.serving.server_health import answers
from presswatch.errors import PresswatchError

START_SECONDS = 120
STOP_SECONDS = 5
_TOO_SOON = 30.0
"""Seconds. A server that ends so soon, and never answered before, cannot run here at all."""
_LONGEST_PAUSE = 60.0


@contextmanager
def own_server(home: Path, stop: threading.Event | None = None) -> Iterator[str]:
    """Start a server with its data in ``home``, yield its address (``http://127.0.0.1:PORT``), end it.

    A server that dies meanwhile comes back at the same address. ``stop`` cuts the wait for its first start
    short. Raises :class:`PresswatchError`, with the place of the server's log, if it does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    port = _free_port()
    environment = {**os.environ, "PREFECT_HOME": str(home)}
    environment.pop("PREFECT_API_URL", None)
    with log.open("wb") as output:
        child = tethered("flows.serving.own_server", str(port), output=output, environment=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, child, log, stop or threading.Event())
        yield url
    finally:
        child.communicate()  # closes its standard input, and waits


def tethered(
    module: str, *arguments: str, output: int | IO[bytes], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Run a module of ours as a child with a process group of its own, so that Ctrl-C is for us alone.

    By the module's care it ends when its standard input closes; ``output`` is as ``subprocess`` takes it.
    """
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )


def _wait_until_healthy(url: str, child: subprocess.Popen[bytes], log: Path, stop: threading.Event) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise PresswatchError(f"the Prefect server ended at once; see {log}")
        if answers(f"{url}/api") or stop.wait(0.2):
            return
    raise PresswatchError(f"the Prefect server was not ready after {START_SECONDS} seconds; see {log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tether(port: str) -> int:
    """Keep a server running until standard input closes; the exit code."""
    closed = threading.Event()
    threading.Thread(target=_set_at_end_of_input, args=(closed,), daemon=True).start()
    pause, well = 1.0, False
    while not closed.is_set():
        begun = time.monotonic()
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port],
            stdin=subprocess.DEVNULL,
        )
        while not closed.wait(0.2) and server.poll() is None:
            well = well or answers(f"http://127.0.0.1:{port}/api")
        if closed.is_set():
            _end(server)
            break
        lived = time.monotonic() - begun
        if not well and lived < _TOO_SOON:
            return server.returncode or 1
        pause = 1.0 if lived > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)
        closed.wait(pause)
    return 0


def wait_for_end_of_input() -> None:
    """Return when standard input closes. Python's own reader would hold a lock that its end waits for."""
    while os.read(0, 4096):
        pass


def _set_at_end_of_input(closed: threading.Event) -> None:
    wait_for_end_of_input()
    closed.set()


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(_tether(sys.argv[1]))
