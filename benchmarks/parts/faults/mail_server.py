"""A mail server that misbehaves on order."""

from __future__ import annotations

import socket
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from benchmarks.parts.faults.arrivals import AS_USUAL, Desk
from benchmarks.parts.faults.listening import listening


class _HungUp(Exception):
    """The conversation is over."""


@dataclass
class MailServer:
    """Its port, and the TLS that it offers by STARTTLS at present; ``None``: it offers none."""

    port: int = 0
    tls: ssl.SSLContext | None = None


@contextmanager
def serve_mail(desk: Desk) -> Iterator[MailServer]:
    """Serve on a free port of the loopback address until the block ends."""
    server = MailServer()

    class Handler(socketserver.BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            self.carried, self.recipient = 0, ""
            self.lines = self.request.makefile("rb")
            try:
                self._obey("greet", "220 here")
                self._talk()
            except (_HungUp, OSError, ValueError):
                pass
            finally:
                self.lines.close()
                self.request.close()

        def _talk(self) -> None:
            for line in iter(self._line, b""):
                command, _, rest = line.decode("ascii", "replace").strip().partition(" ")
                match command.upper():
                    case "EHLO":
                        offers = ("here", *(["STARTTLS"] if server.tls else []), *desk.offers)
                        self._say(*(f"250-{offer}" for offer in offers), "250 HELP")
                    case "STARTTLS" if server.tls:
                        self._say("220 go on")
                        self.request = server.tls.wrap_socket(self.request, server_side=True)
                        self.lines = self.request.makefile("rb")
                    case "AUTH":
                        self._obey("auth", "235 welcome")
                    case "MAIL":
                        self.recipient = ""
                        self._obey("mail", "250 fine")
                    case "RCPT":
                        self.recipient = rest.partition("<")[2].rstrip("> ")
                        self._obey("rcpt", "250 fine")
                    case "DATA":
                        self._take()
                    case "RSET":
                        self._obey("rset", "250 fine")
                    case "QUIT":
                        self._say("221 bye")
                        return
                    case _:
                        self._say("502 what?")

        def _take(self) -> None:
            if not self._obey("data", "354 go on"):
                return
            content = b""
            for line in iter(self._line, b""):
                if line == b".\r\n":
                    break
                content += line[1:] if line.startswith(b".") else line
            else:
                raise _HungUp
            order = desk.order("content", self.recipient, self.carried)
            if order in AS_USUAL or order.startswith("keep"):
                mail = message_from_bytes(content, policy=policy.default)
                assert isinstance(mail, EmailMessage)
                body = mail.get_body(("plain",))
                assert body is not None
                answered = not order.startswith("keep")
                desk.keep(self.recipient, str(mail["Message-ID"]), body.get_content(), answered=answered)
            self.carried += 1
            self._do(order, "250 kept")

        def _obey(self, step: str, usual: str) -> bool:
            """Say what is usual, unless there is another order; whether it was the usual."""
            order = desk.order(step, self.recipient, self.carried)
            self._do(order, usual)
            return order in AS_USUAL

        def _do(self, order: str, usual: str) -> None:
            what = order.removeprefix("keep and ")
            if what == "drop":
                raise _HungUp
            if what == "hang":
                desk.held.set()
                self.request.recv(1)
                raise _HungUp
            desk.pause(what)
            self._say(what if what[:1].isdigit() else usual)
            if what.startswith("421"):
                raise _HungUp

        def _line(self) -> bytes:
            return self.lines.readline(10_000)

        def _say(self, *lines: str) -> None:
            self.request.sendall("".join(f"{line}\r\n" for line in lines).encode())

    with listening(Handler, desk) as server.port:
        yield server
