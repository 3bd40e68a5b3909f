"""The channel that mails, against real SMTP servers."""

import re
import socket
import socketserver
import ssl
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from pydantic import ValidationError

from benchmarks.parts.faults.certificates import certificate as make_certificate
from notifiers.mail.options import SmtpOptions
from notifiers.mail.smtp import SmtpNotifier
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError
from tests.support.ports import free_port

Serve = Callable[..., AbstractContextManager[SimpleNamespace]]


class Inbox:
    """An SMTP handler that keeps what it is given, and answers what it is told to."""

    def __init__(
        self, *, mail: str = "250 OK", rcpt: str = "250 OK", data: str = "250 Queued as 4711"
    ) -> None:
        self.answers = {"mail": mail, "rcpt": rcpt, "data": data}
        self.envelopes: list[Envelope] = []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers["mail"]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers["rcpt"]

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return self.answers["data"]


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    """The port of a server that runs until the block ends."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def notifier(port: int, **options: object) -> SmtpNotifier:
    """The channel as configured for the server; without TLS unless asked for."""
    given = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Presswatch <watch@example.org>",
    }
    return SmtpNotifier.open(SmtpOptions.model_validate({**given, **options}))


def refused(port: int, delivery: Delivery, **options: object) -> DeliveryError:
    """The error that sending ends with."""
    with pytest.raises(DeliveryError) as caught:
        notifier(port, **options).send(delivery)
    return caught.value


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate that 127.0.0.1 made itself, as a file and as a server uses it."""
    return make_certificate(tmp_path, "127.0.0.1")


def test_a_mail_arrives_and_the_servers_words_come_back(delivery: Delivery) -> None:
    """One recipient, the bare addresses on the envelope, and both forms of the digest inside."""
    inbox = Inbox()
    with serving(inbox) as port:
        assert notifier(port).send(delivery) == "250 Queued as 4711"
    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("watch@example.org", ["ana@example.org"])
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["From"] == "Presswatch <watch@example.org>"
    assert mail["To"] == "ana@example.org"
    assert "**Secure Communities**" in mail.get_body(("plain",)).get_content()
    assert "<mark" in mail.get_body(("html",)).get_content()


def test_a_second_attempt_sends_the_same_mail(delivery: Delivery) -> None:
    """The Message-ID is the delivery's, so that a mailbox can drop the repetition."""
    inbox = Inbox()
    with serving(inbox) as port:
        for _ in range(2):
            notifier(port).send(delivery)
    first, second = (envelope.content for envelope in inbox.envelopes)
    assert first == second
    assert f"Message-ID: <{delivery.identity}@example.org>".encode() in first


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("550 5.1.1 No such user", True),
        ("552 Too big", True),
        ("450 4.2.1 Greylisted", False),
        ("421 Closing", False),
        ("500 What?", False),
        ("503 AUTH first", False),
        ("521 No mail here", False),
        ("530 Authentication required", False),
    ],
)
def test_a_refusal_for_good_is_told_from_one_for_now(
    delivery: Delivery, step: str, answer: str, permanent: bool
) -> None:
    """5xx is final and 4xx is not; nor is what a person must mend: a login, a proxy in the server's place, a
    sender that isn't allowed, which is the same for everybody.
    """
    permanent = permanent and (step != "mail" or answer.startswith("552"))
    with serving(Inbox(**{step: answer})) as port:
        error = refused(port, delivery)
    said, _, about_the_size = error.said.partition(" (the mail has ")
    assert (said, error.permanent) == (answer, permanent)
    assert bool(about_the_size) == (answer.startswith("552") and step != "rcpt")


def test_a_mail_that_is_too_large_is_not_even_begun(delivery: Delivery) -> None:
    """The server says what it takes, and the person is told both figures."""
    inbox = Inbox()
    with serving(inbox, data_size_limit=5_000) as port:
        error = refused(port, delivery)
    assert error.permanent
    assert "no more than 5,000 (SIZE)" in error.said
    assert inbox.envelopes == []


def test_the_options_of_a_channel_reach_its_mails(delivery: Delivery) -> None:
    """A thread unless told otherwise; a way to leave if there is one."""
    inbox = Inbox()
    with serving(inbox) as port:
        notifier(port).send(delivery)
        notifier(port, threads=False, unsubscribe="mailto:leave@example.org").send(delivery)
    first, second = (message_from_bytes(envelope.content, policy=default) for envelope in inbox.envelopes)
    assert first["References"]
    assert first["List-Unsubscribe"] is None
    assert second["References"] is None
    assert second["List-Unsubscribe"] == "<mailto:leave@example.org>"


@pytest.mark.parametrize(
    ("unsubscribe", "complaint"),
    [
        ("leave@example.org", "neither a mailto: nor an https: address"),
        ("http://example.org/leave", "neither a mailto: nor an https: address"),
        (["mailto:leave@example.org", "javascript:alert(1)"], "neither a mailto: nor an https: address"),
        ("mailto:leave", "not a mail address"),
        ("mailto:leave@example.org?subject=leave the list", "percent-encoded"),
        ("mailto:leave@example.org>, <https://evil.example/", "percent-encoded"),
        ("https://example.org/año", "percent-encoded"),
        ("https://", "not an http or https URL"),
        ("https://me:secret@example.org/", "user name or password"),
        ("https://example.org/{token}", "no other braces"),
        ("https://example.org/" + "x" * 400, "too long"),
    ],
)
def test_a_way_to_leave_that_cannot_be_one_is_a_mistake(unsubscribe: object, complaint: str) -> None:
    """It is found when the configuration is read, and said in words."""
    with pytest.raises(ValidationError, match=complaint):
        notifier(25, unsubscribe=unsubscribe)


def test_an_unsendable_recipient_is_final(delivery: Delivery) -> None:
    """No server is asked."""
    error = refused(free_port(), replace(delivery, recipient="ana@example.org\r\nRCPT TO:<bob@example.org>"))
    assert error.permanent


def test_nobody_there_is_not_final(delivery: Delivery) -> None:
    """The message names the server."""
    port = free_port()
    error = refused(port, delivery)
    assert error.said == f"127.0.0.1:{port}: Connection refused"
    assert not error.permanent


def test_a_server_that_does_not_greet_is_given_up_on(delivery: Delivery) -> None:
    """It costs the timeout, and the digest stays owed."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = refused(silent.getsockname()[1], delivery, timeout=0.2)
    assert "timed out" in error.said
    assert not error.permanent


class Script(socketserver.StreamRequestHandler):
    """A server that says what it is told to, and hangs up after the line that begins with ``stop``."""

    greeting = b"220 here"
    to_data = b"354 go on"
    stop = b"QUIT"

    def handle(self) -> None:
        self.wfile.write(self.greeting + b"\r\n")
        in_data = False
        for line in map(bytes.upper, self.rfile):
            if in_data and line != b".\r\n":
                continue
            in_data = line.startswith(b"DATA")
            self.wfile.write((self.to_data if in_data else b"250 fine") + b"\r\n")
            if line.startswith(self.stop):
                return


@contextmanager
def following(script: type[Script]) -> Iterator[int]:
    """The port of a server that follows the script."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), script) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_acceptance_stands_even_if_the_server_leaves_without_a_word(delivery: Delivery) -> None:
    """Once it has said 250, sending again would be a repetition."""
    leaving = type("Leaving", (Script,), {"stop": b"."})
    with following(leaving) as port:
        assert notifier(port).send(delivery) == "250 fine"


def test_a_server_that_leaves_before_it_accepts_has_not_accepted(delivery: Delivery) -> None:
    """The digest stays owed."""
    leaving = type("Leaving", (Script,), {"stop": b"RCPT"})
    with following(leaving) as port:
        error = refused(port, delivery)
    assert "closed" in error.said
    assert not error.permanent


@pytest.mark.parametrize(
    ("answer", "permanent"), [("554 No", True), ("451 Later", False), ("250 What?", False)]
)
def test_a_server_that_will_not_have_the_message_has_not_accepted(
    delivery: Delivery, answer: str, permanent: bool
) -> None:
    """Whatever it says in place of 354."""
    unwilling = type("Unwilling", (Script,), {"to_data": answer.encode(), "stop": b"DATA"})
    with following(unwilling) as port:
        error = refused(port, delivery)
    assert (error.said, error.permanent) == (answer, permanent)


def test_a_server_that_turns_us_away_at_the_door_is_not_final(delivery: Delivery) -> None:
    """A 554 greeting is about the session, not about this mail."""
    closed = type("Closed", (Script,), {"greeting": b"554 No service here"})
    with following(closed) as port:
        error = refused(port, delivery)
    assert "554 No service here" in error.said
    assert not error.permanent


def test_nothing_is_sent_where_starttls_is_asked_for_and_not_offered(delivery: Delivery) -> None:
    """Someone in between may have taken the offer out: falling back would be what they want."""
    inbox = Inbox()
    with serving(inbox) as port:
        error = refused(port, delivery, security="starttls")
    assert "STARTTLS" in error.said
    assert not error.permanent
    assert inbox.envelopes == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    delivery: Delivery, certificate: tuple[Path, ssl.SSLContext], security: str
) -> None:
    """Encryption with the wrong server is none."""
    inbox = Inbox()
    options = {"tls_context" if security == "starttls" else "ssl_context": certificate[1]}
    with serving(inbox, **options) as port:
        error = refused(port, delivery, security=security)
    assert "the certificate is not trusted: self-signed certificate" in error.said
    assert not error.permanent
    assert inbox.envelopes == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("password", ["right", "wrong"])
def test_a_login_goes_by_tls(
    delivery: Delivery,
    certificate: tuple[Path, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
    security: str,
    password: str,
) -> None:
    """The secrets come from the environment; a wrong one is not final, for a person can mend it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("MAIL_USER", "watch")
    monkeypatch.setenv("MAIL_PASSWORD", password)

    logins = []

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, login: Any) -> AuthResult:
        logins.append(login)
        return AuthResult(success=login == LoginPassword(b"watch", b"right"), handled=False)

    inbox = Inbox()
    options = {"tls_context" if security == "starttls" else "ssl_context": certificate[1]}
    login = {"authenticator": authenticate, "auth_require_tls": security == "starttls"}
    configured = {"security": security, "username_env": "MAIL_USER", "password_env": "MAIL_PASSWORD"}
    with serving(inbox, **options, **login) as port:
        if password == "right":
            assert notifier(port, **configured).send(delivery) == "250 Queued as 4711"
        else:
            error = refused(port, delivery, **configured)
            assert "535" in error.said
            assert "wrong" not in error.said
            assert not error.permanent
    assert LoginPassword(b"watch", password.encode()) in logins
    assert len(inbox.envelopes) == (password == "right")


@pytest.mark.parametrize("password", ["", "pässword"])
def test_a_secret_that_cannot_be_used_stops_the_channel(
    monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    """It is said which variable is wrong, and not what it holds."""
    monkeypatch.setenv("MAIL_USER", "watch")
    monkeypatch.setenv("MAIL_PASSWORD", password)
    with pytest.raises(DeliveryError, match="MAIL_PASSWORD") as caught:
        notifier(25, username_env="MAIL_USER", password_env="MAIL_PASSWORD")
    assert not caught.value.permanent
    assert not password or password not in caught.value.said


def test_the_notifier_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in its repr, which ends up in logs."""
    monkeypatch.setenv("MAIL_USER", "watch")
    monkeypatch.setenv("MAIL_PASSWORD", "hush")
    assert "hush" not in repr(notifier(25, username_env="MAIL_USER", password_env="MAIL_PASSWORD"))


def test_an_address_beyond_ascii_is_written_as_it_is_where_the_server_can(delivery: Delivery) -> None:
    """SMTPUTF8 for what stands before the @, IDNA for what stands behind it."""
    inbox = Inbox()
    with serving(inbox, enable_SMTPUTF8=True) as port:
        notifier(port).send(replace(delivery, recipient="año@bücher.example"))
    (envelope,) = inbox.envelopes
    assert envelope.rcpt_tos == ["año@xn--bcher-kva.example"]
    assert envelope.smtp_utf8
    assert "To: año@xn--bcher-kva.example".encode() in envelope.content


def test_an_address_beyond_ascii_is_final_where_the_server_cannot(delivery: Delivery) -> None:
    """No spelling of it would arrive."""
    with serving(Inbox(), enable_SMTPUTF8=False) as port:
        error = refused(port, replace(delivery, recipient="año@example.org"))
    assert "SMTPUTF8" in error.said
    assert error.permanent


def test_a_domain_beyond_ascii_needs_no_more_of_a_server(delivery: Delivery) -> None:
    """Any server can be given the name that DNS knows."""
    inbox = Inbox()
    with serving(inbox, enable_SMTPUTF8=False) as port:
        notifier(port, sender="Bücher <watch@bücher.example>").send(delivery)
    (envelope,) = inbox.envelopes
    assert envelope.mail_from == "watch@xn--bcher-kva.example"
    assert b"@xn--bcher-kva.example>" in envelope.content


def test_the_servers_that_the_documentation_sets_up_are_sound() -> None:
    """Each is one that a configuration may name, by the port that is said there."""
    page = (Path(__file__).parents[2] / "docs" / "delivery.md").read_text(encoding="utf-8")
    documents = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", page, re.S)]
    channels = [document["channels"][0] for document in documents if "channels" in document]
    options = [
        SmtpOptions.model_validate({key: channel[key] for key in channel if key not in {"id", "type"}})
        for channel in channels
    ]
    assert [each.port_in_use for each in options] == [587, 465, 25, 587]
    assert {channel["type"] for channel in channels} == {"smtp"}
