"""An archive in a temporary folder, and readings to store in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from presswatch.matching.program import Program
from presswatch.watch import Channel, FetchRules, Watch
from storage.archive import Archive
from tests.support.press import Press, feeds


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A new archive."""
    with Archive(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture
def press(archive: Archive, tmp_path: Path) -> Press:
    """Four publishers, two programs, nobody who is told yet."""
    watch = Watch(
        source=tmp_path / "watch.toml",
        archive=archive.path,
        fetch=FetchRules(),
        feeds=feeds(["Harbour", "River", "Orchard", "Mill"]),
        programs=(
            Program("s-comm", "Secure Communities", terms=("S-Comm",)),
            Program("287g", "287(g)", terms=("287(g)",)),
        ),
        channels=(Channel("desk", "file", None),),
    )
    return Press(archive, watch)
