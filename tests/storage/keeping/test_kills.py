"""SIGKILL in the middle of what writes: the archive is whole, and nothing that was stored is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.parts.keeping_kills import WAYS, Killer, Row


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_kill_at_any_instant_costs_nothing(way: Callable[[Killer, Path, int], Row], tmp_path: Path) -> None:
    """A few kills of each kind of work; ``benchmarks/keeping_faults.py`` does a hundred and more."""
    row = way(Killer(random.Random(20261125)), tmp_path, 3)
    assert row.wrong == []
    assert row.kills == 3
    assert row.running > 0, "a kill must hit the work"
    assert row.acknowledged > 0
