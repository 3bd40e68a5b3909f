"""A watch as the tests of flows start from: one feed, told by webhook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site


@pytest.fixture
def config(site: Site, hook: Receiver, tmp_path: Path) -> Path:
    """A watch on one feed, told at once by webhook, looked at every few seconds."""
    feed = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
    return write_config(
        tmp_path,
        [feed],
        channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
        subscriptions=[{"id": "desk", "channel": "hook"}],
        serve=f'watch_every = "5s"\ndeliver_every = "20s"\ndashboard_port = {free_port()}',
    )
