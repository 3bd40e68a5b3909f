"""One HTTP POST, against real servers, some of which misbehave."""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import format_datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notifiers.hooks.posting import post
from presswatch.errors import DeliveryError
from presswatch.times import utc_now

SECRET = "T0KEN-of-the-hook"


def said(url: str, *, label: str = "receiver", timeout: float = 30) -> str:
    """What a post of two bytes gives."""
    return post(url, b"{}", {"Content-Type": "application/json"}, timeout=timeout, label=label)


@contextmanager
def raw_server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that lets the function answer one request, after the head of it was read."""

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65_536)
            with suppress(OSError):  # the client may have had enough
                answer(connection)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_receiver_that_asks_to_wait_is_heard(httpserver: HTTPServer, status: int, form: str) -> None:
    """In both forms of Retry-After (RFC 9110, section 10.2.3); nothing else is sent there meanwhile."""
    now = utc_now()
    after = "120" if form == "seconds" else format_datetime(now + timedelta(seconds=120), usegmt=True)
    headers = {"Retry-After": after, "Date": format_datetime(now, usegmt=True)}
    httpserver.expect_request("/").respond_with_data("slow down", status=status, headers=headers)
    with pytest.raises(DeliveryError) as caught:
        said(httpserver.url_for("/"))
    assert caught.value.retry_after == 120
    assert caught.value.unreachable
    assert not caught.value.permanent


@pytest.mark.parametrize("after", ["soon", "-5", ""])
def test_what_is_no_time_to_wait_is_none(httpserver: HTTPServer, after: str) -> None:
    """The delivery is tried again at the usual time, and others are not held up."""
    httpserver.expect_request("/").respond_with_data(status=503, headers={"Retry-After": after})
    with pytest.raises(DeliveryError) as caught:
        said(httpserver.url_for("/"))
    assert caught.value.retry_after is None
    assert not caught.value.unreachable


def test_gone_is_final(httpserver: HTTPServer) -> None:
    """410 says that the address will not come back: Standard Webhooks has the sender stop."""
    httpserver.expect_request("/").respond_with_data(status=410, headers={"Retry-After": "5"})
    with pytest.raises(DeliveryError, match="410") as caught:
        said(httpserver.url_for("/"))
    assert caught.value.permanent
    assert caught.value.retry_after is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_goes_where_a_redirect_leads(httpserver: HTTPServer, status: int) -> None:
    """Not the body, and not a request of any other kind; the redirect is no acceptance."""
    httpserver.expect_request("/").respond_with_data(
        status=status, headers={"Location": httpserver.url_for("/elsewhere")}
    )
    with pytest.raises(DeliveryError, match=str(status)) as caught:
        said(httpserver.url_for("/"))
    assert not caught.value.permanent
    assert [request.path for request, _ in httpserver.log] == ["/"]


def test_a_head_without_end_is_cut_off() -> None:
    """A megabyte of headers is no answer."""

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X: " + b"x" * 60_000 + b"\r\n")

    with raw_server(endless) as url, pytest.raises(DeliveryError) as caught:
        said(url)
    assert not caught.value.permanent


def test_interim_answers_without_end_are_cut_off() -> None:
    """However many of them come: they are counted as what is received."""

    def endless(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    with raw_server(endless) as url, pytest.raises(DeliveryError) as caught:
        said(url)
    assert not caught.value.permanent


def test_a_head_that_trickles_is_given_up_on() -> None:
    """Each byte is in time; the whole of it is not."""

    def trickle(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"H")
            stopped.wait(0.05)

    stopped = threading.Event()
    with raw_server(trickle) as url, pytest.raises(DeliveryError, match="receiver: ") as caught:
        said(url, timeout=0.2)
    assert caught.value.unreachable


def test_a_body_without_end_is_not_read() -> None:
    """The status is the answer; of the rest, the beginning is enough."""

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    with raw_server(endless) as url:
        assert said(url) == f"HTTP 200 OK: {'x' * 200}"


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 two hundred\r\n\r\n"])
def test_what_is_no_http_is_no_acceptance(answer: bytes) -> None:
    """It may have been, so it is tried again, under the same identity."""
    with raw_server(lambda connection: connection.sendall(answer)) as url, pytest.raises(DeliveryError) as e:
        said(url)
    assert e.value.unreachable
    assert not e.value.permanent


def test_a_status_without_words_is_enough() -> None:
    """RFC 9112, section 4: the reason phrase may be missing."""
    with raw_server(lambda connection: connection.sendall(b"HTTP/1.1 204\r\n\r\n")) as url:
        assert said(url) == "HTTP 204"


def test_a_password_of_the_netrc_is_not_sent(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What is for other programs goes to nobody by ours."""
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine localhost login me password hush\n")
    monkeypatch.setenv("NETRC", str(netrc))
    httpserver.expect_request("/").respond_with_data("")
    said(httpserver.url_for("/"))
    assert "Authorization" not in httpserver.log[0][0].headers


@pytest.mark.parametrize("status", [200, 404])
def test_a_receiver_that_repeats_the_address_does_not_have_it_stored(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """Many frameworks answer "Cannot POST /the/path"; what is said goes into the archive."""

    def repeat(request: Request) -> Response:
        return Response(f"Cannot POST {request.full_path}, that is {request.path}", status=status)

    httpserver.expect_request(f"/services/{SECRET}").respond_with_handler(repeat)
    url = httpserver.url_for(f"/services/{SECRET}") + "?token=other%2Ftoken"
    with caplog.at_level(1):
        try:
            words = said(url, label="127.0.0.1")
        except DeliveryError as error:
            words = error.said
    assert "Cannot POST" in words
    logged = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert any("POST" in message for message in logged), "what is looked through is there"
    for text in (words, *logged):
        assert SECRET not in text
        assert "other" not in text


def test_an_address_that_nobody_answers_at_does_not_stand_in_the_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever logs the error with all that led to it logs no secret."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/services/{SECRET}"
    with caplog.at_level(1), pytest.raises(DeliveryError) as caught:
        said(url, label="127.0.0.1")
    logging.getLogger("of.someone").error("it failed", exc_info=caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in caplog.text


def test_what_the_label_shows_is_not_hidden(httpserver: HTTPServer) -> None:
    """An address that stands in the configuration is named; its query is not."""
    httpserver.expect_request("/presswatch-hook").respond_with_data("no /presswatch-hook?key=abcdef")
    url = httpserver.url_for("/presswatch-hook")
    assert said(f"{url}?key=abcdef", label=url) == "HTTP 200 OK: no /presswatch-hook?key=…"
