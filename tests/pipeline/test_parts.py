"""A digest that is too long for one message: through ``presswatch run`` to real receivers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from benchmarks.parts.faults.arrivals import Desk
from benchmarks.parts.faults.hook_server import serve_hooks
from storage.archive import Archive
from tests.pipeline.conftest import Mailbox
from tests.pipeline.test_cycle import mail_channel
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

GMAIL_HIDES = 102_000
"""Bytes of HTML: what comes after them is behind a link."""
TITLE = re.compile(r"Release (\d+): on the county")


def publish(site: Site, releases: int) -> str:
    """A feed of so many releases of usual length, all of which mention a program."""
    said = "The board of the county will vote next week. S-Comm, its members say, has {} ends. "
    titled = "Release {}: on the county’s agreement, and on what its members say"
    items = [
        replace(item(n, said.format(n) + said.format(2 * n) * 2), title=titled.format(n))
        for n in range(1, releases + 1)
    ]
    return site.publish("/feed", rss(items))


def presswatch(config: Path, *command: str) -> str:
    """What the command prints."""
    words = [sys.executable, "-m", "cli.main", *command, "-c", str(config)]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
    return done.stdout + done.stderr


def told(titles: str) -> list[int]:
    """The numbers of the releases whose titles stand there."""
    return [int(number) for number in TITLE.findall(" ".join(titles.split()))]


@pytest.mark.parametrize("releases", [120, 500])
def test_every_title_can_be_read_in_the_mails(
    site: Site, mailbox: Mailbox, tmp_path: Path, releases: int
) -> None:
    """Each exactly once, the same in HTML and text; each mail says which of how many it is."""
    config = write_config(
        tmp_path,
        [publish(site, releases)],
        channels=[mail_channel(mailbox)],
        subscriptions=[{"id": "desk", "channel": "mail", "recipients": ["ana@example.org"]}],
        fetch='announce_since = "all"',
    )
    presswatch(config, "run")
    mails = [mail for _, mail in mailbox.messages]
    everything: Counter[int] = Counter()
    for mail in mails:
        html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        heads = " ".join(node.text() for node in LexborHTMLParser(html).css("h3"))
        assert told(heads) == told(text)
        assert len(html.encode()) < GMAIL_HIDES
        everything.update(told(heads))
    assert everything == Counter(range(1, releases + 1))
    assert 1 < len(mails) <= releases // 40
    assert [mail["Subject"].rpartition(" (")[2] for mail in mails] == [
        f"{number} of {len(mails)})" for number in range(1, len(mails) + 1)
    ]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    presswatch(config, "run")
    assert len(mailbox.messages) == len(mails)


def test_only_the_part_that_failed_is_sent_again(site: Site, tmp_path: Path) -> None:
    """With the identity that it had; what each part tells is noted with it."""
    desk = Desk(orders=lambda asked: "500" if asked.nth == 2 else "")
    with serve_hooks(desk) as hook:
        url = f"http://127.0.0.1:{hook.port}/hook"
        config = write_config(
            tmp_path,
            [publish(site, 120)],
            channels=[{"id": "hook", "type": "webhook", "url": url, "max_bytes": 50_000}],
            subscriptions=[{"id": "desk", "channel": "hook"}],
            fetch='announce_since = "all"',
        )
        presswatch(config, "run")
        before = [arrival.identity for arrival in desk.arrivals]
        with Archive(tmp_path / "archive.db", read_only=True) as archive:
            parts = archive.deliveries()[::-1]
            noted = archive.database.execute(
                "SELECT g.releases, count(*) FROM digests g JOIN digest_items i ON i.digest_id = g.id"
                " GROUP BY g.id"
            ).fetchall()
        assert [part.status for part in parts] == ["sent", "pending", *["sent"] * (len(parts) - 2)]
        assert [releases for releases, _ in noted] == [told for _, told in noted]
        assert sum(releases for releases, _ in noted) == 120
        presswatch(config, "deliveries", "retry", str(parts[1].id))
        presswatch(config, "run")
        assert [arrival.identity for arrival in desk.arrivals] == [*before, parts[1].identity]
        everything = Counter(title for arrival in desk.arrivals for title in arrival.titles)
        assert everything == Counter(f"Release {number}" for number in range(1, 121))
        shown = presswatch(config, "digest", "preview", "desk", "--since", "1d")
        assert f"by the channel hook it comes in {len(parts)} parts" in shown
        presswatch(config, "digest", "send", "desk", "--since", "1d")
        again = Counter(title for arrival in desk.arrivals for title in arrival.titles)
        assert again == Counter(dict.fromkeys(everything, 2))
