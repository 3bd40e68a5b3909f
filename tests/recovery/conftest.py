"""A press office to recover from, and one who does it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer

from presswatch.recovery import visit
from presswatch.recovery.outcome import Found
from presswatch.recovery.recover import recover
from presswatch.recovery.values import Gap
from presswatch.watch import FetchRules
from presswatch.web.fetch import open_session
from tests.recovery.office import Office

RULES = FetchRules(connections=4, timeout=3, total_timeout=5, allow_private_addresses=True, page_delay=0)


@pytest.fixture
def office(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A press office without a page yet; it may be asked as fast as one can."""
    monkeypatch.setattr(visit, "SPACING", 0.0)
    return Office(httpserver)


@pytest.fixture
def find() -> Callable[..., Found]:
    """Recovers a gap."""

    def run(gap: Gap, rules: FetchRules = RULES) -> Found:
        with open_session(rules) as session:
            return recover(session, gap, rules)

    return run
