"""A hostile newsroom, a healthy neighbour, and a desk that reads both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from presswatch.recovery import visit
from tests.hostile.desk import Desk, stopped
from tests.hostile.newsroom import Newsroom, open_newsroom

_CLOCKS = (
    "flows.cycle",
    "presswatch.feeds.shard",
    "presswatch.feeds.page",
    "presswatch.web.fetch",
    "presswatch.recovery.shard",
    "presswatch.pages.visitor",
    "presswatch.pipeline",
)


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A server on 127.0.0.1 that does as it is told."""
    with open_newsroom() as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Whoever reads; its clock is everybody's."""
    with open_newsroom("127.0.0.2") as neighbour:
        opened = Desk(tmp_path, neighbour)
        for module in _CLOCKS:
            monkeypatch.setattr(f"{module}.utc_now", stopped(opened))
        monkeypatch.setattr(visit, "SPACING", 0.0)
        yield opened
