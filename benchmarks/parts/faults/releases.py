"""What is told: releases that all mention a program, and are named by number."""

from __future__ import annotations

from tests.support.feeds import item, rss
from tests.support.site import Site


def publish(site: Site, releases: int) -> None:
    """Let the feed show so many releases, all of which mention a program."""
    site.publish("/feed", rss([item(n, f"S-Comm, case {n}.") for n in range(releases, 0, -1)]))
