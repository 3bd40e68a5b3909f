"""What receivers that misbehave on order are asked, and what arrives at them."""

from __future__ import annotations

import ipaddress
import re
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


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


Orders = Callable[[Asked], str]
"""What to do: nothing special (""), a reply ("550 No such user"), ``drop`` (hang up without a word), ``hang``
(say nothing until the other side leaves), ``slow``; and with ``keep and …`` the message is kept first, so
that it has arrived though nobody said so.
"""


@dataclass(frozen=True)
class Arrival:
    """A message that a receiver has kept, in which run of the sender, and whether it said so."""

    recipient: str
    identity: str
    titles: tuple[str, ...]
    run: int
    answered: bool


@dataclass
class Desk:
    """What two receivers share: their orders, what has arrived, in its order, and the cycle at present."""

    orders: Orders = lambda asked: ""
    arrivals: list[Arrival] = field(default_factory=list)
    cycle: int = 0
    busy: int = 0
    slowness: float = 0.1
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    held: threading.Event = field(default_factory=threading.Event)
    _times: Counter[tuple[str, str]] = field(default_factory=Counter)

    def order(self, step: str, recipient: str = "", carried: int = 0) -> str:
        """What to do at this step."""
        with self.lock:
            self._times[step, recipient] += 1
            asked = Asked(step, recipient, self.cycle, self._times[step, recipient], carried)
        return self.orders(asked)

    def keep(self, recipient: str, identity: str, text: str, run: int, *, answered: bool) -> None:
        """A message has arrived; its releases are named "Release 7"."""
        titles = tuple(dict.fromkeys(re.findall(r"Release \d+", text)))
        with self.lock:
            self.arrivals.append(Arrival(recipient, identity, titles, run, answered))

    def enter(self) -> int:
        """A connection begins; which run of the sender it belongs to."""
        with self.lock:
            self.busy += 1
            self.connections += 1
            return self.cycle

    def leave(self) -> None:
        """A connection has ended."""
        with self.lock:
            self.busy -= 1


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate that 127.0.0.1 made itself, as a file and as a server uses it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, both = folder / f"{name}.pem", folder / f"{name}-both.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    public.write_bytes(pem)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    both.write_bytes(pem + key.private_bytes(serialization.Encoding.PEM, *form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return public, context
