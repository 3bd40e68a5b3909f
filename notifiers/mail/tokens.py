"""Access tokens for mail servers that take no password (OAuth 2.0): where they come from.

A token that was asked for is kept in memory until a minute before it ends, and nowhere else.
"""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from notifiers.environment import needed_secret, secret
from notifiers.hooks.posting import exchange
from notifiers.hooks.secrecy import blotted
from notifiers.looks.plain import line
from notifiers.mail.options import SmtpOptions
from presswatch.errors import DeliveryError

_BEFORE_THE_END = 60.0  # seconds: a token may be read a while after it was sent
_USUALLY = 300.0  # seconds that one is kept of which nobody says how long it lasts
_DAY = 86_400.0
_LONGEST_TOKEN = 16_000
_LONGEST_ANSWER = 100_000  # bytes: Microsoft's hold an identity, too
_SHOWN = 300


class Tokens(Protocol):
    """Where access tokens come from."""

    @property
    def named(self) -> str:
        """What a person has to look at if the token is refused."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must stand in no message."""
        ...

    def token(self, *, anew: bool = False) -> str:
        """An access token; ``anew``, since the one that was kept is refused: another one, if there can be.

        Raises :class:`DeliveryError`, not permanent, if none is to be had.
        """
        ...


def tokens_of(options: SmtpOptions) -> Tokens | None:
    """The source that the options name; ``None`` if they name none.

    Raises :class:`DeliveryError`, not permanent, if one of its secrets is missing.
    """
    if options.token_command:
        return CommandTokens(options.token_command, options.timeout)
    if options.token_url:
        return AskedTokens(
            options.token_url,
            needed_secret(options.client_id_env, options.client_id_block),
            secret(options.client_secret_env, options.client_secret_block),
            secret(options.refresh_token_env, options.refresh_token_block),
            options.token_scope,
            options.timeout,
            named=options.refresh_token_env
            or options.refresh_token_block
            or options.client_secret_env
            or options.client_secret_block
            or "",
        )
    if options.token_env or options.token_block:
        named = options.token_env or options.token_block or ""
        return GivenToken(_usable(needed_secret(options.token_env, options.token_block), named), named)
    return None


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token that somebody else puts into the environment, and renews there."""

    value: str = field(repr=False)
    named: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """See :class:`Tokens`."""
        return (self.value,)

    def token(self, *, anew: bool = False) -> str:
        """See :class:`Tokens`: there is only this one."""
        return self.value


@dataclass(slots=True)
class CommandTokens:
    """A command that prints a token, such as a password manager's or a cloud's own tool."""

    command: tuple[str, ...]
    timeout: float
    kept: str = field(default="", repr=False)

    @property
    def named(self) -> str:
        """The command's own name: its arguments may be nobody's business."""
        return f"token_command ({self.command[0]})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """See :class:`Tokens`."""
        return (self.kept,)

    def token(self, *, anew: bool = False) -> str:
        """See :class:`Tokens`. The command is run once, and again for a token that is refused."""
        if anew or not self.kept:
            self.kept = _usable(self._printed(), self.named)
        return self.kept

    def _printed(self) -> str:
        try:
            done = subprocess.run(
                self.command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            said = f"{self.named} printed no token within {self.timeout:g} seconds"
            raise DeliveryError(said, permanent=False, unreachable=True) from None
        except OSError as error:
            said = f"{self.named} cannot be run: {error.strerror or error}"
            raise DeliveryError(said, permanent=False, unreachable=True) from None
        if done.returncode:
            words = line(done.stderr.decode(errors="replace"))[:_SHOWN]
            said = f"{self.named} failed (exit code {done.returncode}){f': {words}' if words else ''}"
            raise DeliveryError(said, permanent=False, unreachable=True)
        return done.stdout.decode(errors="replace").strip()


@dataclass(slots=True)
class AskedTokens:
    """Tokens of a token endpoint: for a refresh token (RFC 6749, section 6), or for the client itself
    (section 4.4).
    """

    url: str
    client_id: str = field(repr=False)
    client_secret: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scope: str | None
    timeout: float
    named: str
    kept: str = field(default="", repr=False)
    ends: float = 0.0
    """A time of ``time.monotonic()``."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """See :class:`Tokens`."""
        return tuple(filter(None, (self.client_secret, self.refresh_token, self.kept)))

    def token(self, *, anew: bool = False) -> str:
        """See :class:`Tokens`."""
        if anew or time.monotonic() >= self.ends:
            self._ask()
        return self.kept

    def _ask(self) -> None:
        form = {"grant_type": "client_credentials", "client_id": self.client_id}
        if self.refresh_token:
            form |= {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        if self.client_secret:
            form["client_secret"] = self.client_secret
        if self.scope:
            form["scope"] = self.scope
        host = urlsplit(self.url).hostname or ""
        try:
            answer = exchange(
                self.url,
                urlencode(form).encode(),
                {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                timeout=self.timeout,
                label=host,
                most=_LONGEST_ANSWER,
            )
        except DeliveryError as error:
            said = f"no token from {error.said}"
            raise DeliveryError(said, permanent=False, unreachable=True) from None
        found = _object(answer.body)
        token = found.get("access_token")
        if answer.status != 200 or not isinstance(token, str):
            said = self._refusal(f"HTTP {answer.status} {answer.reason}", found)
            raise DeliveryError(f"{host} gave no token: {said}", permanent=False, unreachable=True)
        self.kept = _usable(token, host)
        self.ends = time.monotonic() + max(_lasts(found.get("expires_in")) - _BEFORE_THE_END, 0)
        newer = found.get("refresh_token")
        if isinstance(newer, str) and newer and self.refresh_token:
            self.refresh_token = newer  # Microsoft gives another one each time (RFC 6749, section 6)

    def _refusal(self, status: str, found: dict[str, Any]) -> str:
        """The endpoint's own words (RFC 6749, section 5.2), and what a person may do about it."""
        words = [line(str(found[key])) for key in ("error", "error_description") if found.get(key)]
        said = blotted(": ".join(words) or status.strip(), [*self.secrets, self.client_id])[:_SHOWN]
        if found.get("error") == "invalid_grant":
            return f"{said.rstrip('.')}. Put a new one into {self.named}."
        return said


def _lasts(seconds: Any) -> float:
    """How long a token lasts, in seconds; some endpoints write the number as text."""
    try:
        return min(max(float(seconds), 0), _DAY)
    except (TypeError, ValueError):
        return _USUALLY


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _usable(token: str, named: str) -> str:
    """The token, if it can be one (RFC 6750, section 2.1): else a line feed in it would be a command."""
    if not 0 < len(token) <= _LONGEST_TOKEN or not all("!" <= letter <= "~" for letter in token):
        raise DeliveryError(f"{named} gave what is no token", permanent=False, unreachable=True)
    return token
