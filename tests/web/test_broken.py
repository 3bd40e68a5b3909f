"""Answers that are broken, lie or make no sense."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from presswatch.errors import FetchError
from presswatch.watch import FetchRules
from presswatch.web.fetch import Answer
from tests.web.asking import FEED, OK, PUBLIC_ONLY, RULES, checked, get, refusal, unused_port
from tests.web.conftest import Serve, Wire

BROKEN = {
    "closed in the body": (OK + b"Content-Length: 1000\r\n\r\n<rss>", "the answer broke off"),
    "closed before the body": (OK + b"Content-Length: 1000\r\n\r\n", "the answer broke off"),
    "closed in a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n10\r\n<rss>", "the answer broke off"),
    "closed between chunks": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n",
        "the answer broke off",
    ),
    "a chunk of no length": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<rss>", "the answer broke off"),
    "not compressed": (
        OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n<rss>",
        "the answer cannot be decompressed: it is not gzip, as the server says",
    ),
    "a gzip stream that ends early": (
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(FEED)[:-9],
        "the answer broke off",
    ),
    "compressed as nobody asked": (
        OK + b"Content-Encoding: br\r\n\r\n<rss>",
        "the answer cannot be decompressed: it came as br, which was not asked for",
    ),
    "compressed for the way": (
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n5\r\n<rss>\r\n0\r\n\r\n",
        "the answer cannot be decompressed: it was sent as gzip, chunked",
    ),
    "two lengths": (
        OK + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\n<rss>",
        "the answer's head makes no sense: ",
    ),
    "another HTTP": (b"HTTP/2.0 200 OK\r\n\r\n", "the answer is not HTTP/1: HTTP/2.0"),
    "HTTP of old": (FEED, "the answer is not HTTP: <rss"),
    "closed at once": (b"", "no connection: the server closed it without an answer"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "the answer is not HTTP: SSH-2.0-OpenSSH_9.6"),
    "not HTTP, with controls": (b"\x1b[2J\x07 220 ready\r\n", "the answer is not HTTP: [2J 220 ready"),
    "too many headers": (
        OK + b"X: y\r\n" * 300 + b"\r\n",
        "the answer's head is too large: more than 100 fields",
    ),
    "an endless header": (
        OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
        "the answer's head is too large: a line of more than 65,536 bytes",
    ),
    "an endless reason": (b"HTTP/1.1 500 " + b"y" * 60_000 + b"\r\n\r\n", "HTTP 500 y"),
    "controls in the reason": (b"HTTP/1.1 500 \x1b[31mred\x07\r\n\r\n", "HTTP 500"),
}


@pytest.mark.parametrize(("answer", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_an_error_in_plain_words(wire: Serve, answer: bytes, reason: str) -> None:
    """Nothing of a broken answer is used, and the error is short and readable."""
    error = refusal(wire(answer))
    assert error.reason.startswith(reason)
    assert error.retriable


def test_a_closed_port_is_no_connection() -> None:
    """Where nothing listens, the error says that there is no connection."""
    reason = refusal(f"http://127.0.0.1:{unused_port()}/").reason
    assert reason == "no connection: connection refused"


@pytest.mark.parametrize("rules", [RULES, PUBLIC_ONLY], ids=["any address", "public only"])
def test_an_unknown_host_is_no_connection(rules: FetchRules) -> None:
    """Where the name has no address, the error says that there is no connection."""
    assert refusal("http://no-such-host.invalid/", rules).reason.startswith("no connection: the host name ")


FIELDS = st.sampled_from(
    [
        *(b"Content-Length: " + value for value in (b"3", b"-1", b"9" * 20, b"1,2")),
        *(
            b"Location: " + value
            for value in (b"/", b"http://[", b"http://h:x/", b"\\", b"http://a b/", b"?\xe9")
        ),
        *(b"Set-Cookie: " + value for value in (b"a=b; Expires=x", b"=;;=", b"a=b; Domain=..; Max-Age=x")),
        *(b"Transfer-Encoding: " + value for value in (b"chunked", b"x", b"chunked, chunked")),
        *(b"Content-Encoding: " + value for value in (b"gzip", b"gzip,br", b"deflate,,gzip", b"x")),
        *(b"Retry-After: " + value for value in (b"-", b"Mon, 99 Foo 20 99:99:99 GMT", b"9" * 99)),
        *(b"Cache-Control: " + value for value in (b"max-age=,=", b'max-age="', b"no-cache")),
        b"Expires: Thu, 31 Dec 99999 23:59:59 GMT",
        b"Date: Sun, 0 Jan 0000 00:00:00 +9999",
        b"Age: x",
        b"Connection: upgrade",
    ]
)
STATUS = st.sampled_from(
    [b"200", b"304", b"301", b"302", b"403", b"429", b"503", b"100", b"2", b"-1", b"99999"]
)
HEADS = st.builds(
    lambda status, fields, body: b"HTTP/1.1 " + status + b" X\r\n" + b"\r\n".join([*fields, b"", body]),
    STATUS,
    st.lists(st.one_of(FIELDS, st.binary(max_size=40)), max_size=5),
    st.one_of(st.binary(max_size=60), st.just(gzip.compress(FEED)), st.just(b"3\r\nabc\r\n0\r\n\r\n")),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=st.one_of(HEADS, st.binary(max_size=200)))
def test_whatever_a_server_says_there_is_an_answer_or_a_reason(changeable: Wire, answer: bytes) -> None:
    """Nothing that comes over the wire ends in an error of another kind."""
    changeable.pieces = [answer]
    try:
        assert isinstance(get(changeable.url), Answer)
    except FetchError as error:
        checked(error, changeable.url)
