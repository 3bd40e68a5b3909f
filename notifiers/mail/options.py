"""What may be configured for the built-in channels.

Apart from the notifiers themselves, so that reading a configuration imports no mail, HTTP or template
library. An option whose name ends in ``_env`` names an environment variable that holds a secret.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from notifiers.address import parse_address

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _check_folder(path: Path) -> Path:
    """The path with ``~`` expanded. Raises ``ValueError`` if there is no such home."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(f"{path} cannot be used: it is not known where that home folder is.") from error


def _check_host(host: str) -> str:
    if not _names_a_host(host) or not host.isprintable() or any(character in " /@" for character in host):
        raise ValueError(f'"{host}" is not a host. Write a name or an address, like mail.example.org.')
    return host


def _names_a_host(host: str | None) -> bool:
    """Whether the host can be looked up: its labels are neither empty nor too long (RFC 1035, 2.3.4)."""
    try:
        return bool(host and host.encode("idna"))
    except UnicodeError:
        return False


def _check_sender(sender: str) -> str:
    parse_address(sender)
    return sender


def _check_url(url: str) -> str:
    """An http or https URL with a host. Secrets in it would end up in logs, so no user and no password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError(f'"{url}" is not a URL: {error}.') from error
    if parts.scheme not in {"http", "https"} or not _names_a_host(parts.hostname) or port == 0:
        raise ValueError(f'"{url}" is not an http or https URL. Write it like https://example.org/hook.')
    if "@" in parts.netloc:
        raise ValueError("holds a user name or password. Remove what stands between // and @.")
    if not url.isprintable() or " " in url or "\\" in url:
        raise ValueError(f'"{url}" holds a space, a backslash or an invisible character.')
    return url


Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Seconds = Annotated[float, Field(gt=0, le=600)]


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FileOptions(_Options):
    """``path`` is the folder that the digests are written into; it is made if missing."""

    path: Annotated[Path, AfterValidator(_check_folder)]


class SmtpOptions(_Options):
    """The mail server, how to talk to it, and whom the mail is from.

    ``port`` defaults to 587 for ``starttls``, 465 for ``tls`` and 25 for ``none``; ``timeout`` is in
    seconds, for each step of the conversation.
    """

    host: Annotated[str, AfterValidator(_check_host)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    username_env: Variable | None = None
    password_env: Variable | None = None
    sender: Annotated[str, AfterValidator(_check_sender)]
    timeout: Seconds = 30.0

    @property
    def port_in_use(self) -> int:
        """The port as given, or the one that is usual for the kind of security."""
        return self.port or _PORTS[self.security]

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        if (self.username_env is None) != (self.password_env is None):
            raise ValueError("username_env and password_env go together: give both or neither.")
        if self.username_env and self.security == "none" and not _is_loopback(self.host):
            raise ValueError(
                "a password would cross the network unprotected. "
                'Use security = "starttls" or "tls", or leave out username_env and password_env.'
            )
        return self


class WebhookOptions(_Options):
    """Where the JSON is posted to; ``secret_env`` names the signing secret (``whsec_…``)."""

    url: Annotated[str, AfterValidator(_check_url)]
    secret_env: Variable | None = None
    timeout: Seconds = 30.0

    @property
    def label(self) -> str:
        """The URL without its query, which may hold what is not for every log."""
        return self.url.partition("#")[0].partition("?")[0]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
