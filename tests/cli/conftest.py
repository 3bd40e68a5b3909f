"""Calling the command as a user does: as a process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import Called, call_command

Call = Callable[..., Called]

__all__ = ["Call", "Called"]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """``call("run", "--json", stdin="…", VARIABLE="…")`` in an empty folder, without the user's settings."""

    def called(*arguments: str | Path, stdin: str = "", **environment: str) -> Called:
        return call_command(list(map(str, arguments)), folder=tmp_path, stdin=stdin, environment=environment)

    return called
