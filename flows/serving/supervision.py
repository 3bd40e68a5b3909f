"""Keeping the flows running: whatever ends them short of SIGINT and SIGTERM, they are started again."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Protocol

from flows.serving.clock_watch import ClockWatch
from flows.serving.runner_child import Hear, RunnerChild
from flows.serving.server_health import answers, trouble_at

LOOK_SECONDS = 0.5
SERVER_SECONDS = 2.0
OVERDUE_SECONDS = 60.0
"""How often the archive is looked at for feeds that wait in vain."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two starts; a child that lived for longer than the longest starts at the first again."""


class Child(Protocol):
    """What is kept running: see :class:`RunnerChild`."""

    def ended(self) -> int | None: ...
    def end(self) -> None: ...


@dataclass
class Supervisor:
    """Runs the child while the server at ``api_url`` answers, until ``stop`` is set.

    It is started anew when it ends; when the time of day jumps (a clock set, a machine that slept), for what
    Prefect had scheduled by the old time would come late, all at once or not for hours; and when
    ``is_overdue`` says that the feeds that are due wait in vain, as they do where a server has forgotten our
    deployments. Each start drops what is scheduled and begins with one run, which catches up.
    """

    config: Path
    api_url: str
    log: logging.Logger
    is_overdue: Callable[[], bool]
    stop: Event
    clock: ClockWatch = field(default_factory=ClockWatch)
    start: Callable[[Path, Hear], Child] = RunnerChild

    def run(self) -> None:
        """Return when ``stop`` is set and everything that was started has ended."""
        pause = FIRST_PAUSE
        if self._server_answers() and (door := trouble_at(self.api_url, os.environ)):
            self.log.warning("The Prefect server at %s %s. %s", self.api_url, door.what, door.remedy)
        while self._server_answers():
            begun = time.monotonic()
            child = self.start(self.config, self._hear)
            try:
                reason = self._watch(child)
            finally:
                child.end()
            if self.stop.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - begun > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            self.log.warning("%s; starting again in %.0f s", reason, pause)
            self.stop.wait(pause)

    def _hear(self, level: int, said: str) -> None:
        self.log.log(level, "%s", said)

    def _server_answers(self) -> bool:
        """Wait for the server; false if told to stop meanwhile."""
        told = False
        while not self.stop.is_set():
            if answers(self.api_url):
                if told:
                    self.log.info("The Prefect server answers again")
                return True
            if not told:
                self.log.warning("The Prefect server at %s does not answer; waiting for it", self.api_url)
                told = True
            self.stop.wait(SERVER_SECONDS)
        return False

    def _watch(self, child: Child) -> str:
        """Why the child is to be started again; empty if it is not."""
        looked = time.monotonic()
        self.clock.jump()
        while not self.stop.wait(LOOK_SECONDS):
            if (code := child.ended()) is not None:
                return f"What runs the flows has ended (exit code {code})"
            if jumped := self.clock.jump():
                return f"The clock jumped by {jumped:+.0f} s: it was set, or this machine was asleep"
            if time.monotonic() - looked >= OVERDUE_SECONDS:
                looked = time.monotonic()
                if self.is_overdue():
                    return "Feeds are due and nobody reads them"
        return ""
