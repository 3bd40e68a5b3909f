"""A Prefect server of our own, which cannot outlive us, and comes back if it dies before."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.serving.server_health import answers
from flows.serving.tether import tethered
from presswatch.errors import PresswatchError

START_SECONDS = 120
_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 10.0


@contextmanager
def own_server(home: Path, stop: threading.Event | None = None) -> Iterator[str]:
    """Start a server with its data in ``home``, yield its address (``http://127.0.0.1:PORT``), end it.

    A server that dies meanwhile comes back at the same address, and so does the child that keeps it
    (:mod:`flows.serving.server_child`). ``stop`` cuts the wait for its first start short. Raises
    :class:`PresswatchError`, with the place of the server's log, if it does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    kept = _Kept(home, _free_port())
    url = f"http://127.0.0.1:{kept.port}"
    try:
        _wait_until_healthy(url, kept, stop or threading.Event())
        kept.watch_over()
        yield url
    finally:
        kept.end()


class _Kept:
    """The child that keeps the server, and a watch over it."""

    def __init__(self, home: Path, port: int) -> None:
        self.port = port
        self.log = home / "server.log"
        self._environment = {**os.environ, "PREFECT_HOME": str(home)}
        self._environment.pop("PREFECT_API_URL", None)
        self.log.unlink(missing_ok=True)
        self._ending = threading.Event()
        self._watching: threading.Thread | None = None
        self._child = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return tethered(
                "flows.serving.server_child", str(self.port), output=output, environment=self._environment
            )

    @property
    def has_ended(self) -> bool:
        return self._child.poll() is not None

    def watch_over(self) -> None:
        """From now on, start the child anew should it end."""
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def _watch(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            if self.has_ended:
                self._clear()
                self._child = self._start()
                self._ending.wait(_PAUSE_SECONDS)

    def end(self) -> None:
        """End it, and all that it started."""
        self._ending.set()
        if self._watching:
            self._watching.join()
        self._child.communicate()  # closes its standard input, and waits
        self._clear()

    def _clear(self) -> None:
        """End what a child that was killed has left in its process group: a server that nobody keeps."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)


def _wait_until_healthy(url: str, kept: _Kept, stop: threading.Event) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if kept.has_ended:
            raise PresswatchError(f"the Prefect server ended at once; see {kept.log}")
        if answers(f"{url}/api") or stop.wait(0.2):
            return
    raise PresswatchError(f"the Prefect server was not ready after {START_SECONDS} seconds; see {kept.log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
