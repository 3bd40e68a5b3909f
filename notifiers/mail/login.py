"""How Presswatch says to a mail server who it is: by a password, or by an access token."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from notifiers.environment import secret
from notifiers.hooks.secrecy import blotted
from notifiers.looks.plain import line
from notifiers.mail.address import parse_address
from notifiers.mail.options import SmtpOptions
from notifiers.mail.tokens import Tokens, tokens_of
from presswatch.errors import DeliveryError

_CANCELLED = "\x01"  # what a client answers that has been told what was wrong (RFC 7628, section 3.2.3)


class Login(Protocol):
    """A way to log in. ``secrets`` are what no message may repeat."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the server was told, or what that was made from."""
        ...

    def log_in(self, server: smtplib.SMTP) -> None:
        """Log in. Raises what ``smtplib`` does, or :class:`DeliveryError`, not permanent."""
        ...


def login_of(options: SmtpOptions) -> Login | None:
    """The login that the options name, with its secrets; ``None`` if they name none.

    Raises :class:`DeliveryError`, not permanent, if a secret is missing or cannot be sent.
    """
    user = secret(options.username_env, options.username_block)
    if not user:
        return None
    named = options.username_env or options.username_block
    hidden = () if user == parse_address(options.sender).addr_spec else (user,)
    tokens = tokens_of(options)
    if tokens is not None:
        _check_ascii(user, f"{named}")
        return TokenLogin(user, hidden, tokens)
    password = secret(options.password_env, options.password_block) or ""
    # smtplib would stumble, and name the letter
    _check_ascii(user + password, f"{named} and {options.password_env or options.password_block}")
    return PasswordLogin(user, hidden, password)


def hide(said: str, login: Login | None) -> str:
    """What a server said, in one line, without the secrets of the login."""
    return blotted(line(said), login.secrets) if login else line(said)


def _check_ascii(text: str, named: str) -> None:
    if not text.isascii():
        raise DeliveryError(f"{named} may hold ASCII characters only", permanent=False)


@dataclass(frozen=True, slots=True)
class PasswordLogin:
    """A user and a password, by the best way that the server offers. ``hidden`` is the user unless anybody
    may read it, as the sender of each mail.
    """

    user: str = field(repr=False)
    hidden: tuple[str, ...] = field(repr=False)
    password: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """See :class:`Login`."""
        return (self.password, *self.hidden)

    def log_in(self, server: smtplib.SMTP) -> None:
        """See :class:`Login`."""
        server.login(self.user, self.password)


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """A user and an access token: XOAUTH2, which Google and Microsoft made, or OAUTHBEARER (RFC 7628)."""

    user: str = field(repr=False)
    hidden: tuple[str, ...] = field(repr=False)
    tokens: Tokens

    @property
    def secrets(self) -> tuple[str, ...]:
        """See :class:`Login`."""
        return (*self.tokens.secrets, *self.hidden)

    def log_in(self, server: smtplib.SMTP) -> None:
        """See :class:`Login`. A token that is refused may have ended before its time: another is tried."""
        server.ehlo_or_helo_if_needed()
        offered = server.esmtp_features.get("auth", "").upper().split()
        mechanism = next((each for each in ("XOAUTH2", "OAUTHBEARER") if each in offered), None)
        if mechanism is None:
            said = f"the server takes no access token: it offers {' '.join(offered) or 'no login'}"
            raise DeliveryError(said, permanent=False, unreachable=True)
        token = self.tokens.token()
        try:
            self._try(server, mechanism, token)
        except _Refused:
            another = self.tokens.token(anew=True)
            if another == token:
                raise
            self._try(server, mechanism, another)

    def _try(self, server: smtplib.SMTP, mechanism: str, token: str) -> None:
        told: list[str] = []
        said = _MECHANISMS[mechanism](self.user, token)

        def answer(challenge: bytes | None = None) -> str:
            """The token at first; then nothing, for a challenge says what is wrong with it."""
            if challenge is None:
                return said
            told.append(challenge.decode(errors="replace"))
            return "" if mechanism == "XOAUTH2" else _CANCELLED

        try:
            server.auth(mechanism, answer)
        except smtplib.SMTPAuthenticationError as error:
            words = error.smtp_error
            words = words.decode(errors="replace") if isinstance(words, bytes) else words
            reply = f"{error.smtp_code} {words}"
            raise _Refused(f"{reply}{_reason(told)} (the token is from {self.tokens.named})") from None
        except ValueError:  # a challenge that is no base64
            raise _Refused("the server answers the token with what is no answer") from None


class _Refused(DeliveryError):
    """The server doesn't take the token."""

    def __init__(self, said: str) -> None:
        super().__init__(said, permanent=False, unreachable=True)


def _reason(told: Iterable[str]) -> str:
    """What the server has said of the token: JSON with a status, and the scope that it wants."""
    for challenge in told:
        try:
            found = json.loads(challenge)
        except ValueError:
            continue
        if isinstance(found, dict):
            parts = [f"{key} {found[key]}" for key in ("status", "scope") if isinstance(found.get(key), str)]
            return f" ({', '.join(parts)})" if parts else ""
    return ""


def _xoauth2(user: str, token: str) -> str:
    """https://developers.google.com/workspace/gmail/imap/xoauth2-protocol"""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def _oauthbearer(user: str, token: str) -> str:
    """RFC 7628, section 3.1, with the user's = and , written as RFC 5801, section 4, has them."""
    escaped = user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={escaped},\x01auth=Bearer {token}\x01\x01"


_MECHANISMS = {"XOAUTH2": _xoauth2, "OAUTHBEARER": _oauthbearer}
