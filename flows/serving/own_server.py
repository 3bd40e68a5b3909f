"""A Prefect server of our own, which cannot outlive us, and comes back if it dies before."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.serving.doors import OwnServer, is_free, make_private, own_server_in, write_private
from flows.serving.server_health import knows
from flows.serving.tether import tethered
from presswatch.errors import PresswatchError

START_SECONDS = 120
_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 10.0
_TRIES = 3


@contextmanager
def own_server(
    home: Path, stop: threading.Event | None = None, *, port: int | None = None
) -> Iterator[OwnServer]:
    """Start a server with its data in ``home``, yield what it is known by, end it.

    It lets nobody in without its login, which stands in a file of ``home`` that only this user can read. A
    server that dies meanwhile comes back at the same address, and so does the child that keeps it
    (:mod:`flows.serving.server_child`). ``port`` is as :func:`own_server_in` takes it. ``stop`` cuts the wait
    for its first start short. Raises :class:`PresswatchError`, with the place of the server's log, if it does
    not come up.
    """
    make_private(home)
    kept = _started(home, port, stop or threading.Event())
    try:
        write_private(kept.server.login_file, f"{kept.server.login}\n")
        kept.watch_over()
        yield kept.server
    finally:
        kept.end()
        kept.server.login_file.unlink(missing_ok=True)


class _Kept:
    """The child that keeps the server, and a watch over it."""

    def __init__(self, server: OwnServer) -> None:
        self.server = server
        write_private(server.log, "")
        self._ending = threading.Event()
        self._watching: threading.Thread | None = None
        self._child = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.server.log.open("ab") as output:
            return tethered(
                "flows.serving.server_child",
                str(self.server.port),
                output=output,
                environment=self.server.for_server(os.environ),
                umask=0o077,
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


def _started(home: Path, port: int | None, stop: threading.Event) -> _Kept:
    """A server that answers, or is to be stopped. One whose port another program took between the choice and
    the start is started anew, with another port and another login.
    """
    for tries_left in reversed(range(_TRIES)):
        kept = _Kept(own_server_in(home, os.environ, port))
        try:
            if _is_healthy(kept, stop):
                return kept
            if tries_left == 0 or is_free(kept.server.port):
                raise PresswatchError(f"the Prefect server ended at once; see {kept.server.log}")
        except BaseException:
            kept.end()
            raise
        kept.end()
    raise AssertionError


def _is_healthy(kept: _Kept, stop: threading.Event) -> bool:
    """Wait until it answers, or it is told to stop; false if it ended."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if kept.has_ended:
            return False
        if knows(kept.server.api_url, kept.server.login) or stop.wait(0.2):
            return True
    raise PresswatchError(
        f"the Prefect server was not ready after {START_SECONDS} seconds; see {kept.server.log}"
    )
