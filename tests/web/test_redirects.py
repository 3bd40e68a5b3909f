"""Redirects: followed within bounds, and remembered where they are for good."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from presswatch.feeds.values import Validators
from presswatch.web.fetch import fetch, open_session
from tests.web.asking import FEED, HASTY, NOTHING, RULES, get, refusal
from tests.web.conftest import Serve


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(httpserver: HTTPServer, status: int) -> None:
    """The answer comes from where the redirect led, and says so."""
    httpserver.expect_request("/old").respond_with_data(b"moved", status=status, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data(FEED)
    answer = get(httpserver.url_for("/old"))
    assert (answer.body, answer.url) == (FEED, httpserver.url_for("/new"))


def test_a_condition_goes_along_with_a_redirect(httpserver: HTTPServer) -> None:
    """A feed that has moved can still say that it has not changed."""
    httpserver.expect_request("/old").respond_with_data(b"", status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new", headers={"If-None-Match": '"v1"'}).respond_with_data(b"", status=304)
    assert get(httpserver.url_for("/old"), Validators(etag='"v1"')).not_modified


def test_a_cookie_set_by_a_redirect_is_brought(httpserver: HTTPServer) -> None:
    """A site that sends its visitors round once, to see whether they keep a cookie, can be read."""

    def answer(request: Request) -> Response:
        if request.cookies.get("seen") == "1":
            return Response(FEED)
        return Response("", 302, {"Location": "/feed.xml", "Set-Cookie": "seen=1"})

    httpserver.expect_request("/feed.xml").respond_with_handler(answer)
    assert get(httpserver.url_for("/feed.xml")).body == FEED


def test_redirects_in_a_circle_end(httpserver: HTTPServer) -> None:
    """After five redirects no more is followed."""
    httpserver.expect_request("/a").respond_with_data(b"", status=302, headers={"Location": "/b"})
    httpserver.expect_request("/b").respond_with_data(b"", status=302, headers={"Location": "/a"})
    assert refusal(httpserver.url_for("/a")).reason == "more than 5 redirects"
    assert len(httpserver.log) == 6


ELSEWHERE = {
    "a file": "file:///etc/passwd",
    "FTP": "ftp://127.0.0.1/feed.xml",
    "data": "data:text/xml,<rss/>",
    "a script": "javascript:alert(1)",
    "gopher": "gopher://127.0.0.1:11211/1stats",
}


@pytest.mark.parametrize("location", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_redirect_leads_to_the_web_only(httpserver: HTTPServer, location: str) -> None:
    """Whatever is not http or https is refused, also after a redirect."""
    httpserver.expect_request("/feed.xml").respond_with_data(b"", status=302, headers={"Location": location})
    error = refusal(httpserver.url_for("/feed.xml"))
    assert error.reason == "redirected to something that is not http or https"


LOST = {
    "half a bracket": (b"http://[::1/", "the address is not valid"),
    "a port beyond all": (b"http://h.example:99999/", "the address is not valid"),
    "an empty label": (b"http://.example/", "the address is not valid"),
    "bytes that are no text": (b"http://\xff\xfe/", "the address is not valid"),
    "a host that there isn't": (b"http://no-such-host.invalid/", "no connection: "),
}


@pytest.mark.parametrize(("location", "reason"), LOST.values(), ids=LOST)
def test_a_redirect_to_nowhere_is_said_so(wire: Serve, location: bytes, reason: str) -> None:
    """A Location that means nothing is an error in plain words."""
    answer = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    assert refusal(wire(answer)).reason.startswith(reason)


def test_the_body_of_a_redirect_is_not_read(wire: Serve, httpserver: HTTPServer) -> None:
    """A redirect whose own body never ends is followed as any other."""
    httpserver.expect_request("/new").respond_with_data(FEED)
    head = f"HTTP/1.1 302 Found\r\nLocation: {httpserver.url_for('/new')}\r\n\r\n".encode()
    url = wire(head, *[b"x"] * 1000, delay=0.02)
    assert get(url, rules=HASTY).body == FEED


RELATIVE = {
    "a path": "/new.xml",
    "a name": "new.xml",
    "without scheme": "//{host}/new.xml",
    "a space": "/new feed.xml",
    "UTF-8": "/new-\u00e9.xml",
    "a fragment": "/new.xml#top",
    "credentials": "http://ann:secret@{host}/new.xml",
    "spaces around": "  /new.xml  ",
}


@pytest.mark.parametrize("location", [bytes(text, "utf-8") for text in RELATIVE.values()], ids=RELATIVE)
def test_a_location_may_be_written_in_many_ways(wire: Serve, location: bytes) -> None:
    """As browsers do, what can be made sense of is followed."""
    target = wire(b"HTTP/1.1 200 OK\r\n\r\n" + FEED).removesuffix("/feed.xml").encode()
    if location.startswith((b"//", b"http")):
        location = location.replace(b"{host}", target.removeprefix(b"http://"))
    else:
        location = target + b"/" + location.strip().lstrip(b"/")
    assert get(wire(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n\r\n")).body == FEED


def test_a_location_in_latin_1_is_followed_byte_by_byte(wire: Serve) -> None:
    """Bytes that are not UTF-8 go back to the server as they came."""
    target = wire(b"HTTP/1.1 200 OK\r\n\r\n" + FEED).encode() + b"?caf\xe9"
    answer = get(wire(b"HTTP/1.1 302 Found\r\nLocation: " + target + b"\r\n\r\n"))
    assert answer.body == FEED
    assert answer.url.endswith("?caf%E9")


CHAINS: dict[str, tuple[list[int], str]] = {
    "none": ([], ""),
    "one for good": ([301], "/1"),
    "one for good, method kept": ([308], "/1"),
    "one for now": ([302], ""),
    "two for good": ([301, 308], "/2"),
    "for good, then for now": ([301, 302], "/1"),
    "for now, then for good": ([307, 301], ""),
    "see other": ([303], ""),
    "five for good": ([301] * 5, "/5"),
}


@pytest.mark.parametrize("not_modified", [False, True])
@pytest.mark.parametrize(("statuses", "moved_to"), CHAINS.values(), ids=CHAINS)
def test_where_a_feed_has_moved_to(
    httpserver: HTTPServer, statuses: list[int], moved_to: str, not_modified: bool
) -> None:
    """It has moved as far as permanent redirects lead, without a break, from the address that is known."""
    for number, status in enumerate(statuses):
        httpserver.expect_request(f"/{number}").respond_with_data(
            b"", status=status, headers={"Location": f"/{number + 1}"}
        )
    httpserver.expect_request(f"/{len(statuses)}").respond_with_data(
        b"" if not_modified else FEED, status=304 if not_modified else 200
    )
    answer = get(httpserver.url_for("/0"), Validators('"v1"') if not_modified else NOTHING)
    assert answer.moved_to == (httpserver.url_for(moved_to) if moved_to else "")
    assert answer.not_modified == not_modified


def test_an_address_with_credentials_moves_nowhere(httpserver: HTTPServer) -> None:
    """The new address would be read without them."""
    httpserver.expect_request("/old").respond_with_data(b"", status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data(FEED)
    assert get(httpserver.url_for("/old").replace("://", "://ann:secret@")).moved_to == ""


def test_a_feed_that_moves_to_itself_has_not_moved(httpserver: HTTPServer) -> None:
    """A redirect to the same address, as some sites set a cookie by, is no move."""

    def answer(request: Request) -> Response:
        if request.cookies.get("seen") == "1":
            return Response(FEED)
        return Response("", 301, {"Location": "/feed.xml", "Set-Cookie": "seen=1"})

    httpserver.expect_request("/feed.xml").respond_with_handler(answer)
    assert get(httpserver.url_for("/feed.xml")).moved_to == ""


def test_cookies_end_with_the_fetch(httpserver: HTTPServer) -> None:
    """What one feed's server sets is not brought to the next request."""
    httpserver.expect_request("/feed.xml").respond_with_data(FEED, headers={"Set-Cookie": "who=you; Path=/"})
    with open_session(RULES) as session:
        for _ in range(2):
            fetch(session, httpserver.url_for("/feed.xml"), NOTHING, RULES)
    assert [request.cookies.get("who") for request, _ in httpserver.log] == [None, None]
