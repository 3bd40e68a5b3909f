"""Recovering stays within bounds: requests, releases, time, pace, addresses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from werkzeug import Request, Response

from presswatch.recovery import recover, visit
from presswatch.recovery.outcome import Found
from tests.recovery.conftest import RULES
from tests.recovery.office import Office, down, numbers_of

Find = Callable[..., Found]


def endless(office: Office, size: int) -> None:
    """A feed with links to ever older releases, from 5,000 down."""

    def page(request: Request) -> Response:
        newest = 5_000 - int(request.args.get("n", 0)) * size
        number = int(request.args.get("n", 0)) + 1
        return office.rss(down(newest, newest - size + 1), older=f"/feed.xml?n={number}")

    office.answers["/feed.xml"] = page


def test_ten_requests_are_the_most(office: Office, find: Find) -> None:
    """A feed without an end costs no more; three of the requests are kept for the other ways."""
    endless(office, 5)
    found = find(office.gap(down(48, 1), down(5_000, 4_996)))
    assert len(office.asked) <= visit.MOST_REQUESTS
    assert [path for path in office.asked if path.startswith("/feed.xml")][-1] == "/feed.xml?n=6"
    assert numbers_of(found.entries) == down(4_995, 4_966)
    assert (found.closed, found.retriable) == (False, False)
    assert "too many pages would be needed" in found.how


def test_three_hundred_releases_are_the_most(office: Office, find: Find) -> None:
    """A feed with huge pages gives no more, and the gap stays open."""
    endless(office, 200)
    found = find(office.gap(down(48, 1), down(5_000, 4_801)))
    assert len(found.entries) == 300
    assert numbers_of(found.entries[:1]) == [4_800]
    assert not found.closed
    assert "there are more than 300 releases" in found.how


def test_time_is_bounded(office: Office, find: Find) -> None:
    """A slow site is left after four times the time that a feed has, and tried again."""

    def slow(request: Request) -> Response:
        time.sleep(0.3)
        number = int(request.args.get("n", 0))
        newest = 5_000 - number * 5
        return office.rss(down(newest, newest - 4), older=f"/feed.xml?n={number + 1}")

    office.answers["/feed.xml"] = slow
    begun = time.monotonic()
    found = find(office.gap(down(48, 1), down(5_000, 4_996)), replace(RULES, total_timeout=0.4))
    assert time.monotonic() - begun < 3
    assert len(office.asked) < 8
    assert (found.closed, found.retriable) == (False, True)
    assert "the site is too slow" in found.how or "the answer was not complete" in found.how


def test_requests_to_a_host_are_apart(office: Office, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second at least, or the delay between pages, if that is longer."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older="/old/1")
    office.answers["/old/1"] = office.rss(down(15, 11), older="/old/2")
    office.answers["/old/2"] = office.rss(down(10, 1))
    gap = office.gap(down(8, 1), down(20, 16))
    for least, delay in ((0.2, 0.0), (0.0, 0.2)):
        monkeypatch.setattr(visit, "SPACING", least)
        begun = time.monotonic()
        assert find(gap, replace(RULES, page_delay=delay)).closed
        assert time.monotonic() - begun >= 0.4
    monkeypatch.undo()
    assert visit.SPACING == 0.5


def test_private_addresses_are_refused(office: Office, find: Find) -> None:
    """Recovering reaches no further than reading does."""
    found = find(office.gap(down(8, 1), down(20, 16)), replace(RULES, allow_private_addresses=False))
    assert found.entries == ()
    assert "is private" in found.how
    assert office.asked == []


def test_a_page_that_is_too_large_is_given_up(office: Office, find: Find) -> None:
    """The bounds of a feed hold for its older pages."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older="/old")
    office.answers["/old"] = Response(b"x" * 200_000, mimetype="text/xml")
    found = find(office.gap(down(8, 1), down(20, 16)), replace(RULES, max_bytes=100_000))
    assert "RFC 5005 links: the answer is larger than 0.1 MB" in found.how


@contextmanager
def breaking_off() -> Iterator[str]:
    """A server that hangs up in the middle of each answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"<rss>")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/feed.xml"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_network_that_fails_is_tried_again(office: Office, find: Find) -> None:
    """What broke off may come whole later."""
    with breaking_off() as url:
        found = find(replace(office.gap(down(8, 1), down(20, 16)), url=url))
    assert (found.entries, found.closed, found.retriable) == ((), False, True)
    assert found.how.startswith("what the site keeps could not be read: the feed: the answer broke off")


@pytest.mark.parametrize("url", ["", "x", "http://[", "ftp://a.example/feed", "http://a:b/", "http:///"])
def test_what_is_no_address_is_a_reason(office: Office, find: Find, url: str) -> None:
    """An address that can't be followed is said to be so."""
    found = find(replace(office.gap(down(8, 1), down(20, 16)), url=url))
    assert (found.entries, found.closed) == ((), False)
    assert "unexpected" not in found.how


def test_what_nobody_expected_is_a_reason(
    office: Office, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours is told, and is no reason to stop the others."""

    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(recover, "by_sitemap", broken)
    office.answers["/feed.xml"] = office.paged(down(20, 16), down(15, 11))
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert numbers_of(found.entries) == down(15, 11)
    assert (found.closed, found.retriable) == (False, True)
    assert "unexpected: ZeroDivisionError" in found.how
