"""An archive in a temporary folder, and newsrooms that fill it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.storage.keeping.office import Office, office


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A new archive."""
    with Archive(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture
def newsrooms(archive: Archive) -> Office:
    """Four newsrooms that have published nothing yet."""
    return office(archive)
