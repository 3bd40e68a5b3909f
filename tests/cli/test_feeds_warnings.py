"""``presswatch feeds``: what of a newsroom is not read is said wherever it is looked at."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
WARNING = "7 sitemaps that may hold releases; 5 of them are read"


def publish_index(site: Site, parts: int) -> str:
    """An index of parts with three releases each, numbered in the query; return its address."""
    rows = ""
    for part in range(1, parts + 1):
        rows += f"<sitemap><loc>{site.base}/map.xml?page={part}</loc></sitemap>"
        inside = "".join(f"<url><loc>{site.base}/press/{part}-{n}</loc></url>" for n in range(3))
        site.publish(f"/map.xml?page={part}", f"<urlset {SPACE}>{inside}</urlset>".encode())
    return site.publish("/sitemap.xml", f"<sitemapindex {SPACE}>{rows}</sitemapindex>".encode())


def test_an_index_of_more_than_is_read(call: Call, site: Site, tmp_path: Path) -> None:
    """When it is added, when it is checked, and, once it was read, in the list; until all of it is."""
    config = write_config(tmp_path, [])
    done = call("feeds", "add", publish_index(site, 7), "--publisher", "Rights", "--yes", "-c", config)
    assert WARNING in " ".join(done.stdout.split()), done.stderr
    for command in ("check", "list"):
        done = call("feeds", command, "--json", "-c", config)
        assert (WARNING in done.stdout) is (command == "check")
    assert call("run", "-c", config).returncode == 0
    assert WARNING in call("feeds", "--json", "-c", config).stdout
    words = call("feeds", "-c", config).stdout
    assert "sitemaps" in words
    publish_index(site, 5)
    assert call("run", "-c", config).returncode == 0
    assert "sitemaps" not in call("feeds", "-c", config).stdout


def test_the_digest_and_the_status_say_it_too(call: Call, site: Site, hook: Receiver, tmp_path: Path) -> None:
    """A digest's coverage names the feed and what isn't read of it; the status counts such feeds."""
    news = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
    config = write_config(
        tmp_path,
        [news],
        channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
        subscriptions=[{"id": "desk", "channel": "hook"}],
    )
    index = publish_index(site, 7)
    assert call("feeds", "add", index, "--publisher", "Rights", "--yes", "-c", config).returncode == 0
    assert call("run", "-c", config).returncode == 0
    ((_, payload),) = hook.received
    (limit,) = [one for one in payload["coverage"]["limits"] if one["what"] == "part"]
    assert (limit["publisher"], limit["url"]) == ("Rights", index)
    assert WARNING in limit["reason"]
    said = call("status", "-c", config).stdout
    assert "Partly      1 feed not read in full: `presswatch feeds` says why" in said
    assert json.loads(call("status", "-c", config, "--json").stdout)["partly_read"] == 1
    publish_index(site, 5)
    assert call("run", "-c", config).returncode == 0
    assert "Partly" not in call("status", "-c", config).stdout
