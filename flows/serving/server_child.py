"""The child process that keeps a Prefect server of our own running until its standard input closes.

Run as ``python -m flows.serving.server_child PORT``. Whenever the server ends, it is started again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from flows.serving.doors import SERVER_LOGIN
from flows.serving.server_health import knows
from flows.serving.tether import wait_for_end_of_input

STOP_SECONDS = 5
_TOO_SOON = 30.0
"""Seconds. A server that ends so soon, and never answered before, cannot run here at all."""
_LONGEST_PAUSE = 60.0


def main(port: str) -> int:
    """Keep the server running; the exit code."""
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
            well = well or knows(f"http://127.0.0.1:{port}/api", os.environ[SERVER_LOGIN])
        if closed.is_set():
            _end(server)
            break
        lived = time.monotonic() - begun
        if not well and lived < _TOO_SOON:
            return server.returncode or 1
        pause = 1.0 if lived > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)
        closed.wait(pause)
    return 0


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
    sys.exit(main(sys.argv[1]))
