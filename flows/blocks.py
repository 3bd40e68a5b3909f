"""Secrets that are kept as Prefect blocks, for channels that name one: ``secret/hook-url``."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from notifiers.looks.plain import line
from presswatch.errors import DeliveryError

_SHOWN = 200


def read_block(reference: str) -> str:
    """The text that a block of the type ``secret`` holds, by type and name (``secret/hook-url``).

    Prefect is imported only now, and starts a temporary server where no ``PREFECT_API_URL`` says otherwise.
    Raises :class:`DeliveryError`, not permanent, that says why it cannot be had, and never what it holds.
    """
    try:
        from prefect.blocks.system import Secret

        load: Any = Secret.load
        text = load(reference.removeprefix("secret/"), _sync=True).get()
    except Exception as error:  # whatever the engine, its server or its network do wrong
        said = f"the Prefect block {reference} cannot be loaded: {_reason(error)}"
        raise DeliveryError(said, permanent=False, unreachable=True) from None
    if not isinstance(text, str) or not text:
        raise DeliveryError(f"the Prefect block {reference} holds no text", permanent=False, unreachable=True)
    return text


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "what it holds is not what its type asks for"  # pydantic's words would repeat it
    return line(str(error))[:_SHOWN] or type(error).__name__
