"""Bounds in time and size hold for every part of an answer."""

from __future__ import annotations

import gzip
import ssl
import time
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from presswatch.web.fetch import fetch, open_session
from tests.web.asking import FEED, HASTY, NOTHING, OK, RULES, get, refusal
from tests.web.conftest import Serve


def test_a_compressed_body_is_unpacked(httpserver: HTTPServer) -> None:
    """What came compressed is the feed itself."""
    httpserver.expect_request("/feed.xml").respond_with_data(
        gzip.compress(FEED), headers={"Content-Encoding": "gzip"}
    )
    assert get(httpserver.url_for("/feed.xml")).body == FEED


def test_a_compressed_body_may_come_byte_by_byte(wire: Serve) -> None:
    """Pieces of which nothing can be unpacked yet don't end the body."""
    packed = gzip.compress(FEED)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    assert get(wire(head, *[bytes([byte]) for byte in packed], delay=0.001)).body == FEED


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_a_compressed_bomb_is_dropped(httpserver: HTTPServer, encoding: str) -> None:
    """The limit holds for what is unpacked, and is felt before all of it is."""
    bomb = gzip.compress(bytes(30_000_000))
    if encoding != "gzip":
        bomb = gzip.compress(bomb)
    httpserver.expect_request("/feed.xml").respond_with_data(bomb, headers={"Content-Encoding": encoding})
    assert len(bomb) < RULES.max_bytes
    assert refusal(httpserver.url_for("/feed.xml")).reason == "the answer is larger than 0.1 MB"


@pytest.mark.parametrize("size", [RULES.max_bytes, RULES.max_bytes + 1])
def test_the_limit_is_exact(httpserver: HTTPServer, size: int) -> None:
    """A body as large as the limit is read; one byte more is too much."""
    httpserver.expect_request("/feed.xml").respond_with_data(bytes(size))
    url = httpserver.url_for("/feed.xml")
    if size > RULES.max_bytes:
        assert "larger" in refusal(url).reason
    else:
        assert len(get(url).body) == size


def test_an_endless_body_is_dropped(wire: Serve) -> None:
    """A body without an end is read no further than the limit."""
    assert "larger" in refusal(wire(OK + b"\r\n", *[bytes(10_000)] * 1000)).reason


def test_a_dripping_body_is_dropped(wire: Serve) -> None:
    """A server that sends a byte now and then, never long silent, is left after the total time."""
    url = wire(OK + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 1000, delay=0.02)
    assert refusal(url, HASTY).reason == "the answer was not complete after 0.4 seconds"


SILENT = {
    "before the answer": [b""],
    "in the head": [OK],
    "in the body": [OK + b"Content-Length: 1000\r\n\r\nabc"],
}


@pytest.mark.parametrize("pieces", SILENT.values(), ids=SILENT)
def test_a_silent_server_is_left(wire: Serve, pieces: list[bytes]) -> None:
    """A server that stops in the middle is waited for as long as the time-out says."""
    assert refusal(wire(*pieces, delay=30), HASTY).reason == "no answer within 0.3 seconds"


PATIENT = replace(HASTY, timeout=5)  # only the total time can end it

DRIPPING = {
    "in the first line": (b"", b"HTTP/1.1 200 OK" + b"K" * 1000),
    "in a field": (OK + b"X: ", b"y" * 1000),
    "in a redirect's head": (b"HTTP/1.1 302 Found\r\nLocation: /", b"y" * 1000),
    "in a refusal's body": (b"HTTP/1.1 403 Forbidden\r\n\r\n", b"y" * 1000),
    "in a chunk's length": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 1000),
}


@pytest.mark.parametrize(("start", "drops"), DRIPPING.values(), ids=DRIPPING)
def test_a_dripping_answer_ends_in_time(wire: Serve, start: bytes, drops: bytes) -> None:
    """Wherever the server slows down, the whole request takes no longer than the total time."""
    begun = time.monotonic()
    error = refusal(wire(start, *[bytes([drop]) for drop in drops], delay=0.02), PATIENT)
    assert error.reason in ("the answer was not complete after 0.4 seconds", "HTTP 403 Forbidden")
    assert time.monotonic() - begun < 10  # all of it takes 20


def test_slow_redirects_share_one_time(wire: Serve) -> None:
    """Each hop is within its time-out; all of them together are not within the total time."""
    url = wire(OK + b"\r\n" + FEED)
    for _ in range(4):
        url = wire(b"HTTP/1.1 302 Found\r\n", f"Location: {url}\r\n\r\n".encode(), delay=0.15)
    assert refusal(url, PATIENT).reason == "the answer was not complete after 0.4 seconds"


def test_a_silent_handshake_is_left(wire: Serve) -> None:
    """A server that takes the connection and then says nothing is waited for as long as any."""
    url = wire(b"", delay=30).replace("http:", "https:")
    assert refusal(url, HASTY).reason == "no answer within 0.3 seconds"


def test_a_dripping_body_is_dropped_in_tls_too(wire: Serve, trusted: ssl.SSLContext) -> None:
    """Encryption makes no difference to the deadline."""
    url = wire(OK + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 1000, delay=0.02, tls=trusted)
    assert refusal(url, PATIENT).reason == "the answer was not complete after 0.4 seconds"


def test_a_kept_connection_has_a_new_deadline(httpserver: HTTPServer) -> None:
    """The time that one feed took is not the next one's."""
    httpserver.expect_request("/feed.xml").respond_with_data(FEED)
    rules = replace(RULES, total_timeout=1)
    with open_session(rules) as session:
        for _ in range(3):
            assert fetch(session, httpserver.url_for("/feed.xml"), NOTHING, rules).body == FEED
            time.sleep(0.5)


ENDLESS = {
    "interim answers": [b"HTTP/1.1 100 Continue\r\n\r\n" * 4000] * 30,
    "trailers": [OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", *[b"T: x\r\n" * 10_000] * 40],
    "words in chunks": [
        OK + b"Transfer-Encoding: chunked\r\n\r\n",
        *[b"1;" + b"e" * 60_000 + b"\r\nx\r\n"] * 60,
    ],
}


@pytest.mark.parametrize("pieces", ENDLESS.values(), ids=ENDLESS)
def test_what_is_no_body_is_bounded_too(wire: Serve, pieces: list[bytes]) -> None:
    """An answer can be endless without a body."""
    assert refusal(wire(*pieces)).reason == "the answer is larger than 0.1 MB"


def test_a_body_that_will_be_too_large_is_not_read(wire: Serve) -> None:
    """Where the size is said beforehand, it is known beforehand."""
    url = wire(OK + b"Content-Length: 100001\r\n\r\n", delay=30)
    assert refusal(url, replace(RULES, timeout=3)).reason == "the answer is larger than 0.1 MB"


def test_a_body_is_bounded_before_decompression(httpserver: HTTPServer) -> None:
    """What comes over the wire counts as well."""
    packed = gzip.compress(b"x") * 10_000
    httpserver.expect_request("/feed.xml").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    assert len(packed) > RULES.max_bytes
    assert refusal(httpserver.url_for("/feed.xml")).reason == "the answer is larger than 0.1 MB"
