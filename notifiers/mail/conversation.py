"""The conversation with a mail server: connecting, one mail, and what its replies mean."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage

from notifiers.looks.plain import line
from notifiers.mail.login import Login, hide
from notifiers.mail.message import as_bytes
from notifiers.mail.options import SmtpOptions
from notifiers.trouble import WAITS, in_words
from presswatch.errors import DeliveryError
from presswatch.web.addresses import connect, resolve
from presswatch.web.limits import TlsSocket, TooMuch, limits, time_is_up

# Refused is the session, and not the mail: the server wants another login, or TLS (RFC 4954, section 6; RFC
# 3207, section 4), takes no mail at present (RFC 7504), or doesn't know the command (RFC 5321, section
# 4.2.2): so answers a proxy that stands in its place. It goes out once a person has mended that.
_ABOUT_THE_SESSION = frozenset({500, 502, 503, 504, 521, 530, 534, 535, 538})
_CLOSING = 421
_TOO_BIG = 552
_SHOWN = 500
_MOST_SAID = 100_000
"""Bytes that a server may say about one mail, greeting included. A few hundred are usual."""


class BrokenOff(Exception):
    """The server says that it closes the connection (421), or has closed it, or answers no more.

    ``perhaps_taken`` is true where it may have got all of the mail and not said what became of it;
    ``hopeless`` where it is no use to try again now, since it was out of its time or said too much.
    """

    def __init__(self, said: str, *, perhaps_taken: bool = False, hopeless: bool = False) -> None:
        super().__init__(said)
        self.perhaps_taken = perhaps_taken
        self.hopeless = hopeless


@contextmanager
def bounded(timeout: float) -> Iterator[None]:
    """Hold the conversation in the block to its time, and to what a server may say: one that lets a byte
    trickle now and then outlasts every time-out, and one that goes on without end fills the memory.
    """
    with limits(WAITS * timeout, _MOST_SAID):
        yield


class Server(smtplib.SMTP):
    """A connection that keeps the limits under way. ``said`` makes of a reply what may be told of it."""

    said: Callable[[str], str] = staticmethod(line)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect(resolve(host, port, public_only=False), timeout, ())


class _TlsServer(smtplib.SMTP_SSL, Server):
    """The same with TLS from the first byte."""


def connected(options: SmtpOptions, login: Login | None) -> Server:
    """Past greeting, TLS and login. Trouble with that is a :class:`DeliveryError`, not permanent.

    Call it, and whatever is said after it, within :func:`bounded`.
    """

    def said(reply: str) -> str:
        return hide(reply, login)

    try:
        server = _connect(options)
        server.said = said
        try:
            if options.security == "starttls":
                server.starttls(context=_tls())
            server.ehlo_or_helo_if_needed()
            if login:
                login.log_in(server)
        except BaseException:
            server.close()
            raise
    except DeliveryError as error:
        told = f"{options.place}: {said(error.said)}"
        raise DeliveryError(told, permanent=False, unreachable=True) from None
    except smtplib.SMTPResponseException as error:
        told = f"{options.place}: {_reply(said, error.smtp_code, error.smtp_error)}"
        raise DeliveryError(told, permanent=False, unreachable=True) from None
    except (smtplib.SMTPException, OSError) as error:
        told = f"{options.place}: {said(_trouble(error, options.timeout))}"
        raise DeliveryError(told, permanent=False, unreachable=True) from None
    return server


def hand_over(
    server: Server, options: SmtpOptions, mail: EmailMessage, sender: Address, recipient: Address
) -> str:
    """One mail by an open connection. Raises :class:`DeliveryError` if refused, or :class:`BrokenOff`."""
    utf8 = not (sender.username + recipient.username).isascii()
    if utf8 and not server.has_extn("smtputf8"):
        raise DeliveryError("the server takes no addresses beyond ASCII (SMTPUTF8, RFC 6531)", permanent=True)
    content = as_bytes(mail, utf8=utf8)
    _check_size(len(content), server.esmtp_features.get("size", ""))
    extras = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
    if server.has_extn("size"):
        extras.append(f"SIZE={len(content)}")
    in_data = False
    try:
        if server.sock:
            server.sock.settimeout(options.timeout)  # what was left of the mail before it may be less
        _accepted(server, server.mail(sender.addr_spec, extras), size=len(content), of_sender=True)
        _accepted(server, server.rcpt(recipient.addr_spec))
        in_data = True
        return _accepted(server, server.data(content), size=len(content))
    except smtplib.SMTPDataError as error:  # the server will not even have the message
        raise _refusal(server, error.smtp_code, error.smtp_error) from None
    except (smtplib.SMTPException, OSError) as error:
        hopeless = time_is_up() or any(_is(error, kind) for kind in _HOPELESS)
        told = f"{options.place}: {server.said(_trouble(error, options.timeout))}"
        raise BrokenOff(told, perhaps_taken=in_data, hopeless=hopeless) from None


def reset(server: smtplib.SMTP) -> bool:
    """Begin anew, after a refusal in the middle of a mail (RFC 5321, section 4.1.1.5); whether that went."""
    try:
        code, _ = server.rset()
    except (smtplib.SMTPException, OSError):
        return False
    return code == 250


def _check_size(size: int, limit: str) -> None:
    """Raises :class:`DeliveryError` if the server says that it takes none so large (RFC 1870, section 4)."""
    if limit.isdecimal() and 0 < int(limit) < size:
        said = f"the mail has {size:,} bytes, and the server takes no more than {int(limit):,} (SIZE)"
        raise DeliveryError(said, permanent=True)


def _accepted(
    server: Server, reply: tuple[int, bytes | str], *, size: int = 0, of_sender: bool = False
) -> str:
    """The reply, if it is one that accepts; ``size`` is that of the mail, where the reply is about it."""
    code, words = reply
    if code // 100 != 2:
        raise _refusal(server, code, words, size=size, of_sender=of_sender)
    return _reply(server.said, code, words)


def _refusal(
    server: Server, code: int, words: bytes | str, *, size: int = 0, of_sender: bool = False
) -> DeliveryError | BrokenOff:
    """What a reply that doesn't accept comes to. A sender that is refused is the configuration's matter, and
    the same for everybody: unless the mail is too large for it, a person can mend that.
    """
    said = _reply(server.said, code, words)
    if code == _CLOSING:
        return BrokenOff(said)
    if code == _TOO_BIG and size:
        said += f" (the mail has {size:,} bytes)"
    passes = code in _ABOUT_THE_SESSION or (of_sender and code != _TOO_BIG)
    return DeliveryError(said, permanent=code // 100 == 5 and not passes)


def _reply(said: Callable[[str], str], code: int, words: bytes | str) -> str:
    return said(_words(code, words))[:_SHOWN]


def _words(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


_HOPELESS = (TimeoutError, TooMuch, smtplib.SMTPResponseException)
"""The last of them is what smtplib makes of a line that is too long."""


def _is(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether it is of that kind, or came of one: smtplib wraps what its socket raises."""
    return isinstance(error, kind) or isinstance(error.__context__, kind)


def _trouble(error: Exception, timeout: float) -> str:
    if time_is_up():
        return f"it took more than {WAITS * timeout:g} seconds in all"
    if _is(error, TooMuch):
        return f"it said more than {_MOST_SAID:,} bytes"
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return line(in_words(error) or str(error))


def _tls() -> ssl.SSLContext:
    """Certificates are checked against the system's, or those of SSL_CERT_FILE."""
    context = ssl.create_default_context()
    context.sslsocket_class = TlsSocket
    return context


def _connect(options: SmtpOptions) -> Server:
    host, port, timeout = options.host, options.port_in_use, options.timeout
    if options.security == "tls":
        return _TlsServer(host, port, timeout=timeout, context=_tls())
    return Server(host, port, timeout=timeout)
