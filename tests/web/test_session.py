"""Connections are kept as long as they are of use; proxies are used where they are set."""

from __future__ import annotations

import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator

import pytest

from presswatch.feeds.values import Validators
from presswatch.web.fetch import fetch, open_session
from tests.web.asking import FEED, OK, PUBLIC_ONLY, RULES, get, refusal
from tests.web.conftest import Serve


class Counting(socketserver.ThreadingTCPServer):
    """Answers "not modified", keeps connections, and counts them."""

    daemon_threads = True
    connections = 0
    open = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.closed = threading.Condition(self.lock)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/feed.xml"


class Handler(socketserver.StreamRequestHandler):
    """One connection."""

    server: Counting

    def handle(self) -> None:
        """Answer until the other side goes."""
        with self.server.lock:
            self.server.connections += 1
            self.server.open += 1
        while self.rfile.readline():
            while self.rfile.readline().strip():
                pass
            self.wfile.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        with self.server.closed:
            self.server.open -= 1
            self.server.closed.notify_all()


@pytest.fixture
def servers() -> Iterator[list[Counting]]:
    """Five hosts."""
    started = [Counting() for _ in range(5)]
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in started]
    for thread in threads:
        thread.start()
    yield started
    for server in started:
        server.shutdown()
        server.server_close()
    for thread in threads:
        thread.join()


def test_feeds_of_a_host_share_a_connection(servers: list[Counting]) -> None:
    """A 304 ends nothing."""
    with open_session(RULES) as session:
        for _ in range(5):
            fetch(session, servers[0].url, Validators('"v1"'), RULES)
    assert servers[0].connections == 1


def test_connections_to_other_hosts_are_let_go(servers: list[Counting]) -> None:
    """However many hosts a session asks, it keeps a handful of connections."""
    with open_session(RULES) as session:
        for server in servers:
            fetch(session, server.url, Validators('"v1"'), RULES)
        for server in servers[:-2]:
            with server.closed:
                assert server.closed.wait_for(lambda server=server: server.open == 0, 5)  # type: ignore[misc]
        assert [server.open for server in servers[-2:]] == [1, 1]


def test_a_proxy_of_the_environment_is_used(wire: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the world is reached by way of a proxy, feeds are too; ``NO_PROXY`` is obeyed."""
    proxy = wire(OK + b"\r\n" + FEED).removesuffix("/feed.xml")
    direct = wire(OK + b"\r\nby myself")
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert get("http://feeds.example.invalid/feed.xml").body == FEED
    assert get(direct).body == b"by myself"


class Tunnel(socketserver.StreamRequestHandler):
    """Takes a CONNECT, and carries bytes both ways."""

    def handle(self) -> None:
        """Carry until one side goes."""
        host, _, port = self.rfile.readline().split()[1].decode().partition(":")
        while self.rfile.readline().strip():
            pass
        with socket.create_connection((host, int(port)), 5) as target:
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
            ways = {self.connection: target, target: self.connection}
            while True:
                for side in select.select(list(ways), [], [], 5)[0]:
                    data = side.recv(65_536)
                    if not data:
                        return
                    ways[side].sendall(data)


def test_a_proxy_is_tunnelled_through_for_https(
    wire: Serve, trusted: ssl.SSLContext, self_made: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate that is verified is the feed's."""
    monkeypatch.delenv("no_proxy", raising=False)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.server_address[1]}")
        try:
            assert get(wire(OK + b"\r\n" + FEED, tls=trusted)).body == FEED
            assert "self-signed" in refusal(wire(OK + b"\r\n" + FEED, tls=self_made)).reason
        finally:
            proxy.shutdown()
            thread.join()


def test_a_proxy_makes_no_address_public(wire: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """What isn't read directly isn't read by way of a proxy either."""
    monkeypatch.setenv("http_proxy", wire(OK + b"\r\n" + FEED))
    monkeypatch.delenv("no_proxy", raising=False)
    assert "is private" in refusal("http://10.0.0.1/", PUBLIC_ONLY).reason
    assert refusal("http://no-such-host.invalid/", PUBLIC_ONLY).reason.startswith(
        "no connection: the host name"
    )


def test_a_proxy_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It isn't the feed's host that is down."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    reason = refusal("http://feeds.example.invalid/").reason
    assert reason == "no connection by way of the proxy: connection refused"
