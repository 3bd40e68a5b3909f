"""How often a password may be tried: five times at once, then ever more slowly, for each address apart."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass

FREE = 5
"""Wrong passwords after which one has to wait: people mistype."""
LONGEST_WAIT = 60.0
"""Seconds. Longer would keep people out who share an address with whoever guesses; 1,440 tries a day find no
password worth the name.
"""
FORGOTTEN = 3600.0
"""Seconds without a wrong password after which it begins anew."""

_MOST_ADDRESSES = 10_000
_NETWORK_BITS = 64  # of an IPv6 address: whoever has one has all of its network's


@dataclass(frozen=True, slots=True)
class Failures:
    """So many wrong passwords, the last at a time (seconds of any clock that only runs)."""

    count: int
    last: float

    def wait(self, now: float) -> float:
        """For how many seconds the next try isn't taken: 1, 2, 4 … up to :data:`LONGEST_WAIT`."""
        if self.count < FREE:
            return 0.0
        pause = min(2.0 ** min(self.count - FREE, 16), LONGEST_WAIT)
        return max(0.0, self.last + pause - now)


class Tries:
    """The failures of each address, of the latest so many addresses."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, Failures] = OrderedDict()

    def wait(self, address: str, now: float) -> float:
        """For how many seconds no try from there is taken."""
        return self._known(network(address), now).wait(now)

    def failed(self, address: str, now: float) -> None:
        """A wrong password came from there."""
        who = network(address)
        self._failures[who] = Failures(self._known(who, now).count + 1, now)
        self._failures.move_to_end(who)
        if len(self._failures) > _MOST_ADDRESSES:
            self._failures.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """The right one did."""
        self._failures.pop(network(address), None)

    def _known(self, who: str, now: float) -> Failures:
        known = self._failures.get(who, Failures(0, now))
        return known if now - known.last < FORGOTTEN else Failures(0, now)


def network(address: str) -> str:
    """What of an address stays the same for one who has many: all of IPv4, half of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if mapped := getattr(found, "ipv4_mapped", None):
        return str(mapped)
    return str(ipaddress.ip_network((int(found), _NETWORK_BITS), strict=False))
