"""Secrets: read from the environment when a channel is opened, and kept nowhere else."""

from __future__ import annotations

import os

from presswatch.errors import DeliveryError


def secret(variable: str | None) -> str | None:
    """What the environment variable holds; None if no variable is named.

    Raises :class:`DeliveryError`, not permanent, if it is not set or empty.
    """
    if variable is None:
        return None
    value = os.environ.get(variable)
    if not value:
        raise DeliveryError(f"the environment variable {variable} is not set", permanent=False)
    return value
