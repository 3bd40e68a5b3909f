"""Receivers that are real: a webhook's and a mail server's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.ports import free_port
from tests.support.receiver import Receiver
from tests.support.site import Site

if TYPE_CHECKING:
    from tests.pipeline.edited import Desk


@dataclass
class Mailbox:
    """What arrived, by recipient; an address in ``refused`` is answered with its reply."""

    port: int = 0
    messages: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Take the recipient, or don't."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep the message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages += [(recipient, message) for recipient in envelope.rcpt_tos]
        return "250 Queued as 1"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server on a free port of the loopback address."""
    box = Mailbox()
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def desk(tmp_path: Path, site: Site, mailbox: Mailbox, hook: Receiver) -> Desk:
    """A newsroom, and a watch that is edited; nobody is told yet."""
    from tests.pipeline.edited import Desk  # which needs what stands above

    return Desk(tmp_path, site, mailbox, hook)
