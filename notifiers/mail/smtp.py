"""The channel ``smtp``: one mail for each recipient, handed to a mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Self

from notifiers.looks.render import render
from notifiers.mail.address import parse_address
from notifiers.mail.conversation import BrokenOff, Server, bounded, connected, hand_over, reset
from notifiers.mail.login import Login, login_of
from notifiers.mail.message import message
from notifiers.mail.options import SmtpOptions
from presswatch.digests.delivery import Delivery, Send
from presswatch.errors import DeliveryError

MOST_BY_A_CONNECTION = 100
"""Servers end a connection that carries too many mails, and don't always say so."""

_FAREWELL = 2.0
"""Seconds for each step of leaving: the answers that count are in."""

_MOST_LOST = 2
"""After so many new connections in a row that broke off, the server is left alone."""


@dataclass(frozen=True, slots=True)
class SmtpNotifier:
    """Sends by the server that ``options`` name, logging in if there is a ``login``."""

    options: SmtpOptions
    login: Login | None = field(repr=False)

    @classmethod
    def open(cls, options: SmtpOptions) -> Self:
        """The notifier as configured, with its secrets.

        Raises :class:`DeliveryError`, not permanent, if a secret is missing or cannot be sent.
        """
        return cls(options, login_of(options))

    def send(self, delivery: Delivery) -> str:
        """Mail the digest to the delivery's recipient, and return the server's reply to the message.

        Raises :class:`DeliveryError`: permanent if the server refuses recipient or message for good (5xx; RFC
        5321, section 4.2.1), or says that it takes none so large; not permanent for 4xx, for trouble on the
        way, and for whatever concerns the session rather than the mail, such as the login, TLS or the sender.
        """
        with self.session() as send:
            return send(delivery)

    @contextmanager
    def session(self) -> Iterator[Send]:
        """Send several mails by one connection, which is made for the first. See :meth:`send`."""
        session = _Session(self.options, self.login)
        try:
            yield session.send
        finally:
            session.leave()


@dataclass(slots=True)
class _Session:
    """One connection at a time. A refusal leaves it open for the next mail, after RSET.

    Where it has ``carried`` mails already and breaks off, it is made anew, once, for the same mail; but not
    if that may have been taken: then the attempt is noted, and the mail repeated after a pause.
    """

    options: SmtpOptions
    login: Login | None = field(repr=False)
    server: Server | None = None
    carried: int = 0
    lost: int = 0

    def send(self, delivery: Delivery) -> str:
        """See :meth:`SmtpNotifier.send`."""
        sender = parse_address(self.options.sender)
        try:
            recipient = parse_address(delivery.recipient)
        except ValueError as error:
            raise DeliveryError(str(error), permanent=True) from error
        mail = message(
            delivery,
            render(delivery.digest, delivery.identity),
            sender=sender,
            to=recipient,
            unsubscribe=self.options.unsubscribe,
            threaded=self.options.threads,
        )
        try:
            with bounded(self.options.timeout):
                return self._send(mail, sender, recipient)
        except BrokenOff as broken:
            self.lost += 1
            unreachable = broken.hopeless or self.lost >= _MOST_LOST
            raise DeliveryError(str(broken), permanent=False, unreachable=unreachable) from None

    def leave(self) -> None:
        """Close the connection, if there is one. The answers are in: what goes wrong now changes nothing."""
        if self.server:
            with suppress(smtplib.SMTPException, OSError), bounded(min(self.options.timeout, _FAREWELL)):
                self.server.quit()
        self._drop()

    def _send(self, mail: EmailMessage, sender: Address, recipient: Address) -> str:
        if self.carried >= MOST_BY_A_CONNECTION:
            self.leave()
        used = self.carried > 0
        try:
            return self._try(mail, sender, recipient)
        except BrokenOff as broken:
            if not used or broken.perhaps_taken or broken.hopeless:
                raise
        return self._try(mail, sender, recipient)

    def _try(self, mail: EmailMessage, sender: Address, recipient: Address) -> str:
        if self.server is None:
            self.server = connected(self.options, self.login)
        try:
            said = hand_over(self.server, self.options, mail, sender, recipient)
        except DeliveryError:
            self._carried_one()
            if not reset(self.server):
                self._drop()
            raise
        except BaseException:  # in the middle of a command: nothing more can be said here
            self._drop()
            raise
        self._carried_one()
        return said

    def _carried_one(self) -> None:
        self.carried += 1
        self.lost = 0

    def _drop(self) -> None:
        server, self.server, self.carried = self.server, None, 0
        if server:
            server.close()
