"""What may be configured for mail.

Apart from the notifiers themselves, so that reading a configuration imports no mail, HTTP or template
library. An option whose name ends in ``_env`` names an environment variable that holds a secret, one in
``_block`` a block of the engine's that does.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from notifiers.mail.address import parse_address
from notifiers.options import Block, Options, Seconds, Variable, check_secret, check_url, names_a_host

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _check_host(host: str) -> str:
    if not names_a_host(host) or not host.isprintable() or any(character in " /@" for character in host):
        raise ValueError(f'"{host}" is not a host. Write a name or an address, like mail.example.org.')
    return host


def _check_sender(sender: str) -> str:
    parse_address(sender)
    return sender


_FILLED_IN = {"{recipient}": "ana%40example.org", "{subscription}": "daily"}
_LONGEST_UNSUBSCRIBE = 300


def _check_unsubscribe(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses that can stand in a List-Unsubscribe header (RFC 2369, section 2): mailto or https."""
    for address in addresses:
        filled = address
        for name, example in _FILLED_IN.items():
            filled = filled.replace(name, example)
        if "{" in filled or "}" in filled:
            raise ValueError(f'"{address}" can hold {{recipient}} and {{subscription}}, and no other braces.')
        if not filled.isascii() or not filled.isprintable() or any(letter in filled for letter in ' <>"\\'):
            raise ValueError(f'"{address}" holds what an address cannot; write it percent-encoded (%20).')
        if len(address) > _LONGEST_UNSUBSCRIBE:
            raise ValueError(f'"{address[:40]}…" is too long: {_LONGEST_UNSUBSCRIBE} letters are the most.')
        if filled.startswith("mailto:"):
            parse_address(unquote(filled.removeprefix("mailto:").partition("?")[0]))
        elif filled.startswith("https://"):
            check_url(filled)
        else:
            raise ValueError(
                f'"{address}" is neither a mailto: nor an https: address. '
                "Write it like mailto:leave@example.org or https://example.org/leave?who={recipient}."
            )
    return addresses


def _check_token_url(url: str) -> str:
    """An https URL; http on this machine alone, for a refresh token must cross no network unprotected."""
    check_url(url)
    parts = urlsplit(url)
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise ValueError(f'"{url.partition("?")[0]}" is not an https address: secrets are sent there.')
    return url


_Word = Annotated[str, Field(min_length=1)]


def _as_list(given: object) -> object:
    return [given] if isinstance(given, str) else given


class SmtpOptions(Options):
    """The mail server, how to talk to it, and whom the mail is from.

    ``port`` defaults to 587 for ``starttls``, 465 for ``tls`` and 25 for ``none``; ``timeout`` is in
    seconds, for each step of the conversation, and four times as much for all of a mail.

    A user logs in by a password, or by an access token (OAuth 2.0): ``token_env`` names what holds one,
    ``token_command`` prints one, or it is asked for at ``token_url``, by a refresh token or for the client
    itself.

    ``unsubscribe`` holds the addresses by which a reader can leave (mailto, https), in which ``{recipient}``
    and ``{subscription}`` are filled in. ``threads`` says whether a subscription's mails form a thread.
    """

    host: Annotated[str, AfterValidator(_check_host)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    username_env: Variable | None = None
    username_block: Block | None = None
    password_env: Variable | None = None
    password_block: Block | None = None
    token_env: Variable | None = None
    token_block: Block | None = None
    token_command: Annotated[tuple[_Word, ...], Field(min_length=1)] | None = None
    token_url: Annotated[str, AfterValidator(_check_token_url)] | None = None
    token_scope: Annotated[str, Field(min_length=1)] | None = None
    client_id_env: Variable | None = None
    client_id_block: Block | None = None
    client_secret_env: Variable | None = None
    client_secret_block: Block | None = None
    refresh_token_env: Variable | None = None
    refresh_token_block: Block | None = None
    sender: Annotated[str, AfterValidator(_check_sender)]
    timeout: Seconds = 30.0
    unsubscribe: Annotated[
        tuple[str, ...], BeforeValidator(_as_list), AfterValidator(_check_unsubscribe)
    ] = ()
    threads: bool = True

    @property
    def port_in_use(self) -> int:
        """The port as given, or the one that is usual for the kind of security."""
        return self.port or _PORTS[self.security]

    @property
    def place(self) -> str:
        """The server as messages name it: ``smtp.example.org:587``."""
        return f"{self.host}:{self.port_in_use}"

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        for name in ("username", "password", "token", "client_id", "client_secret", "refresh_token"):
            check_secret(getattr(self, f"{name}_env"), getattr(self, f"{name}_block"), name)
        username = self.username_env or self.username_block
        password = self.password_env or self.password_block
        self._check_token()
        ways = [self.token_env or self.token_block, self.token_command, self.token_url]
        given = sum(way is not None for way in ways)
        if given > 1 or (given and password):
            raise ValueError(
                "give one way to log in: password_env, token_env, token_command or token_url (or …_block)."
            )
        if given and username is None:
            raise ValueError(
                "username_env is missing. It names the variable that holds the mailbox's address."
            )
        if (username is None) != (password is None) and not given:
            raise ValueError("username_env and password_env go together: give both or neither.")
        if username and self.security == "none" and not _is_loopback(self.host):
            raise ValueError(
                "a password or token would cross the network unprotected. "
                'Use security = "starttls" or "tls", or leave out username_env and password_env.'
            )
        return self

    def _check_token(self) -> None:
        """Raises ``ValueError`` unless what a token endpoint is told is given with it, and only with it."""
        client = self.client_id_env or self.client_id_block
        secret = self.client_secret_env or self.client_secret_block
        refresh = self.refresh_token_env or self.refresh_token_block
        if self.token_url is None:
            if client or secret or refresh or self.token_scope:
                raise ValueError("token_url is missing: the address of the endpoint that gives tokens.")
            return
        if client is None:
            raise ValueError("client_id_env is missing. It names the variable that holds the client's id.")
        if secret is None and refresh is None:
            raise ValueError(
                "refresh_token_env is missing, or client_secret_env, for tokens of the client itself."
            )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
