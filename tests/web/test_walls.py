"""A bot wall is named as such."""

from __future__ import annotations

import gzip
import time

import pytest
from pytest_httpserver import HTTPServer

from presswatch.web.wall import BotWall, is_bot_wall
from tests.web.asking import HASTY, get, refusal
from tests.web.conftest import Serve

WALL = b"<html><head><title>Just a moment...</title></head><body>Enable JavaScript to go on</body></html>"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("status", [401, 403, 405, 429, 503])
def test_a_wall_is_named(httpserver: HTTPServer, status: int, packed: bool) -> None:
    """Whatever the status: it isn't the feed that is forbidden, and it may be had another time."""
    httpserver.expect_request("/feed.xml").respond_with_data(
        gzip.compress(WALL) if packed else WALL,
        status=status,
        headers={"Retry-After": "60"} | ({"Content-Encoding": "gzip"} if packed else {}),
    )
    error = refusal(httpserver.url_for("/feed.xml"))
    assert isinstance(error, BotWall)
    assert error.reason == f"a bot wall answered instead of the feed (HTTP {status})"
    assert (error.status, error.retriable, error.retry_after) == (status, True, 60)


NAMED = {
    "Cloudflare": (403, {"cf-mitigated": "challenge"}),
    "AWS": (202, {"x-amzn-waf-action": "challenge"}),
    "AWS, with a picture": (405, {"x-amzn-waf-action": "captcha"}),
    "SiteGround": (202, {"SG-Captcha": "challenge"}),
    "with a success": (200, {"cf-mitigated": "challenge"}),
}


@pytest.mark.parametrize(("status", "headers"), NAMED.values(), ids=NAMED)
def test_a_wall_that_names_itself_is_believed(
    httpserver: HTTPServer, status: int, headers: dict[str, str]
) -> None:
    """Some say in a header what they are."""
    httpserver.expect_request("/feed.xml").respond_with_data(b"?", status=status, headers=headers)
    error = refusal(httpserver.url_for("/feed.xml"))
    assert error.reason == f"a bot wall answered instead of the feed (HTTP {status})"


def test_a_refusal_is_no_wall(httpserver: HTTPServer) -> None:
    """A site that says no in its own words is taken at its word."""
    httpserver.expect_request("/feed.xml").respond_with_data(b"<p>Members only.</p>", status=403)
    error = refusal(httpserver.url_for("/feed.xml"))
    assert error.reason.lower() == "http 403 forbidden"
    assert not isinstance(error, BotWall)


def test_only_the_start_of_a_refusal_is_read(wire: Serve) -> None:
    """A refusal without an end is judged by what came of it."""
    url = wire(b"HTTP/1.1 403 Forbidden\r\n\r\n" + WALL + b"<!--", *[b"x" * 10_000] * 1000)
    assert isinstance(refusal(url), BotWall)
    begun = time.monotonic()
    url = wire(b"HTTP/1.1 403 Forbidden\r\n\r\n" + WALL, delay=30)
    assert isinstance(refusal(url, HASTY), BotWall)
    assert time.monotonic() - begun < 15


def test_a_wall_with_a_success_is_left_to_the_reader(httpserver: HTTPServer) -> None:
    """A 200 is handed on; whether its body is a wall can be asked."""
    httpserver.expect_request("/feed.xml").respond_with_data(WALL)
    assert is_bot_wall(get(httpserver.url_for("/feed.xml")).body)
