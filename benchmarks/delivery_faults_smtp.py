"""A mail server that misbehaves on order."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from benchmarks.delivery_faults_arrivals import Desk


class _HungUp(Exception):
    """The conversation is over."""


@dataclass
class MailServer:
    """Its port, and the TLS that it offers by STARTTLS at present; ``None``: it offers none."""

    port: int
    tls: ssl.SSLContext | None = None


@contextmanager
def serve_mail(desk: Desk) -> Iterator[MailServer]:
    """Serve on a free port of the loopback address until the block ends."""

    class Handler(socketserver.BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            self.run, self.carried = desk.enter(), 0
            self.lines = self.request.makefile("rb")
            try:
                self._obey("greet", "", "220 here")
                self._talk()
            except (_HungUp, OSError, ValueError):
                pass
            finally:
                self.lines.close()
                self.request.close()
                desk.leave()

        def _talk(self) -> None:
            recipient = ""
            for line in iter(self._line, b""):
                command, _, rest = line.decode("ascii", "replace").strip().partition(" ")
                match command.upper():
                    case "EHLO":
                        self._say("250-here", *(["250-STARTTLS"] if server.tls else []), "250 SIZE 10000000")
                    case "STARTTLS" if server.tls:
                        self._say("220 go on")
                        self.request = server.tls.wrap_socket(self.request, server_side=True)
                        self.lines = self.request.makefile("rb")
                    case "MAIL":
                        self._obey("mail", "", "250 fine")
                    case "RCPT":
                        recipient = rest.partition("<")[2].rstrip("> ")
                        self._obey("rcpt", recipient, "250 fine")
                    case "DATA":
                        self._take(recipient)
                    case "QUIT":
                        self._say("221 bye")
                        return
                    case "RSET":
                        self._say("250 fine")
                    case _:
                        self._say("502 what?")

        def _take(self, recipient: str) -> None:
            if not self._obey("data", recipient, "354 go on"):
                return
            content = b""
            for line in iter(self._line, b""):
                if line == b".\r\n":
                    break
                content += line[1:] if line.startswith(b".") else line
            else:
                raise _HungUp
            order = desk.order("content", recipient, self.carried)
            if order in {"", "slow"} or order.startswith(("2", "keep")):
                mail = message_from_bytes(content, policy=policy.default)
                assert isinstance(mail, EmailMessage)
                body = mail.get_body(("plain",))
                assert body is not None
                answered = not order.startswith("keep")
                identity = str(mail["Message-ID"])
                desk.keep(recipient, identity, body.get_content(), self.run, answered=answered)
            self.carried += 1
            self._do(order, "250 kept")

        def _obey(self, step: str, recipient: str, usual: str) -> bool:
            """Say what is usual, unless there is another order; whether it was the usual."""
            order = desk.order(step, recipient, self.carried)
            self._do(order, usual)
            return order in {"", "slow"}

        def _do(self, order: str, usual: str) -> None:
            what = order.removeprefix("keep and ")
            if what == "drop":
                raise _HungUp
            if what == "hang":
                desk.held.set()
                self.request.recv(1)
                raise _HungUp
            if what == "slow":
                time.sleep(desk.slowness)
            self._say(what if what[:1].isdigit() else usual)
            if what.startswith("421"):
                raise _HungUp

        def _line(self) -> bytes:
            return self.lines.readline(10_000)

        def _say(self, *lines: str) -> None:
            self.request.sendall("".join(f"{line}\r\n" for line in lines).encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as listening:
        server = MailServer(listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
