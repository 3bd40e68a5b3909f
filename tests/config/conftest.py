"""A way to write configurations down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes files, given as ``name=text`` with "__" for "/", and gives back the path of the main one."""

    def writing(main: str, **others: str) -> Path:
        for name, text in {"watch": main, **others}.items():
            path = tmp_path / f"{name.replace('__', '/')}.toml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "watch.toml"

    return writing
