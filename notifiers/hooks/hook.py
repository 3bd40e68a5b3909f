"""Hooks of chat services, whose address is the secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from notifiers.environment import needed_secret
from notifiers.hooks.options import HookOptions
from notifiers.options import check_url
from presswatch.errors import DeliveryError


@dataclass(frozen=True, slots=True)
class Hook:
    """An address to post to, which is not for messages or logs; ``label`` is: the host."""

    url: str = field(repr=False)
    label: str
    timeout: float

    @classmethod
    def open(cls, options: HookOptions) -> Self:
        """The hook as configured. Raises :class:`DeliveryError`, not permanent, if there is no address."""
        url = needed_secret(options.url_env, options.url_block)
        url = checked_url(url, options.url_env or options.url_block or "")
        return cls(url, host_of(url), options.timeout)


def checked_url(url: str, named: str) -> str:
    """The address, without space around it. Raises :class:`DeliveryError`, which does not repeat it."""
    try:
        return check_url(url.strip())
    except ValueError:
        said = f"{named} is not an http or https address, such as https://example.org/hook"
        raise DeliveryError(said, permanent=False) from None


def host_of(url: str) -> str:
    """The host, which of a hook's address is what may be shown."""
    return urlsplit(url).hostname or ""
