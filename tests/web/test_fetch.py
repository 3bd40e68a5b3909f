"""What an answer brings, and which answers are none."""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from presswatch.feeds.values import Validators
from presswatch.web.fetch import Answer
from tests.web.asking import FEED, NOTHING, OK, get, refusal
from tests.web.conftest import Serve


def test_an_answer_brings_body_type_and_validators(httpserver: HTTPServer) -> None:
    """A 200 gives the bytes as sent, and what to ask with next time."""
    httpserver.expect_request("/feed.xml").respond_with_data(
        FEED,
        content_type="application/rss+xml; charset=utf-8",
        headers={"ETag": '"v1"', "Last-Modified": "Wed, 25 Nov 2026 08:00:00 GMT"},
    )
    url = httpserver.url_for("/feed.xml")
    assert get(url) == Answer(
        status=200,
        url=url,
        not_modified=False,
        body=FEED,
        content_type="application/rss+xml; charset=utf-8",
        validators=Validators('"v1"', "Wed, 25 Nov 2026 08:00:00 GMT"),
    )


def test_a_request_says_who_asks_and_for_what(httpserver: HTTPServer) -> None:
    """The User-Agent is the configured one; nothing conditional is sent where nothing is known."""
    httpserver.expect_request("/feed.xml").respond_with_data(FEED)
    get(httpserver.url_for("/feed.xml"))
    ((request, _),) = httpserver.log
    assert request.headers["User-Agent"] == "Presswatch/test"
    assert "application/rss+xml" in request.headers["Accept"]
    assert "gzip" in request.headers["Accept-Encoding"]
    assert "If-None-Match" not in request.headers
    assert "If-Modified-Since" not in request.headers


KNOWN = {
    "both": Validators('W/"v1"', "Wed, 25 Nov 2026 08:00:00 GMT"),
    "the ETag alone": Validators(etag='"v1"'),
    "the date alone": Validators(last_modified="Wed, 25 Nov 2026 08:00:00 GMT"),
}


@pytest.mark.parametrize("validators", KNOWN.values(), ids=KNOWN)
def test_what_is_known_is_asked_with(httpserver: HTTPServer, validators: Validators) -> None:
    """Known validators are sent as they came; a 304 is an answer without a body, and keeps them."""
    httpserver.expect_request("/feed.xml").respond_with_data(b"", status=304)
    url = httpserver.url_for("/feed.xml")
    assert get(url, validators) == Answer(304, url, True, b"", "", validators)
    ((request, _),) = httpserver.log
    assert request.headers.get("If-None-Match", "") == validators.etag
    assert request.headers.get("If-Modified-Since", "") == validators.last_modified


def test_a_304_may_bring_new_validators(httpserver: HTTPServer) -> None:
    """The newest validators are the ones to ask with next."""
    httpserver.expect_request("/feed.xml").respond_with_data(b"", status=304, headers={"ETag": '"v2"'})
    answer = get(httpserver.url_for("/feed.xml"), Validators('"v1"', "Wed, 25 Nov 2026 08:00:00 GMT"))
    assert answer.validators == Validators('"v2"', "Wed, 25 Nov 2026 08:00:00 GMT")


def test_a_200_without_validators_ends_the_old_ones(httpserver: HTTPServer) -> None:
    """An old ETag is never kept beside a new body."""
    httpserver.expect_request("/feed.xml").respond_with_data(FEED)
    assert get(httpserver.url_for("/feed.xml"), KNOWN["both"]).validators == NOTHING


def test_a_304_that_nobody_asked_for_is_an_error(httpserver: HTTPServer) -> None:
    """Without a condition in the request, "not modified" tells nothing."""
    httpserver.expect_request("/feed.xml").respond_with_data(b"", status=304)
    error = refusal(httpserver.url_for("/feed.xml"))
    assert (error.status, error.reason[:8]) == (304, "HTTP 304")
    assert error.reason.endswith("though nothing was asked that could be answered so")


STATUSES = {
    204: True,
    400: True,
    401: True,
    403: True,
    404: False,
    410: False,
    429: True,
    451: False,
    500: True,
    502: True,
    503: True,
}


@pytest.mark.parametrize(("status", "retriable"), STATUSES.items())
def test_any_other_status_is_an_error_that_names_it(
    httpserver: HTTPServer, status: int, retriable: bool
) -> None:
    """The status is in the error and in its words; only what is gone is not worth asking for again."""
    httpserver.expect_request("/feed.xml").respond_with_data(b"sorry", status=status)
    error = refusal(httpserver.url_for("/feed.xml"))
    assert (error.status, error.retriable) == (status, retriable)
    assert error.reason.startswith(f"HTTP {status}")


BARE = {
    "no phrase": (b"404", "HTTP 404 Not Found"),
    "a status of nobody's": (b"799", "HTTP 799"),
    "a part": (b"206 Partial Content", "HTTP 206 Partial Content"),
    "choices": (b"300 Multiple Choices", "HTTP 300 Multiple Choices"),
    "moved to nowhere": (b"301 Moved", "HTTP 301 Moved, without saying where to"),
    "moved to nothing": (b"302 Found\r\nLocation: ", "HTTP 302 Found, without saying where to"),
    "a hint": (b"103 Early Hints", "HTTP 103 Early Hints"),
}


@pytest.mark.parametrize(("start", "reason"), BARE.values(), ids=BARE)
def test_a_rare_status_has_words_too(wire: Serve, start: bytes, reason: str) -> None:
    """Where the server has no words for it, the standard has."""
    assert refusal(wire(b"HTTP/1.1 " + start + b"\r\nContent-Length: 0\r\n\r\n")).reason == reason


ODD = {
    "no length, and no end but the connection's": (b"\r\n" + FEED, FEED),
    "a length that is no number": (b"Content-Length: abc\r\n\r\n" + FEED, FEED),
    "a negative length": (b"Content-Length: -5\r\n\r\n" + FEED, FEED),
    "bytes that are no text": (b"X-\xff\xfe: \x80\x81\r\n\r\n" + FEED, FEED),
    "a line that is no field": (b"nonsense\r\n\r\n" + FEED, FEED),
    "a chunk that says more": (
        b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: 1\r\n\r\n",
        b"abc",
    ),
    "both lengths": (b"Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"abc"),
    "more than it says": (b"Content-Length: 3\r\n\r\nabcdef", b"abc"),
    "the same length twice": (b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
    "an empty body": (b"Content-Length: 0\r\n\r\n", b""),
    "plain line feeds": (b"\n" + FEED, FEED),
}


@pytest.mark.parametrize(("rest", "body"), ODD.values(), ids=ODD)
@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
def test_an_odd_answer_is_read_all_the_same(wire: Serve, version: bytes, rest: bytes, body: bytes) -> None:
    """What has only one meaning is taken to mean it."""
    if version == b"1.0" and b"chunked" in rest:
        pytest.skip("HTTP/1.0 has no chunks")
    assert get(wire(OK.replace(b"1.1", version) + rest)).body == body


ADDRESSES = {
    "a fragment": "/feed.xml#part",
    "a space": "/a feed.xml",
    "letters": "/ünïcode.xml",
    "dots": "/a/../feed.xml",
    "an empty path": "",
}


@pytest.mark.parametrize("path", ADDRESSES.values(), ids=ADDRESSES)
def test_an_odd_address_is_asked_for(wire: Serve, path: str) -> None:
    """An address as people write it is made one that HTTP can carry."""
    url = wire(OK + b"\r\n" + FEED).removesuffix("/feed.xml") + path
    assert get(url).body == FEED


NO_ADDRESSES = {
    "another scheme": ("ftp://h.example/feed.xml", "the address is not one of http or https"),
    "no scheme": ("h.example/feed.xml", "the address is not one of http or https"),
    "nothing": ("", "the address is not one of http or https"),
    "no host": ("http://", "the address is not valid"),
    "half a bracket": ("http://[::1/", "the address is not valid"),
    "a port beyond all": ("http://h.example:99999/", "the address is not valid"),
    "a label too long": (f"http://{'a' * 70}.example/", "the address is not valid"),
    "a host in percents": ("http://%00%7f.example/", "the address is not valid"),
    "no host of this world": ("http://\u2488.example\u3002\u3002/", "the address is not valid"),
}


@pytest.mark.parametrize(("url", "reason"), NO_ADDRESSES.values(), ids=NO_ADDRESSES)
def test_what_is_no_address_is_said_to_be_none(url: str, reason: str) -> None:
    """Nothing is connected to."""
    assert refusal(url).reason == reason


def test_credentials_of_the_address_are_used(httpserver: HTTPServer) -> None:
    """A feed for members only has them in its address; no other place is looked in."""
    httpserver.expect_request("/feed.xml").respond_with_data(FEED)
    get(httpserver.url_for("/feed.xml").replace("://", "://ann:secret@"))
    ((request, _),) = httpserver.log
    assert request.authorization is not None
    assert (request.authorization.username, request.authorization.password) == ("ann", "secret")
