"""What receivers that misbehave on order are asked, and what arrives at them."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """A receiver is at a ``step``: for whom, in which cycle, for the how manieth time of this recipient, and
    after how many mails that this connection has carried.
    """

    step: str
    recipient: str
    cycle: int
    nth: int
    carried: int


AS_USUAL = frozenset({"", "slow", "wait"})

Orders = Callable[[Asked], str]
"""What to do: nothing special (""), a reply ("550 No such user"), ``drop`` (hang up without a word), ``hang``
(say nothing until the other side leaves), ``slow``, ``wait`` (until :attr:`Desk.released`); and with
``keep and …`` the message is kept first, so that it has arrived though nobody said so. With ``hang`` and
``wait``, :attr:`Desk.held` says that it has come to that.
"""


def as_usual(asked: Asked) -> str:
    """No order."""
    return ""


@dataclass(frozen=True)
class Arrival:
    """A message that a receiver has kept, in which cycle of the sender's, and whether it said so."""

    recipient: str
    identity: str
    titles: tuple[str, ...]
    cycle: int
    answered: bool


@dataclass
class Desk:
    """What two receivers share: their orders, what the mail server offers (the lines of its answer to EHLO),
    what has arrived, in its order, and the cycle at present.
    """

    orders: Orders = as_usual
    offers: tuple[str, ...] = ("SIZE 10000000",)
    slowness: float = 0.1
    arrivals: list[Arrival] = field(default_factory=list)
    cycle: int = 0
    connections: int = 0
    entered: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    _busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _times: Counter[tuple[str, str]] = field(default_factory=Counter)

    def order(self, step: str, recipient: str = "", carried: int = 0) -> str:
        """What to do at this step."""
        with self._lock:
            self._times[step, recipient] += 1
            asked = Asked(step, recipient, self.cycle, self._times[step, recipient], carried)
            return self.orders(asked)

    def pause(self, what: str) -> None:
        """Do what is ordered of ``slow`` and ``wait``."""
        if what == "slow":
            time.sleep(self.slowness)
        elif what == "wait":
            self.held.set()
            self.released.wait()

    def keep(self, recipient: str, identity: str, text: str, *, answered: bool) -> None:
        """A message has arrived; its releases are named "Release 7"."""
        titles = tuple(dict.fromkeys(re.findall(r"Release \d+", text)))
        with self._lock:
            self.arrivals.append(Arrival(recipient, identity, titles, self.cycle, answered))

    def enter(self) -> None:
        """A connection begins. A server says so in the thread that accepts, so that none is overlooked."""
        with self._lock:
            self._busy += 1
            self.connections += 1
        self.entered.set()

    def leave(self) -> None:
        """A connection has ended."""
        with self._lock:
            self._busy -= 1

    def wait_until_idle(self) -> None:
        """Until every connection that was accepted has ended."""
        while self._busy:
            time.sleep(0.002)


def told(arrivals: list[Arrival]) -> dict[tuple[str, str], list[Arrival]]:
    """The arrivals that tell a recipient of a release, in their order."""
    found: dict[tuple[str, str], list[Arrival]] = {}
    for arrival in arrivals:
        for title in arrival.titles:
            found.setdefault((arrival.recipient, title), []).append(arrival)
    return found
