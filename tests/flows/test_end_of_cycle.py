"""What comes at the end of a cycle that a configuration runs: the heartbeat; and what ends one that hangs."""

from __future__ import annotations

from pathlib import Path

from flows.cycle import in_threads, load_ready, run_once
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.setup import write_config
from tests.support.site import Site


def test_a_cycle_that_went_well_gives_a_heartbeat(site: Site, tmp_path: Path) -> None:
    """Once for each cycle; a cycle in vain gives none."""
    ping = site.publish("/ping", b"OK", content_type="text/plain", validators=False)
    feed = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
    watch = load_ready(write_config(tmp_path, [feed], serve=f'heartbeat_url = "{ping}"'))
    assert not run_once(watch, in_threads).in_vain
    assert site.requests["/ping", 200] == 1
    site.publish("/feed", b"", status=500)
    assert run_once(watch, in_threads).in_vain
    assert site.requests["/ping", 200] == 1


def test_a_heartbeat_that_is_not_answered_leaves_the_cycle_as_it_was(site: Site, tmp_path: Path) -> None:
    """The report is that of the cycle, and nothing is raised."""
    feed = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
    down = f'heartbeat_url = "http://127.0.0.1:{free_port()}/ping"'
    report = run_once(load_ready(write_config(tmp_path, [feed], serve=down)), in_threads)
    assert (report.read, report.recorded.new) == (1, 1)
