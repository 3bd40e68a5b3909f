"""Secrets: read when a channel is opened, and kept nowhere else.

They are in the environment, or in a store of the engine's ("blocks"), which only the engine's own room can
read: it says how by :func:`read_blocks_by`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from presswatch.errors import DeliveryError

ReadBlock = Callable[[str], str]
"""What a block of this name (``secret/name``) holds. Raises :class:`DeliveryError`, not permanent."""

_readers: list[ReadBlock] = []


def read_blocks_by(reader: ReadBlock) -> None:
    """From now on, blocks are read by this function; it replaces an earlier one."""
    _readers[:] = [reader]


def secret(variable: str | None, block: str | None = None) -> str | None:
    """What the environment variable holds, or else the block; None if neither is named.

    Raises :class:`DeliveryError`, not permanent, if it is not set, empty, or cannot be read.
    """
    if variable is not None:
        return _variable(variable)
    if block is None:
        return None
    if not _readers:
        raise DeliveryError(f"the block {block} cannot be read here", permanent=False)
    return _readers[0](block)


def needed_secret(variable: str | None, block: str | None) -> str:
    """The same where the options make sure that one of the two is named."""
    found = secret(variable, block)
    if found is None:
        raise DeliveryError("no secret is named", permanent=False)
    return found


def _variable(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise DeliveryError(f"the environment variable {variable} is not set", permanent=False)
    return value
