"""Networks that fail: no cycle waits longer than it says, and none fails for a feed's sake."""

from __future__ import annotations

import ssl
import time
from pathlib import Path

import pytest

from tests.hostile.desk import Desk
from tests.hostile.documents import names, releases
from tests.hostile.newsroom import Answer, Newsroom, Reply, head, lead, open_newsroom
from tests.support.ports import free_port
from tests.web.conftest import Authority

GOOD = releases(2, 1)
START_OF_FEED = head("200 OK", "Content-Type: text/xml") + GOOD[:200]
LATE = "the answer was not complete after 2 seconds"
SILENT = "no answer within 1 seconds"
TOO_LARGE = "the answer is larger than 2 MB"
TOO_LONG = "the answer was not complete after 2 seconds"
CASES: dict[str, tuple[Answer, str]] = {
    "never answers": (Reply((), end="hang"), SILENT),
    "falls silent in the head": (Reply((b"HTTP/1.1 200 OK\r\nX: y",), end="hang"), SILENT),
    "falls silent in the body": (Reply((START_OF_FEED,), end="hang"), SILENT),
    "drips its head": (Reply((b"HTTP/1.1 200 OK\r\n",), pause=0.2, again=b"X: y\r\n"), LATE),
    "drips its status": (Reply((b"HTTP/1.1 200 ",), pause=0.2, again=b"O"), LATE),
    "drips its body": (Reply((START_OF_FEED,), pause=0.2, again=b" "), LATE),
    "drips chunks": (
        Reply((head("200 OK", "Transfer-Encoding: chunked"),), pause=0.2, again=b"1\r\n \r\n"),
        LATE,
    ),
    "drips a refusal": (Reply((head("403 Forbidden"),), pause=0.2, again=b" "), "HTTP 403 Forbidden"),
    "has no end": (Reply((START_OF_FEED,), again=b" " * 65_536), TOO_LARGE),
    "has chunks without end": (
        Reply((head("200 OK", "Transfer-Encoding: chunked"),), again=b"10000\r\n" + b" " * 65_536 + b"\r\n"),
        TOO_LARGE,
    ),
    "says to go on without end": (
        Reply((), again=b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
        TOO_LARGE,
    ),
    "resets before its answer": (Reply((), end="reset"), "no connection: connection reset by peer"),
    "closes without an answer": (Reply(()), "no connection: the server closed it without an answer"),
}


@pytest.mark.parametrize(("answer", "reason"), CASES.values(), ids=CASES)
def test_a_bad_network_is_a_failure_within_its_time(
    desk: Desk, newsroom: Newsroom, answer: Answer, reason: str
) -> None:
    """The feed fails for a reason that is told, the healthy one beside it is read, and when the network has
    mended everything is there, once.
    """
    desk.follow(newsroom.show("/feed", releases(1)), fetch="max_size_mb = 2\n")
    desk.cycle()
    newsroom.show("/feed", answer)
    begun = time.monotonic()
    report = desk.cycle()
    assert time.monotonic() - begun < 10
    (failure,) = report.failures
    # On a busy machine an answer without end may take too long before it is too large.
    assert failure.reason in (reason, TOO_LONG if reason == TOO_LARGE else reason)
    assert (desk.archived(), desk.announced()) == (names(1), names(1))
    newsroom.show("/feed", GOOD)
    desk.cycle()
    assert (desk.reason(), desk.announced(), desk.gaps()) == ("", names(1, 2), [])


def test_a_reset_in_the_body_is_a_failure(desk: Desk, newsroom: Newsroom) -> None:
    """What came before it is not taken for the feed."""
    answer = Reply((head("200 OK", f"Content-Length: {len(GOOD)}") + GOOD[:-1],), pause=0.2, end="reset")
    desk.follow(newsroom.show("/feed", answer))
    desk.cycle()
    assert desk.reason() == "the answer broke off: connection reset by peer"
    assert desk.archived() == []


NOWHERE = {
    "a closed port": (f"http://127.0.0.1:{free_port()}/feed", "no connection: connection refused"),
    "a host without an address": (
        "http://no-such-host.invalid/feed",
        "no connection: the host name has no address",
    ),
}


@pytest.mark.parametrize(("url", "reason"), NOWHERE.values(), ids=NOWHERE)
def test_where_nobody_is_there_is_no_connection(desk: Desk, url: str, reason: str) -> None:
    """The feed fails; the neighbour doesn't notice."""
    desk.follow(url)
    for _ in range(2):
        desk.cycle()
        assert (desk.reason().startswith(reason), desk.archived()) == (True, [])


def test_many_that_hang_hold_up_nobody(desk: Desk, newsroom: Newsroom) -> None:
    """Forty hosts that never answer cost the time of one."""
    with open_newsroom("127.0.0.3") as other:
        urls = []
        for number in range(40):
            at = other if number % 2 else newsroom
            urls.append(at.show(f"/{number}", Reply((), end="hang")).replace("127.0.0", f"127.{number}.0"))
        hosts = [url.replace(url.split("/")[2].split(":")[0], f"127.0.1.{n}") for n, url in enumerate(urls)]
        desk.follow(*hosts)
        begun = time.monotonic()
        report = desk.cycle()
        assert time.monotonic() - begun < 15
    assert (report.failed, report.read) == (40, 1)


# TLS


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that nobody believes yet."""
    folder = tmp_path / "tls"
    folder.mkdir()
    return Authority(folder)


def read_over(tls: ssl.SSLContext, desk: Desk) -> str:
    """Read a feed over TLS; why it couldn't be."""
    with open_newsroom(tls=tls) as secure:
        desk.follow(secure.show("/feed", GOOD))
        desk.cycle()
    return desk.reason()


def test_a_certificate_that_nobody_vouches_for_is_refused(desk: Desk, authority: Authority) -> None:
    """What stands behind it is not read."""
    reason = read_over(authority.server(), desk)
    assert reason.startswith("the certificate or TLS failed: unable to get local issuer certificate")
    assert desk.archived() == []


BAD_CERTIFICATES: dict[str, tuple[dict[str, object], str]] = {
    "for another name": ({"name": "newsroom.example"}, "IP address mismatch"),
    "that has ended": ({"days": -1}, "certificate has expired"),
}


@pytest.mark.parametrize(("options", "words"), BAD_CERTIFICATES.values(), ids=BAD_CERTIFICATES)
def test_a_bad_certificate_is_refused(
    desk: Desk,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, object],
    words: str,
) -> None:
    """Also where the authority is believed."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    reason = read_over(authority.server(**options), desk)  # type: ignore[arg-type]
    assert reason.startswith("the certificate or TLS failed:")
    assert words in reason
    assert desk.archived() == []


def test_a_redirect_to_a_bad_certificate_is_refused(
    desk: Desk, newsroom: Newsroom, authority: Authority
) -> None:
    """Every hop is judged."""
    with open_newsroom("127.0.0.3", tls=authority.server()) as secure:
        desk.follow(newsroom.show("/feed", lead(secure.show("/feed", GOOD))))
        desk.cycle()
    assert desk.reason().startswith("the certificate or TLS failed:")
    assert desk.archived() == []


def test_plain_http_where_tls_is_expected_is_refused(desk: Desk, newsroom: Newsroom) -> None:
    """The other way round nothing is read either."""
    desk.follow(newsroom.show("/feed", GOOD).replace("http:", "https:"))
    desk.cycle()
    assert desk.reason().startswith("the certificate or TLS failed:")
    assert desk.archived() == []
