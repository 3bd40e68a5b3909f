"""An archive to browse, the site over it, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.browse.hostile import hostile_texts
from tests.browse.served import press_of, served
from tests.browse.visitor import Visitor, visiting
from tests.support.browser import find_browser
from tests.support.press import ALIAS, JAIL, STORY


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive: a story of two publishers, an edited release, hostile ones."""
    made = tmp_path_factory.mktemp("browse")
    with Archive(made / "archive.db") as archive:
        press = press_of(archive, "Harbour", "River", "Orchard", "Mill")
        for text in hostile_texts():
            name = str(press.now.timestamp())
            press.show("Mill", name, f"{text}\n\n{text}", title=text)
        press.show("Orchard", "jail", JAIL, title="A sheriff signs")
        press.show("Orchard", "edited", ALIAS, title="A county decides")
        press.show("Orchard", "edited", f"{ALIAS} So it said today.", title="A county decides at last")
        press.show("Harbour", "bridge", f"{ALIAS} {STORY}", title="Open the bridge")
        press.show("River", "bridge-too", f"{ALIAS} {STORY}", title="Open the old bridge")
    return made


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The site's address."""
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Somebody with a browser."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with visiting(program, tmp_path_factory.mktemp("profile")) as somebody:
        yield somebody
