"""Starting, hearing and ending the child process that runs the flows (:mod:`flows.serving.process`)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from logging import ERROR, INFO, WARNING
from pathlib import Path

from flows.serving.tether import tethered

STOP_SECONDS = 8.0
"""What Prefect may take to leave on SIGTERM. The archive does not mind the harder way."""

Hear = Callable[[int, str], None]
"""Takes the level (of :mod:`logging`) and the words of what a child said."""

_TRACEBACK = "Traceback (most recent call last):"
_LEVELS = {"WARNING": WARNING, "ERROR": ERROR, "CRITICAL": ERROR}
_LEVEL = re.compile(r"[0-9:.]+ \| (\w+) +\| ")  # as the engine writes it


class RunnerChild:
    """A process group of its own: the runner, and each run that it starts. ``hear`` gets what these say."""

    def __init__(self, config: Path, hear: Hear) -> None:
        self._process = tethered(
            "flows.serving.process",
            str(config),
            output=subprocess.PIPE,
            environment={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._hearing = threading.Thread(target=self._listen, args=(hear,), daemon=True)
        self._hearing.start()

    def ended(self) -> int | None:
        """The exit code; ``None`` while it runs."""
        return self._process.poll()

    def end(self) -> None:
        """End it and whatever it started: asked first, then forced."""
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._hearing.join(1)
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()

    def _listen(self, hear: Hear) -> None:
        lines = (line.decode(errors="replace").rstrip() for line in self._process.stdout or ())
        for said in with_tracebacks(line for line in lines if line):
            level = _LEVEL.match(said)
            hear(_LEVELS.get(level.group(1), INFO) if level else INFO, said)


def with_tracebacks(lines: Iterable[str]) -> Iterator[str]:
    """The lines, those of a traceback joined to the one before it, so that it is told as one."""
    held: list[str] = []
    inside = False
    for line in lines:
        if line == _TRACEBACK:
            inside = True
            held.append(line)
        elif inside:
            held.append(line)
            inside = line.startswith(" ")
            if not inside:
                yield "\n".join(held)
                held = []
        else:
            yield from held
            held = [line] if _LEVEL.match(line) else []
            if not held:
                yield line
    if held:
        yield "\n".join(held)
