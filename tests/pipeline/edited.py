"""A watch that is edited between runs, and a clock that is moved by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli.main import presswatch
from flows.cycle import load_ready
from presswatch.cycle import Sent
from storage.archive import Archive
from tests.pipeline.conftest import Mailbox
from tests.pipeline.test_cycle import ALIAS, cycle, mail_channel
from tests.support.feeds import item, rss
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

ANA, BO, CY = "ana@example.org", "bo@example.org", "cy@example.org"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
WEEKLY: dict[str, Any] = {"id": "weekly", "channel": "mail", "recipients": [ANA], "schedule": "0 8 * * 1"}


class Desk:
    """A newsroom, and a watch whose subscriptions are edited; its clock is moved by hand."""

    def __init__(self, folder: Path, site: Site, mailbox: Mailbox, hook: Receiver) -> None:
        self.now = NOON
        self.config = folder / "watch.toml"
        self.mailbox = mailbox
        self._site = site
        self._channels: list[dict[str, Any]] = [
            mail_channel(mailbox),
            {"id": "hook", "type": "webhook", "url": hook.url},
        ]
        self._published = 0
        self.publish(0)

    def publish(self, number: int = 1) -> None:
        """So many releases more."""
        self._published += number
        shown = [item(n, ALIAS) for n in range(self._published, 0, -1)]
        self._site.publish("/feed", rss(shown))

    def edit(self, *subscriptions: dict[str, Any], channels: list[dict[str, Any]] | None = None) -> None:
        """Write these subscriptions into the configuration, and no others."""
        write_config(
            self.config.parent,
            [self._site.base + "/feed"],
            channels=self._channels if channels is None else channels,
            subscriptions=subscriptions,
            fetch='announce_since = "all"',
        )

    def cycle(self, after: timedelta = timedelta()) -> Sent:
        """One cycle, so long after the one before."""
        self.now += after
        return cycle(load_ready(self.config), self.now).deliveries

    def got(self) -> list[tuple[str, int]]:
        """(recipient, number of releases) of each mail."""
        return [
            (whom, str(mail.get_body(("plain",))).count("\nhttp")) for whom, mail in self.mailbox.messages
        ]

    def told(self) -> list[str]:
        """Who got each mail, in order."""
        return [whom for whom, _ in self.mailbox.messages]

    def call(self, *arguments: str) -> Result:
        """The command, in this process."""
        return CliRunner().invoke(presswatch, [*arguments, "-c", str(self.config)])

    def statuses(self) -> list[tuple[str, str]]:
        """(recipient, status) of each delivery, the oldest first."""
        with Archive(load_ready(self.config).archive, read_only=True) as archive:
            return [(one.recipient, one.status) for one in reversed(archive.deliveries())]
