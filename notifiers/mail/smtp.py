"""The channel ``smtp``: one mail for each recipient, handed to a mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Self

from notifiers.environment import secret
from notifiers.looks.plain import line
from notifiers.looks.render import render
from notifiers.mail.address import parse_address
from notifiers.mail.message import as_bytes, message
from notifiers.mail.options import SmtpOptions
from presswatch.digests.delivery import Delivery, Send
from presswatch.errors import DeliveryError

# RFC 4954, section 6, and RFC 3207, section 4: the server wants another login, or TLS, and says so with a
# permanent code. The delivery is not at fault: it goes out once a person has mended the configuration.
_ABOUT_THE_SESSION = frozenset({530, 534, 535, 538})
_CLOSING = 421
_TOO_BIG = 552
_SHOWN = 500

MOST_BY_A_CONNECTION = 100
"""Servers end a connection that carries too many mails, and don't always say so."""

_MOST_LOST = 2
"""After so many new connections in a row that broke off, the server is left alone."""


@dataclass(frozen=True, slots=True)
class SmtpNotifier:
    """Sends by the server that ``options`` name, logging in if there is a ``login`` (user, password)."""

    options: SmtpOptions
    login: tuple[str, str] | None = field(repr=False)

    @classmethod
    def open(cls, options: SmtpOptions) -> Self:
        """The notifier as configured, with its secrets.

        Raises :class:`DeliveryError`, not permanent, if a secret is missing or cannot be sent.
        """
        username, password = secret(options.username_env), secret(options.password_env)
        if not username or not password:
            return cls(options, None)
        if not (username + password).isascii():  # smtplib would stumble, and name the letter
            said = f"{options.username_env} and {options.password_env} may hold ASCII characters only"
            raise DeliveryError(said, permanent=False)
        return cls(options, (username, password))

    def send(self, delivery: Delivery) -> str:
        """Mail the digest to the delivery's recipient, and return the server's reply to the message.

        Raises :class:`DeliveryError`: permanent if the server refuses sender, recipient or message for good
        (5xx; RFC 5321, section 4.2.1), or says that it takes none so large; not permanent for 4xx, for
        trouble on the way, and for whatever concerns the session rather than the mail, such as the login or
        TLS.
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


class _BrokenOff(Exception):
    """The server says that it closes the connection (421), or has closed it, or answers no more.

    ``perhaps_taken`` is true where it may have got all of the mail and not said what became of it.
    """

    def __init__(self, said: str, *, perhaps_taken: bool = False, timed_out: bool = False) -> None:
        super().__init__(said)
        self.perhaps_taken = perhaps_taken
        self.timed_out = timed_out


@dataclass(slots=True)
class _Session:
    """One connection at a time. A refusal leaves it open for the next mail, after RSET.

    Where it has ``carried`` mails already and breaks off, it is made anew, once, for the same mail; but not
    if that may have been taken: then the attempt is noted, and the mail repeated after a pause.
    """

    options: SmtpOptions
    login: tuple[str, str] | None = field(repr=False)
    server: smtplib.SMTP | None = None
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
            return self._send(mail, sender, recipient)
        except _BrokenOff as broken:
            self.lost += 1
            unreachable = broken.timed_out or self.lost >= _MOST_LOST
            raise DeliveryError(str(broken), permanent=False, unreachable=unreachable) from broken

    def leave(self) -> None:
        """Close the connection, if there is one. The answers are in: what goes wrong now changes nothing."""
        if self.server:
            with suppress(smtplib.SMTPException, OSError):
                self.server.quit()
        self._drop()

    def _send(self, mail: EmailMessage, sender: Address, recipient: Address) -> str:
        if self.carried >= MOST_BY_A_CONNECTION:
            self.leave()
        used = self.carried > 0
        try:
            return self._try(mail, sender, recipient)
        except _BrokenOff as broken:
            if not used or broken.perhaps_taken or broken.timed_out:
                raise
        return self._try(mail, sender, recipient)

    def _try(self, mail: EmailMessage, sender: Address, recipient: Address) -> str:
        if self.server is None:
            self.server = _connected(self.options, self.login)
        try:
            said = _hand_over(self.server, _place(self.options), mail, sender, recipient)
        except DeliveryError:
            self._carried_one()
            self._reset(self.server)
            raise
        except BaseException:  # in the middle of a command: nothing more can be said here
            self._drop()
            raise
        self._carried_one()
        return said

    def _carried_one(self) -> None:
        self.carried += 1
        self.lost = 0

    def _reset(self, server: smtplib.SMTP) -> None:
        """Begin anew, after a refusal in the middle of a mail (RFC 5321, section 4.1.1.5)."""
        try:
            code, _ = server.rset()
        except (smtplib.SMTPException, OSError):
            code = _CLOSING
        if code != 250:
            self._drop()

    def _drop(self) -> None:
        server, self.server, self.carried = self.server, None, 0
        if server:
            server.close()


def _hand_over(
    server: smtplib.SMTP, place: str, mail: EmailMessage, sender: Address, recipient: Address
) -> str:
    """One mail by an open connection. Raises :class:`DeliveryError` if refused, or :class:`_BrokenOff`."""
    utf8 = not (sender.username + recipient.username).isascii()
    if utf8 and not server.has_extn("smtputf8"):
        raise DeliveryError("the server takes no addresses beyond ASCII (SMTPUTF8, RFC 6531)", permanent=True)
    content = as_bytes(mail, utf8=utf8)
    _check_size(len(content), server.esmtp_features.get("size", ""))
    options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
    if server.has_extn("size"):
        options.append(f"SIZE={len(content)}")
    in_data = False
    try:
        _accepted(*server.mail(sender.addr_spec, options), size=len(content))
        _accepted(*server.rcpt(recipient.addr_spec))
        in_data = True
        return _accepted(*server.data(content), size=len(content))
    except smtplib.SMTPDataError as error:  # the server will not even have the message
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        timed_out = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
        raise _BrokenOff(
            f"{place}: {line(str(error))}", perhaps_taken=in_data, timed_out=timed_out
        ) from error


def _check_size(size: int, limit: str) -> None:
    """Raises :class:`DeliveryError` if the server says that it takes none so large (RFC 1870, section 4)."""
    if limit.isdecimal() and 0 < int(limit) < size:
        said = f"the mail has {size:,} bytes, and the server takes no more than {int(limit):,} (SIZE)"
        raise DeliveryError(said, permanent=True)


def _accepted(code: int, words: bytes | str, *, size: int = 0) -> str:
    """The reply, if it is one that accepts; ``size`` is that of the mail, where the reply is about it."""
    if code // 100 != 2:
        raise _refusal(code, words, size=size)
    return _reply(code, words)


def _refusal(code: int, words: bytes | str, *, size: int = 0) -> DeliveryError | _BrokenOff:
    said = _reply(code, words)
    if code == _CLOSING:
        return _BrokenOff(said)
    if code == _TOO_BIG and size:
        said += f" (the mail has {size:,} bytes)"
    return DeliveryError(said, permanent=code // 100 == 5 and code not in _ABOUT_THE_SESSION)


def _reply(code: int, words: bytes | str) -> str:
    return line(f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}")[:_SHOWN]


def _connected(options: SmtpOptions, login: tuple[str, str] | None) -> smtplib.SMTP:
    """Past greeting, TLS and login. Trouble with that is a :class:`DeliveryError`, not permanent."""
    try:
        server = _connect(options)
        try:
            if options.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if login:
                server.login(*login)
        except BaseException:
            server.close()
            raise
    except smtplib.SMTPResponseException as error:
        said = f"{_place(options)}: {_reply(error.smtp_code, error.smtp_error)}"
        raise DeliveryError(said, permanent=False, unreachable=True) from error
    except (smtplib.SMTPException, OSError) as error:
        said = f"{_place(options)}: {line(str(error))}"
        raise DeliveryError(said, permanent=False, unreachable=True) from error
    return server


def _connect(options: SmtpOptions) -> smtplib.SMTP:
    host, port, timeout = options.host, options.port_in_use, options.timeout
    if options.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=timeout)


def _place(options: SmtpOptions) -> str:
    return f"{options.host}:{options.port_in_use}"
