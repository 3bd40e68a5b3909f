"""What the flows are started anew for."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from flows.serving import supervision
from flows.serving.clock_watch import ClockWatch
from flows.serving.runner_child import Hear
from flows.serving.supervision import Supervisor
from tests.support.site import Site


@dataclass
class Flows:
    """Stands for the child processes: the first meets with what ``then`` does, the second is told to stop."""

    stop: Event
    code: int | None = None
    started: int = 0
    ended_by_us: int = 0
    wall: list[float] = field(default_factory=lambda: [0.0])

    def start(self, config: Path, hear: Hear) -> Flows:
        self.started += 1
        if self.started == 2:
            self.code = None
            self.stop.set()
        return self

    def ended(self) -> int | None:
        if self.started == 1:
            self.wall[0] += 3_600 if self.code == -1 else 0
        return None if self.code == -1 else self.code

    def end(self) -> None:
        self.ended_by_us += 1


def supervised(site: Site, flows: Flows, *, overdue: bool = False) -> None:
    """Run the supervisor until the flows stop it."""
    api_url = site.publish("/api/health", b"true").removesuffix("/health")
    log = logging.getLogger("test.supervision")
    clock = ClockWatch(lambda: flows.wall[0], lambda: 0.0)
    Supervisor(Path("w.toml"), api_url, log, lambda: overdue, flows.stop, clock, flows.start).run()


def test_flows_that_end_are_started_again(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """And why is said."""
    flows = Flows(Event(), code=9)
    supervised(site, flows)
    assert (flows.started, flows.ended_by_us) == (2, 2)
    assert "has ended (exit code 9)" in caplog.text


def test_a_clock_that_jumps_starts_them_anew(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What was scheduled by the old time is nothing to wait for."""
    flows = Flows(Event(), code=-1)
    supervised(site, flows)
    assert (flows.started, flows.ended_by_us) == (2, 2)
    assert "The clock jumped by +3600 s" in caplog.text


def test_feeds_that_wait_in_vain_start_them_anew(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that has forgotten the deployments answers, and fires nothing."""
    monkeypatch.setattr(supervision, "OVERDUE_SECONDS", 0.1)
    flows = Flows(Event())
    supervised(site, flows, overdue=True)
    assert (flows.started, flows.ended_by_us) == (2, 2)
    assert "nobody reads them" in caplog.text
