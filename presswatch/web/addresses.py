"""Where we connect to: only to public addresses, and to ports that the web is served on.

An address is judged after the name has been resolved, and what was judged is connected to: resolving a name
and then connecting to the name again would be no check (DNS rebinding). How a host is written (as a number,
in octal, with a dot at its end) makes no difference to that. The judgement is requests-hardened's, with
what it leaves out.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import requests
from requests_hardened.ip_filter import get_ip_address
from urllib3.exceptions import LocationParseError
from urllib3.util.connection import allowed_gai_family

from presswatch.web.limits import PlainSocket

Place = tuple[socket.AddressFamily, tuple[Any, ...]]
"""An address family, and a socket address of it."""

_WORLD = ipaddress.ip_network("2000::/3")
"""All that is routed in IPv6 (RFC 4291, section 2.4). Outside are ::/96 and ::ffff:0:0/96 (IPv4 written as
IPv6), fc00::/7, fe80::/10, fec0::/10, ff00::/8, 64:ff9b::/96 (NAT64)."""
_METADATA = ipaddress.ip_address("168.63.129.16")  # Azure's, on a public address that isn't routed

_OTHER_SERVICES = frozenset(
    {1080, 1433, 1434, 1521, 1719, 1720, 1723, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 2483, 2484, 3268}
    | {3269, 3306, 3389, 3659, 4045, 4190, 4369, 5060, 5061, 5432, 5433, 5555, 5601, 5671, 5672, 5900, 5901}
    | {5984, 5985, 5986, *range(6000, 6064), 6379, 6380, 6443, 6566, *range(6660, 6670), 6679, 6697, 7000}
    | {7001, 7199, 7473, 7474, 7687, 8086, 8125, 8500, 8529, 9042, 9092, 9100, 9160, 9200, 9300, 10080}
    | {
        10250,
        10255,
        11211,
        15672,
        26257,
        26379,
        27017,
        27018,
        27019,
        28015,
        28017,
        33060,
        50000,
        50070,
        61616,
    }
)
"""Ports of databases, queues, caches, consoles and the like, and those that browsers refuse (the Fetch
standard, "bad port")."""


PRIVATE_SETTING = "allow_private_addresses"
"""The key of ``[fetch]`` that lifts both refusals, which name it."""


class PrivateAddress(OSError):
    """A host has no address but such as we don't connect to."""


class ClosedPort(OSError):
    """A port that the web isn't served on."""


def check_port(port: int | None) -> None:
    """Return for 80, 443 (``None`` stands for them) and any from 1024 on that no well-known service has.

    Raises :class:`ClosedPort` for others: a feed must not make us speak to a mail server or a database.
    """
    if port is None or port in (80, 443) or (port >= 1024 and port not in _OTHER_SERVICES):
        return
    raise ClosedPort(f"port {port} is not one that feeds are served on; see {PRIVATE_SETTING}")


def resolve(host: str, port: int, *, public_only: bool) -> list[Place]:
    """The places of a host, in the order in which to try them: families alternate (RFC 8305, section 4).

    With ``public_only`` those that aren't public are left out, and :class:`PrivateAddress` is raised if
    that leaves none. Other errors are those of ``socket.getaddrinfo``.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, allowed_gai_family(), socket.SOCK_STREAM)
    except UnicodeError:
        raise LocationParseError(f"{host}: a part of the host's name is empty or too long") from None
    places: list[Place] = [(family, address) for family, _, _, _, address in found]
    if public_only:
        private = next((str(address[0]) for _, address in places if not is_public(str(address[0]))), "")
        places = [place for place in places if is_public(str(place[1][0]))]
        if private and not places:
            raise PrivateAddress(f"the address {private} is private; see {PRIVATE_SETTING}")
    return _alternating(places)


def connect(
    places: Sequence[Place], timeout: float | None, options: Sequence[tuple[int, int, int | bytes]]
) -> socket.socket:
    """A connection to the first place that takes one, tried one after the other within the time-out.

    None gets more than its share of the time that is left, so that a dead address can't use up that of a
    living one. Raises the ``OSError`` of the last one that was tried.
    """
    failure = OSError("the host has no address")
    end = None if timeout is None else time.monotonic() + timeout
    for number, (family, address) in enumerate(places):
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            break
        channel = PlainSocket(family, socket.SOCK_STREAM)
        try:
            for option in options:
                channel.setsockopt(*option)
            channel.settimeout(None if left is None else left / (len(places) - number))
            channel.connect(address)
            channel.settimeout(timeout)
        except OSError as error:
            channel.close()
            failure = error
        else:
            return channel
    raise failure


@lru_cache(4096)
def is_public(address: str) -> bool:
    """Whether an IPv4 or IPv6 address is one of the internet at large.

    No: private, loopback, link-local (with the clouds' 169.254.169.254), carriers' 100.64.0.0/10,
    multicast, reserved, unspecified, documentation, IPv4 wrapped into IPv6 in any way (mapped, compatible,
    NAT64, 6to4, Teredo), unique and site-local IPv6.
    """
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast or ip == _METADATA or (ip.version == 6 and ip not in _WORLD):
        return False
    try:
        get_ip_address(address, 0, False)
    except (requests.RequestException, OSError):
        return False
    return True


def _alternating(places: list[Place]) -> list[Place]:
    seen: Counter[int] = Counter()
    turns = []
    for place in places:
        turns.append((seen[place[0]], place))
        seen[place[0]] += 1
    return [place for _, place in sorted(turns, key=lambda turn: turn[0])]
