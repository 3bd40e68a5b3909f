"""What the options of several channels are made of.

An option whose name ends in ``_env`` names an environment variable that holds a secret, one that ends in
``_block`` a block of the engine's that does.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_BLOCK = re.compile(r"secret/[a-z0-9]+(?:-[a-z0-9]+)*")


class Options(BaseModel):
    """Options as they stand in a channel's table: no others, and no change once they are read."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _check_folder(path: Path) -> Path:
    """The path with ``~`` expanded. Raises ``ValueError`` if there is no such home."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(f"{path} cannot be used: it is not known where that home folder is.") from error


def names_a_host(host: str | None) -> bool:
    """Whether the host can be looked up: its labels are neither empty nor too long (RFC 1035, 2.3.4)."""
    try:
        return bool(host and host.encode("idna"))
    except UnicodeError:
        return False


def check_url(url: str) -> str:
    """An http or https URL with a host. Secrets in it would end up in logs, so no user and no password; nor
    does what is raised repeat its query.
    """
    shown = f'"{url.partition("?")[0]}"'
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{shown} is not a URL: {error}.") from error
    if parts.scheme not in {"http", "https"} or not names_a_host(parts.hostname) or port == 0:
        raise ValueError(f"{shown} is not an http or https URL. Write it like https://example.org/hook.")
    if "@" in parts.netloc:
        raise ValueError("holds a user name or password. Remove what stands between // and @.")
    if not url.isprintable() or " " in url or "\\" in url:
        raise ValueError(f"{shown} holds a space, a backslash or an invisible character, there or behind.")
    return url


def check_secret(
    variable: str | None, block: str | None, name: str, *, given: bool = False, needed: bool = False
) -> None:
    """Raises ``ValueError`` unless a secret is named in at most one way, or exactly one if it is ``needed``.

    ``name`` is that of the options, without ``_env`` and ``_block``; ``given`` says that it stands in the
    table itself.
    """
    ways = (variable is not None) + (block is not None) + given
    if ways > 1:
        raise ValueError(f"{name} is given in several ways: one of them is enough.")
    if needed and not ways:
        raise ValueError(f"{name}_env is missing. It names the environment variable that holds it.")


def _check_block(block: str) -> str:
    if not _BLOCK.fullmatch(block):
        # What was given may be the secret itself, so it is not repeated.
        raise ValueError(
            "is not the name of a Prefect block of the type secret. Write it like secret/hook-url."
        )
    return block


Folder = Annotated[Path, AfterValidator(_check_folder)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Block = Annotated[str, AfterValidator(_check_block)]
Seconds = Annotated[float, Field(gt=0, le=600)]
