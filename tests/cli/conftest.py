"""Calling the command as a user does: as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Called = subprocess.CompletedProcess[str]
Call = Callable[..., Called]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """``call("run", "--json", stdin="…", VARIABLE="…")`` in an empty folder, without the user's settings."""

    def called(*arguments: str | Path, stdin: str = "", **environment: str) -> Called:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PRESSWATCH_")}
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "cli.main", *map(str, arguments)],
            cwd=tmp_path,
            input=stdin,
            env={**kept, "PYTHONUTF8": "1", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            timeout=100,
        )

    return called
