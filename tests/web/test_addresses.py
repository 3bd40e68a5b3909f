"""Only public addresses are connected to, however they are written or reached."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from requests.adapters import HTTPAdapter
from urllib3.util.connection import HAS_IPV6

from presswatch.errors import FetchError
from presswatch.web import addresses
from presswatch.web.addresses import is_public
from presswatch.web.fetch import fetch, open_session
from tests.web.asking import FEED, NOTHING, OK, PUBLIC_ONLY, RULES, get, refusal, unused_port
from tests.web.conftest import Serve


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
        "shortened, in hexadecimal": f"http://0x7f.1:{port}/",
        "percent-encoded": f"http://%31%32%37.0.0.1:{port}/",
        "in octal, by part": f"http://0177.0.0.1:{port}/",
        "IPv4 in IPv6, the old way": f"http://[::127.0.0.1]:{port}/",
        "IPv6, this site, the old way": "http://[fec0::1]/",
        "a cloud's metadata, IPv6": "http://[fd00:ec2::254]/",
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


NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.1.2.3
    100.64.0.1 100.127.255.255 100.100.100.200 127.0.0.1 127.255.255.255 168.63.129.16
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1
    198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::a00:1 64:ff9b::8.8.8.8
    64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1 2001:10::1 2002:7f00:1:: 2002:808:808:: 3fff::1
    4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 febf::1 fec0::1 feff::1 ff02::1 ff0e::1
""".split()
PUBLIC = (
    "1.1.1.1 8.8.8.8 93.184.215.14 100.63.255.255 100.128.0.1 172.32.0.1 2606:4700::1111 2a00:1450::1".split()
)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public(address: str) -> None:
    """Each kind of address that isn't one of the internet at large."""
    if ":" in address or HAS_IPV6:
        assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public(address: str) -> None:
    """And the neighbours of those kinds, which are."""
    if ":" not in address or HAS_IPV6:
        assert is_public(address)


class Names:
    """Stands for the name service: gives names addresses, one list after the other, and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._real = socket.getaddrinfo
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)

    def _look_up(self, host: str, port: int, *rest: Any, **options: Any) -> list[Any]:
        if host not in self.answers:
            return self._real(host, port, *rest, **options)
        self.asked.append(host)
        found = self.answers[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    def call_public(self, *public: str) -> None:
        """Take these addresses of this machine for public ones."""
        self._patch.setattr(addresses, "is_public", lambda address: address in public)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A name service to set up."""
    return Names(monkeypatch)


def at(wire: Serve, host: str) -> str:
    """The address of a feed on this machine, under a name."""
    return wire(OK + b"\r\n" + FEED).replace("127.0.0.1", host)


def test_a_second_address_is_tried(wire: Serve, names: Names) -> None:
    """Where the first address of a host takes no connection, the next one may."""
    names.answers["two.example"] = [["127.0.0.2", "127.0.0.1"]]
    assert get(at(wire, "two.example")).body == FEED


def test_a_dead_address_leaves_time_for_another(wire: Serve, names: Names) -> None:
    """An address that doesn't even refuse takes its share of the time-out, and no more."""
    url = at(wire, "two.example")
    port = int(url.split(":")[2].split("/")[0])
    names.answers["two.example"] = [["127.0.0.2", "127.0.0.1"]]
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.create_server(("127.0.0.2", port), backlog=0))
        deaf.setblocking(False)
        for _ in range(2):  # a full queue answers nobody
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.2", port))
        begun = time.monotonic()
        assert get(url, rules=replace(RULES, timeout=1)).body == FEED
    assert time.monotonic() - begun >= 0.4


def test_every_address_is_checked(names: Names) -> None:
    """A host whose second address is private is not connected to there either."""
    names.answers["two.example"] = [["127.0.0.1", "127.0.0.2"]]
    names.call_public("127.0.0.1")
    reason = refusal(f"http://two.example:{unused_port()}/", PUBLIC_ONLY).reason
    assert reason == "no connection: connection refused"


def test_a_private_address_is_passed_over(wire: Serve, names: Names) -> None:
    """A host that also has a public address is read there."""
    names.answers["two.example"] = [["10.0.0.1", "127.0.0.1"]]
    names.call_public("127.0.0.1")
    assert get(at(wire, "two.example"), rules=PUBLIC_ONLY).body == FEED


def test_a_name_is_looked_up_once(wire: Serve, names: Names) -> None:
    """What was judged is connected to; a name server that answers otherwise the next time isn't asked."""
    names.answers["rebound.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    names.call_public("127.0.0.1")
    assert get(at(wire, "rebound.example"), rules=PUBLIC_ONLY).body == FEED
    assert names.asked == ["rebound.example"]


def test_a_name_for_a_private_address_is_refused(names: Names) -> None:
    """A public name makes no address public."""
    names.answers["inside.example"] = [["192.168.7.8"]]
    reason = refusal("http://inside.example/", PUBLIC_ONLY).reason
    assert reason == "the address 192.168.7.8 is private; see allow_private_addresses"


@pytest.mark.parametrize("port", [21, 22, 25, 110, 445, 3306, 5432, 6379, 11211, 27017, 9200, 8086, 2375])
def test_a_port_of_another_service_is_refused(port: int) -> None:
    """A feed can't make us speak to a mail server or a database."""
    reason = refusal(f"http://192.0.2.1:{port}/", PUBLIC_ONLY).reason
    assert reason == f"port {port} is not one that feeds are served on; see allow_private_addresses"


@pytest.mark.parametrize("port", [80, 443, 1024, 8000, 8080, 8443, 40000])
def test_a_port_of_the_web_is_not_refused(port: int) -> None:
    """Odd ports are used by real sites."""
    assert "is private" in refusal(f"http://192.0.2.1:{port}/", PUBLIC_ONLY).reason


def test_a_redirect_to_another_service_is_refused(wire: Serve) -> None:
    """Ports are looked at on each hop."""
    url = wire(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1:6379/\r\n\r\n")
    with open_session(PUBLIC_ONLY) as session:
        session.mount(url, HTTPAdapter())
        with pytest.raises(FetchError, match="port 6379"):
            fetch(session, url, NOTHING, PUBLIC_ONLY)


def test_any_port_is_allowed_with_private_addresses(monkeypatch: pytest.MonkeyPatch, wire: Serve) -> None:
    """Who reads a server of their own may have it where they like."""
    url = wire(OK + b"\r\n" + FEED)
    port = int(url.split(":")[2].split("/")[0])
    monkeypatch.setattr(addresses, "_OTHER_SERVICES", frozenset({port}))
    assert get(url, rules=RULES).body == FEED
    assert "port" in refusal(url, PUBLIC_ONLY).reason
