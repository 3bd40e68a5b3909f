"""Secrets that are kept as Prefect blocks, for channels that name one: ``secret/hook-url``."""

from __future__ import annotations

from typing import Any

from notifiers.looks.plain import line
from presswatch.errors import DeliveryError

_SHOWN = 200


def read_block(reference: str) -> str:
    """The text that a block holds, by its type and name; of the type ``secret``, or another with a value.

    Prefect is imported only now, and starts a temporary server where no ``PREFECT_API_URL`` says otherwise.
    Raises :class:`DeliveryError`, not permanent, that says why it cannot be had, and never what it holds.
    """
    try:
        from prefect.blocks.core import Block
        from prefect.blocks.system import Secret

        kind, _, name = reference.partition("/")
        load: Any = Secret.load if kind == "secret" else Block.load
        block = load(name if kind == "secret" else reference, _sync=True)
    except Exception as error:  # whatever the engine, its server or its network do wrong
        said = f"the Prefect block {reference} cannot be loaded: {_reason(error)}"
        raise DeliveryError(said, permanent=False, unreachable=True) from error
    value = getattr(block, "value", None)
    text = value.get_secret_value() if value is not None and hasattr(value, "get_secret_value") else value
    if not isinstance(text, str) or not text:
        raise DeliveryError(f"the Prefect block {reference} holds no text", permanent=False, unreachable=True)
    return text


def _reason(error: Exception) -> str:
    return line(str(error))[:_SHOWN] or type(error).__name__
