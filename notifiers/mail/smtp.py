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

from notifiers.address import parse_address
from notifiers.environment import secret
from notifiers.mail import as_bytes, message
from notifiers.options import SmtpOptions
from notifiers.plain import line
from notifiers.render import render
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError

# RFC 4954, section 6, and RFC 3207, section 4: the server wants another login, or TLS, and says so with a
# permanent code. The delivery is not at fault: it goes out once a person has mended the configuration.
_ABOUT_THE_SESSION = frozenset({530, 534, 535, 538})
_SHOWN = 500


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
        (5xx; RFC 5321, section 4.2.1); not permanent for 4xx, for trouble on the way, and for whatever
        concerns the session rather than the mail, such as the login or TLS.
        """
        sender = parse_address(self.options.sender)
        try:
            recipient = parse_address(delivery.recipient)
        except ValueError as error:
            raise DeliveryError(str(error), permanent=True) from error
        mail = message(delivery, render(delivery.digest, delivery.identity), sender=sender, to=recipient)
        with _session(self.options, self.login) as server:
            return _hand_over(server, mail, sender, recipient)


def _hand_over(server: smtplib.SMTP, mail: EmailMessage, sender: Address, recipient: Address) -> str:
    utf8 = not (sender.username + recipient.username).isascii()
    if utf8 and not server.has_extn("smtputf8"):
        raise DeliveryError("the server takes no addresses beyond ASCII (SMTPUTF8, RFC 6531)", permanent=True)
    content = as_bytes(mail, utf8=utf8)
    options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
    if server.has_extn("size"):
        options.append(f"SIZE={len(content)}")
    _accepted(*server.mail(sender.addr_spec, options))
    _accepted(*server.rcpt(recipient.addr_spec))
    try:
        return _accepted(*server.data(content))
    except smtplib.SMTPDataError as error:  # the server will not even have the message
        raise _refusal(error.smtp_code, error.smtp_error) from error


def _accepted(code: int, words: bytes | str) -> str:
    """The reply, if it is one that accepts."""
    if code // 100 != 2:
        raise _refusal(code, words)
    return _reply(code, words)


def _refusal(code: int, words: bytes | str) -> DeliveryError:
    permanent = code // 100 == 5 and code not in _ABOUT_THE_SESSION
    return DeliveryError(_reply(code, words), permanent=permanent)


def _reply(code: int, words: bytes | str) -> str:
    return line(f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}")[:_SHOWN]


@contextmanager
def _session(options: SmtpOptions, login: tuple[str, str] | None) -> Iterator[smtplib.SMTP]:
    """A session past greeting, TLS and login. Trouble with it is a :class:`DeliveryError`, not permanent."""
    place = f"{options.host}:{options.port_in_use}"
    try:
        server = _connect(options)
        try:
            if options.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if login:
                server.login(*login)
            yield server
        finally:
            # The answer is in by now: what goes wrong in parting changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()
    except smtplib.SMTPResponseException as error:
        said = _reply(error.smtp_code, error.smtp_error)
        raise DeliveryError(f"{place}: {said}", permanent=False, unreachable=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"{place}: {line(str(error))}", permanent=False, unreachable=True) from error


def _connect(options: SmtpOptions) -> smtplib.SMTP:
    host, port, timeout = options.host, options.port_in_use, options.timeout
    if options.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=timeout)
