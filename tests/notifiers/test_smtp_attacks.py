"""Mail servers that never come to an end: each costs a bounded time and memory, and is named."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from benchmarks.parts.faults.arrivals import Desk
from benchmarks.parts.faults.hook_server import serve_hooks
from flows.cycle import load_ready
from notifiers.mail.options import SmtpOptions
from notifiers.mail.smtp import SmtpNotifier
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError
from storage.archive import Archive
from tests.pipeline.test_cycle import cycle
from tests.support.feeds import item, rss
from tests.support.setup import NOW, write_config
from tests.support.site import serve_site

Answer = Callable[[socket.socket], None]
TIMEOUT = 0.1


def _trickle(text: bytes) -> Answer:
    """A byte now and then, each before any time-out."""

    def answer(connection: socket.socket) -> None:
        while True:
            for byte in text:
                connection.sendall(bytes([byte]))
                time.sleep(TIMEOUT / 10)

    return answer


def _endless(text: bytes) -> Answer:
    """The same again and again, as fast as it goes."""
    many = text * (60_000 // len(text))

    def answer(connection: socket.socket) -> None:
        while True:
            connection.sendall(many)

    return answer


@dataclass
class Attack:
    """What is answered to each command that is to be answered otherwise than with ``250 fine``."""

    greeting: Answer | None = None
    ehlo: Answer | None = None
    mail: Answer | None = None
    data: Answer | None = None
    content: Answer | None = None
    quit: Answer | None = None
    deaf: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)


@contextmanager
def attacking(attack: Attack) -> Iterator[int]:
    """The port of a server that attacks."""

    class Handler(socketserver.BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            with suppress(OSError):  # the client has had enough
                self._talk()

        def _talk(self) -> None:
            self._say(attack.greeting, b"220 here\r\n")
            lines = self.request.makefile("rb")
            for line in iter(lambda: lines.readline(10_000), b""):
                command = line[:4].upper()
                if command == b"DATA":
                    self._say(attack.data, b"354 go on\r\n")
                    if attack.deaf:
                        attack.stopped.wait(30)
                        return
                    while lines.readline(100_000) not in (b".\r\n", b""):
                        pass
                    self._say(attack.content, b"250 kept\r\n")
                else:
                    names = {b"EHLO": attack.ehlo, b"MAIL": attack.mail, b"QUIT": attack.quit}
                    self._say(names.get(command), b"250 fine\r\n")

        def _say(self, answer: Answer | None, usual: bytes) -> None:
            if answer:
                answer(self.request)
            else:
                self.request.sendall(usual)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

        def server_bind(self) -> None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            super().server_bind()

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            attack.stopped.set()
            server.shutdown()
            thread.join()


def notifier(port: int, timeout: float = TIMEOUT) -> SmtpNotifier:
    """The channel as configured for the server."""
    given = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "watch@example.org"}
    return SmtpNotifier.open(SmtpOptions.model_validate({**given, "timeout": timeout}))


TRICKLES = {
    "greeting": Attack(greeting=_trickle(b"220-still here\r\n")),
    "one long line of greeting": Attack(greeting=_trickle(b"220 still here ")),
    "extensions": Attack(ehlo=_trickle(b"250-X-ANOTHER\r\n")),
    "answer to the sender": Attack(mail=_trickle(b"250-fine\r\n")),
    "answer to DATA": Attack(data=_trickle(b"354-go\r\n")),
    "answer to the mail": Attack(content=_trickle(b"250-kept\r\n")),
}
FLOODS = {
    "greeting": Attack(greeting=_endless(b"220-still here\r\n")),
    "extensions": Attack(ehlo=_endless(b"250-X-ANOTHER\r\n")),
    "answer to the sender": Attack(mail=_endless(b"250-\r\n")),
    "answer to the mail": Attack(content=_endless(b"250-kept\r\n")),
}
LONG_LINES = {
    "greeting": Attack(greeting=_endless(b"220 ")),
    "answer to the mail": Attack(content=_endless(b"250 ")),
}


def refused(attack: Attack, delivery: Delivery, timeout: float = TIMEOUT) -> DeliveryError:
    """The error that sending ends with."""
    with attacking(attack) as port, pytest.raises(DeliveryError) as caught:
        notifier(port, timeout).send(delivery)
    assert caught.value.said.startswith(f"127.0.0.1:{port}: ")
    assert not caught.value.permanent
    assert caught.value.unreachable, "no other delivery is tried there now"
    return caught.value


@pytest.mark.parametrize("attack", TRICKLES.values(), ids=TRICKLES)
def test_a_server_that_trickles_is_given_up_on(delivery: Delivery, attack: Attack) -> None:
    """One mail has four times the time-out, however many waits it consists of."""
    assert refused(attack, delivery).said.endswith(": it took more than 0.4 seconds in all")


@pytest.mark.parametrize("attack", FLOODS.values(), ids=FLOODS)
def test_a_server_that_floods_is_cut_off(delivery: Delivery, attack: Attack) -> None:
    """It fills no memory: 100,000 bytes are more than any server has to say about a mail."""
    tracemalloc.start()
    try:
        said = refused(attack, delivery, timeout=30).said
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said.endswith(": it said more than 100,000 bytes")
    assert peak < 20_000_000


@pytest.mark.parametrize("attack", LONG_LINES.values(), ids=LONG_LINES)
def test_a_line_without_end_is_cut_off(delivery: Delivery, attack: Attack) -> None:
    """After what a line may have (8,192 bytes)."""
    assert "Line too long" in refused(attack, delivery, timeout=30).said


def test_a_server_that_takes_nothing_is_given_up_on(delivery: Delivery) -> None:
    """It reads none of the mail, which is more than the system keeps for it on the way."""
    digest = delivery.digest
    (first, *_) = digest.sections
    long = replace(first, items=tuple(replace(first.items[0], release_id=n) for n in range(400)))
    error = refused(Attack(deaf=True), replace(delivery, digest=replace(digest, sections=(long,))))
    assert "timed out" in error.said or "in all" in error.said


def test_leaving_is_not_waited_for(delivery: Delivery) -> None:
    """What the server says to QUIT changes nothing, however it says it: the mail is taken."""
    with attacking(Attack(quit=_endless(b"221-bye\r\n"))) as port:
        assert notifier(port).send(delivery) == "250 kept"
    with attacking(Attack(quit=_trickle(b"221-bye\r\n"))) as port:
        assert notifier(port).send(delivery) == "250 kept"


def test_the_other_channels_get_theirs(tmp_path: Path) -> None:
    """The run comes to its end, says who was in the way, and the digest stays owed."""
    desk = Desk()
    with (
        attacking(TRICKLES["greeting"]) as port,
        serve_hooks(desk) as hook,
        serve_site() as site,
    ):
        feed = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
        mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "watch@example.org"}
        watch = load_ready(
            write_config(
                tmp_path,
                [feed],
                channels=[
                    {"id": "mail", "type": "smtp", **mail, "timeout": TIMEOUT},
                    {"id": "hook", "type": "webhook", "url": f"http://127.0.0.1:{hook.port}/hook"},
                ],
                subscriptions=[
                    {"id": "people", "channel": "mail", "recipients": ["ana@example.org", "bo@example.org"]},
                    {"id": "desk", "channel": "hook"},
                ],
            )
        )
        sent = cycle(watch, NOW).deliveries
    assert (sent.sent, sent.failed) == (1, 0)
    assert len(desk.arrivals) == 1
    assert any(f"127.0.0.1:{port}: it took more than" in str(trouble) for trouble in sent.troubles)
    with Archive(watch.archive, read_only=True) as archive:
        assert {state.status for state in archive.deliveries(subscription="people")} == {"pending"}
