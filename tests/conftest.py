"""Fixtures that several rooms share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.receiver import Receiver, receive_hooks
from tests.support.site import Site, serve_site

settings.register_profile("presswatch", deadline=None)  # a noisy machine is not a failure
settings.load_profile("presswatch")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits for servers most of the time: the others fill that time."""
    items.sort(key=lambda item: item.get_closest_marker("prefect_server") is None)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs remember between them stays in a folder of the test, not of whoever runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path.parent / f"{tmp_path.name}-state"))


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server with no pages yet."""
    with serve_site() as served:
        yield served


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A webhook receiver."""
    with receive_hooks() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The shared corpus beside the checkout; tests that need it are skipped where it is absent."""
    folder = Path(__file__).parents[2] / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("no shared corpus beside the checkout")
    return folder
