"""The conversation with a mail server: connecting, one mail, and what its replies mean."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage

from notifiers.looks.plain import line
from notifiers.mail.message import as_bytes
from notifiers.mail.options import SmtpOptions
from notifiers.trouble import in_words
from presswatch.errors import DeliveryError

# RFC 4954, section 6, and RFC 3207, section 4: the server wants another login, or TLS, and says so with a
# permanent code. The delivery is not at fault: it goes out once a person has mended the configuration.
_ABOUT_THE_SESSION = frozenset({530, 534, 535, 538})
_CLOSING = 421
_TOO_BIG = 552
_SHOWN = 500


class BrokenOff(Exception):
    """The server says that it closes the connection (421), or has closed it, or answers no more.

    ``perhaps_taken`` is true where it may have got all of the mail and not said what became of it.
    """

    def __init__(self, said: str, *, perhaps_taken: bool = False, timed_out: bool = False) -> None:
        super().__init__(said)
        self.perhaps_taken = perhaps_taken
        self.timed_out = timed_out


def connected(options: SmtpOptions, login: tuple[str, str] | None) -> smtplib.SMTP:
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
        said = f"{options.place}: {_reply(error.smtp_code, error.smtp_error)}"
        raise DeliveryError(said, permanent=False, unreachable=True) from error
    except (smtplib.SMTPException, OSError) as error:
        said = f"{options.place}: {_trouble(error)}"
        raise DeliveryError(said, permanent=False, unreachable=True) from error
    return server


def hand_over(
    server: smtplib.SMTP, place: str, mail: EmailMessage, sender: Address, recipient: Address
) -> str:
    """One mail by an open connection. Raises :class:`DeliveryError` if refused, or :class:`BrokenOff`."""
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
        raise BrokenOff(f"{place}: {_trouble(error)}", perhaps_taken=in_data, timed_out=timed_out) from error


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


def _accepted(code: int, words: bytes | str, *, size: int = 0) -> str:
    """The reply, if it is one that accepts; ``size`` is that of the mail, where the reply is about it."""
    if code // 100 != 2:
        raise _refusal(code, words, size=size)
    return _reply(code, words)


def _refusal(code: int, words: bytes | str, *, size: int = 0) -> DeliveryError | BrokenOff:
    said = _reply(code, words)
    if code == _CLOSING:
        return BrokenOff(said)
    if code == _TOO_BIG and size:
        said += f" (the mail has {size:,} bytes)"
    return DeliveryError(said, permanent=code // 100 == 5 and code not in _ABOUT_THE_SESSION)


def _reply(code: int, words: bytes | str) -> str:
    return line(f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}")[:_SHOWN]


def _trouble(error: Exception) -> str:
    return line(in_words(error) or str(error))


def _connect(options: SmtpOptions) -> smtplib.SMTP:
    host, port, timeout = options.host, options.port_in_use, options.timeout
    if options.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=timeout)
