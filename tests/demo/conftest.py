"""A newsroom, a moment, and a server that is closed after each test."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cli.demo.newsroom import Newsroom, load_newsroom
from cli.demo.server import NewsroomServer, serve_newsroom

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def newsroom() -> Newsroom:
    return load_newsroom()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def server(newsroom: Newsroom, now: datetime) -> Iterator[NewsroomServer]:
    with serve_newsroom(newsroom, now) as server:
        yield server
