"""Values as TOML writes them."""

from __future__ import annotations

from collections.abc import Sequence

import tomlkit


def toml(value: str | int | bool | Sequence[str]) -> str:
    """The value as it stands behind the ``=``."""
    return tomlkit.item(value if isinstance(value, str | int | bool) else list(value)).as_string()
