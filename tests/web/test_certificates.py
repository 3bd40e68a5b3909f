"""Certificates are verified, against a bundle that is read once."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from presswatch.web.fetch import fetch, open_session
from tests.web.asking import FEED, NOTHING, OK, RULES, get, refusal
from tests.web.conftest import Authority, Serve


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment names a bundle, whoever runs the tests."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(variable, raising=False)


def test_a_certificate_that_nobody_vouches_for_is_refused(wire: Serve, self_made: ssl.SSLContext) -> None:
    """TLS is verified, and the error says that the certificate is what failed."""
    reason = refusal(wire(OK + b"\r\n" + FEED, tls=self_made)).reason
    assert reason.startswith("the certificate or TLS failed: ")
    assert "self" in reason


def test_plain_http_on_a_tls_port_is_refused(wire: Serve) -> None:
    """A server that speaks no TLS is said to fail at it."""
    url = wire(OK + b"\r\n" + FEED).replace("http:", "https:")
    assert refusal(url).reason.startswith("the certificate or TLS failed: ")


def test_a_good_certificate_is_accepted(wire: Serve, trusted: ssl.SSLContext) -> None:
    """Who is vouched for by somebody in the bundle is read."""
    assert get(wire(OK + b"\r\n" + FEED, tls=trusted)).body == FEED


BAD = {
    "expired": ({"days": -1}, "certificate has expired"),
    "of another address": (
        {"name": "127.0.0.9"},
        "IP address mismatch, certificate is not valid for '127.0.0.1'",
    ),
    "of a host": ({"name": "h.example"}, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
}


@pytest.mark.parametrize(("options", "reason"), BAD.values(), ids=BAD)
def test_a_bad_certificate_is_refused(
    wire: Serve, authority: Authority, trusted: ssl.SSLContext, options: dict[str, Any], reason: str
) -> None:
    """Also after a good one, in the same process and the same session."""
    with open_session(RULES) as session:
        assert fetch(session, wire(OK + b"\r\n" + FEED, tls=trusted), NOTHING, RULES).body == FEED
    url = wire(OK + b"\r\n" + FEED, tls=authority.server(**options))
    assert refusal(url).reason == f"the certificate or TLS failed: {reason}"


def test_nothing_switches_verification_off(
    wire: Serve, self_made: ssl.SSLContext, trusted: ssl.SSLContext
) -> None:
    """The context is everybody's: a request that doesn't want to verify changes it for nobody."""
    with open_session(RULES) as session, pytest.raises(OSError, match="self-signed"):
        session.get(wire(OK + b"\r\n" + FEED, tls=self_made), verify=False)
    assert get(wire(OK + b"\r\n" + FEED, tls=trusted)).body == FEED
    assert "self-signed" in refusal(wire(OK + b"\r\n" + FEED, tls=self_made)).reason


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_names_the_bundle(
    wire: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """Whoever has an authority of their own names it, as for other programs."""
    url = wire(OK + b"\r\n" + FEED, tls=authority.server())
    assert "unable to get local issuer" in refusal(url).reason
    monkeypatch.setenv(variable, str(authority.bundle))
    assert get(url).body == FEED


def test_a_bundle_that_is_not_there_is_said_so(
    wire: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, httpserver: HTTPServer
) -> None:
    """The reason names the variable; feeds on plain HTTP are read as ever."""
    url = wire(OK + b"\r\n" + FEED, tls=authority.server())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    reason = refusal(url).reason
    assert reason.startswith("the trusted certificates cannot be read: REQUESTS_CA_BUNDLE names /")
    assert reason.endswith("none.pem: No such file or directory")
    httpserver.expect_request("/feed.xml").respond_with_data(FEED)
    assert get(httpserver.url_for("/feed.xml")).body == FEED


def test_a_bundle_that_holds_nothing_is_said_so(
    wire: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file of something else is no bundle."""
    (tmp_path / "odd.pem").write_text("nothing")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "odd.pem"))
    reason = refusal(wire(OK + b"\r\n" + FEED, tls=authority.server())).reason
    assert "SSL_CERT_FILE names" in reason


def test_the_bundle_is_read_once(
    wire: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Connections, sessions and threads share what was read: reading it costs more than a request."""
    reads: list[object] = []
    read = ssl.SSLContext.load_verify_locations

    def count(self: ssl.SSLContext, *args: object, **options: object) -> None:
        reads.append(options)
        read(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
    (tmp_path / "own.pem").write_bytes(authority.bundle.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "own.pem"))
    urls = [wire(OK + b"\r\n" + FEED, tls=authority.server()) for _ in range(4)]
    threads = [threading.Thread(target=get, args=(url,)) for url in urls for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1
