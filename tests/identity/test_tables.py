"""Every combination of the tables is told and archived as a careful reader of the press would have it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.identity.all_tables import TABLES
from tests.identity.case import Table
from tests.identity.trial import try_table


@pytest.mark.parametrize("make", TABLES, ids=lambda make: make.__name__)
def test_each_release_is_told_once_and_no_words_are_lost(make: Callable[[], Table], tmp_path: Path) -> None:
    """All cases of a table: each release is told once, as its own publisher's; what was read is archived."""
    wrong = [verdict for verdict in try_table(make(), tmp_path) if verdict.faults]
    assert not wrong, "\n".join(f"{one.case.name}: {'; '.join(one.faults)}" for one in wrong)
