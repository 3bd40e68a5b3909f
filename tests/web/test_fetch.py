"""Fetching from real servers: good ones, broken ones and hostile ones."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer
from requests.adapters import HTTPAdapter
from urllib3.util.connection import HAS_IPV6
from werkzeug import Request, Response

from presswatch.errors import FetchError
from presswatch.feeds.values import Validators
from presswatch.watch import FetchRules
from presswatch.web.fetch import Answer, fetch, open_session

Serve = Callable[..., str]

RULES = FetchRules(
    timeout=5, total_timeout=10, max_bytes=100_000, allow_private_addresses=True, user_agent="Presswatch/test"
)
PUBLIC_ONLY = replace(RULES, allow_private_addresses=False)
HASTY = replace(RULES, timeout=0.3, total_timeout=0.4)
NOTHING = Validators()
FEED = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


def get(url: str, validators: Validators = NOTHING, rules: FetchRules = RULES) -> Answer:
    """Fetch the address in a session of its own."""
    with open_session(rules) as session:
        return fetch(session, url, validators, rules)


def refusal(url: str, rules: FetchRules = RULES, validators: Validators = NOTHING) -> FetchError:
    """The error that fetching the address ends in, checked for what every error promises."""
    with pytest.raises(FetchError) as caught:
        get(url, validators, rules)
    error = caught.value
    assert error.url == url
    assert error.reason == " ".join(error.reason.split()) != ""
    assert error.reason.isprintable()
    for wrapping in ("<urllib3", "object at 0x", "Pool(", "Error(", "IncompleteRead", "Max retries"):
        assert wrapping not in error.reason
    return error


def unused_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


# Answers


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
    assert refusal(httpserver.url_for("/feed.xml")).status == 304


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


# Redirects


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


# Private addresses


def hosts(port: int) -> dict[str, str]:
    """Many ways to write this machine and its neighbours."""
    return {
        "loopback": f"http://127.0.0.1:{port}/",
        "loopback, https": f"https://127.0.0.1:{port}/",
        "another loopback": f"http://127.8.9.10:{port}/",
        "by name": f"http://localhost:{port}/",
        "in one number": f"http://2130706433:{port}/",
        "in hexadecimal": f"http://0x7f000001:{port}/",
        "in octal": f"http://017700000001:{port}/",
        "shortened": f"http://127.1:{port}/",
        "any address": f"http://0.0.0.0:{port}/",
        "with a user name": f"http://public.example@127.0.0.1:{port}/",
        "IPv6 loopback": f"http://[::1]:{port}/",
        "IPv6 any address": f"http://[::]:{port}/",
        "IPv4 in IPv6": f"http://[::ffff:127.0.0.1]:{port}/",
        "NAT64": f"http://[64:ff9b::7f00:1]:{port}/",
        "6to4": f"http://[2002:7f00:1::]:{port}/",
        "IPv6, this link": "http://[fe80::1]/",
        "IPv6, this site": "http://[fd00::1]/",
        "a home": "http://192.168.1.1/",
        "an office": "http://10.0.0.1/",
        "a cloud's metadata": "http://169.254.169.254/latest/meta-data/",
        "a carrier's customers": "http://100.64.0.1/",
        "multicast": "http://224.0.0.1/",
    }


KINDS = [
    pytest.param(kind, marks=pytest.mark.skipif("[" in url and not HAS_IPV6, reason="no IPv6 here"))
    for kind, url in hosts(0).items()
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_private_address_is_refused(httpserver: HTTPServer, kind: str) -> None:
    """However it is written, an address of this machine or network is not connected to."""
    httpserver.expect_request("/").respond_with_data(FEED)
    reason = refusal(hosts(httpserver.port)[kind], PUBLIC_ONLY).reason
    assert "is private" in reason
    assert "allow_private_addresses" in reason
    assert httpserver.log == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_redirect_to_a_private_address_is_refused(httpserver: HTTPServer, wire: Serve, kind: str) -> None:
    """A server that may be asked cannot send the reader to one that may not."""
    httpserver.expect_request("/").respond_with_data(FEED)
    target = hosts(httpserver.port)[kind].encode()
    url = wire(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target + b"\r\n\r\n")
    with open_session(PUBLIC_ONLY) as session:
        session.mount(url, HTTPAdapter())  # this one address stands for a public server
        with pytest.raises(FetchError, match="is private"):
            fetch(session, url, NOTHING, PUBLIC_ONLY)
    assert httpserver.log == []


def test_private_addresses_can_be_allowed(httpserver: HTTPServer) -> None:
    """Who watches a server of their own says so in the configuration."""
    httpserver.expect_request("/").respond_with_data(FEED)
    assert get(f"http://localhost:{httpserver.port}/").body == FEED


# Bounds


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


# Broken answers

BROKEN = {
    "closed in the body": (OK + b"Content-Length: 1000\r\n\r\n<rss>", "the answer broke off"),
    "closed before the body": (OK + b"Content-Length: 1000\r\n\r\n", "the answer broke off"),
    "closed in a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n10\r\n<rss>", "the answer broke off"),
    "closed between chunks": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n",
        "the answer broke off",
    ),
    "a chunk of no length": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<rss>", "the answer broke off"),
    "not compressed": (OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n<rss>", "decompress"),
    "closed at once": (b"", "no connection"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "no connection"),
    "not HTTP, with controls": (b"\x1b[2J\x07 220 ready\r\n", "no connection"),
    "too many headers": (OK + b"X: y\r\n" * 300 + b"\r\n", "no connection"),
    "an endless header": (OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n", "no connection"),
    "an endless reason": (b"HTTP/1.1 500 " + b"y" * 60_000 + b"\r\n\r\n", "HTTP 500 y"),
    "controls in the reason": (b"HTTP/1.1 500 \x1b[31mred\x07\r\n\r\n", "HTTP 500"),
}


@pytest.mark.parametrize(("answer", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_an_error_in_plain_words(wire: Serve, answer: bytes, reason: str) -> None:
    """Nothing of a broken answer is used, and the error is short and readable."""
    error = refusal(wire(answer))
    assert reason in error.reason
    assert len(error.reason) < 400
    assert error.retriable


def test_a_closed_port_is_no_connection() -> None:
    """Where nothing listens, the error says that there is no connection."""
    reason = refusal(f"http://127.0.0.1:{unused_port()}/").reason
    assert reason.startswith("no connection: ")
    assert "refused" in reason


@pytest.mark.parametrize("rules", [RULES, PUBLIC_ONLY], ids=["any address", "public only"])
def test_an_unknown_host_is_no_connection(rules: FetchRules) -> None:
    """Where the name has no address, the error says that there is no connection."""
    assert refusal("http://no-such-host.invalid/", rules).reason.startswith("no connection: ")


def test_a_certificate_that_nobody_vouches_for_is_refused(wire: Serve, self_made: ssl.SSLContext) -> None:
    """TLS is verified, and the error says that the certificate is what failed."""
    reason = refusal(wire(OK + b"\r\n" + FEED, tls=self_made)).reason
    assert reason.startswith("the certificate or TLS failed: ")
    assert "self" in reason


def test_plain_http_on_a_tls_port_is_refused(wire: Serve) -> None:
    """A server that speaks no TLS is said to fail at it."""
    url = wire(OK + b"\r\n" + FEED).replace("http:", "https:")
    assert refusal(url).reason.startswith("the certificate or TLS failed: ")
