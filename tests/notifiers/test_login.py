"""Logging in to a mail server: by an access token, and without a secret in anything that is said."""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from benchmarks.parts.faults.certificates import certificate as make_certificate
from notifiers.hooks.secrecy import blotted
from notifiers.mail.options import SmtpOptions
from notifiers.mail.smtp import SmtpNotifier
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError
from storage.archive import Archive
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.setup import write_config
from tests.support.site import serve_site

USER = "watch@example.org"
REFRESH, CLIENT_SECRET, CLIENT = "1//refresh-of-the-desk", "GOCSPX-secret-of-client", "4711.apps.example"


@dataclass
class Provider:
    """A mail server that takes the tokens in ``good`` and nothing else; its kinds offer what they offer."""

    good: set[str]
    seen: list[str] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 Queued"

    async def judge(self, server: Any, said: str, begin: str) -> AuthResult:
        """Take the token or say what is wrong with it."""
        first, bearer, *end = base64.b64decode(said).decode().split("\x01")
        assert (first, end) == (begin, ["", ""])
        token = bearer.removeprefix("auth=Bearer ")
        self.seen.append(token)
        if token in self.good:
            return AuthResult(success=True, auth_data=USER)
        why = {"status": "401", "schemes": "bearer", "scope": "https://mail.example/"}
        assert await server.challenge_auth(json.dumps(why)) in (b"", b"\x01")
        return AuthResult(success=False, handled=False)


class XOAuth2(Provider):
    """As Google and Microsoft have it."""

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        return await self.judge(server, args[1], f"user={USER}")


class Bearer(Provider):
    """As the standard has it (RFC 7628)."""

    async def auth_OAUTHBEARER(self, server: Any, args: list[str]) -> AuthResult:
        return await self.judge(server, args[1], f"n,a={USER},")


class Old(Provider):
    """It takes no token."""

    async def auth_PASSKEY(self, server: Any, args: list[str]) -> AuthResult:
        return AuthResult(success=False)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate that the channel trusts, as a server uses it."""
    file, context = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


@contextmanager
def providing(provider: Provider, certificate: ssl.SSLContext) -> Iterator[Provider]:
    """The provider, reached by STARTTLS, until the block ends."""
    controller = Controller(
        provider,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=certificate,
        auth_required=True,
        auth_exclude_mechanism=["PLAIN", "LOGIN"],
    )
    controller.start()
    provider.port = controller.port
    try:
        yield provider
    finally:
        controller.stop()


def options(port: int = 587, **given: object) -> SmtpOptions:
    """The channel's options; STARTTLS, and the user of the tests."""
    usual = {"host": "127.0.0.1", "port": port, "sender": f"Presswatch <{USER}>", "username_env": "MAIL_USER"}
    return SmtpOptions.model_validate({**usual, **given})


def notifier(provider: Provider, **given: object) -> SmtpNotifier:
    """The channel as configured for the provider."""
    return SmtpNotifier.open(options(provider.port, **given))


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_USER", USER)
    monkeypatch.setenv("REFRESH", REFRESH)
    monkeypatch.setenv("CLIENT", CLIENT)
    monkeypatch.setenv("CLIENT_SECRET", CLIENT_SECRET)


@dataclass
class TokenServer:
    """A token endpoint that gives the ``tokens`` one after the other, and keeps what it was asked."""

    url: str
    tokens: list[str]
    lasts: int = 3600
    refusal: dict[str, str] | None = None
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        """As RFC 6749 has it (sections 5.1 and 5.2)."""
        self.asked.append(parse_qs(request.get_data(as_text=True)))
        if self.refusal:
            return Response(json.dumps(self.refusal), 400, content_type="application/json")
        given = {"access_token": self.tokens.pop(0), "token_type": "Bearer", "expires_in": self.lasts}
        return Response(json.dumps(given), content_type="application/json")


@pytest.fixture
def token_server(httpserver: HTTPServer) -> TokenServer:
    """It gives the good token."""
    server = TokenServer(httpserver.url_for("/token"), ["t0ken-that-is-good"])
    httpserver.expect_request("/token", method="POST").respond_with_handler(server.answer)
    return server


REFRESHED = {"client_id_env": "CLIENT", "client_secret_env": "CLIENT_SECRET", "refresh_token_env": "REFRESH"}


@pytest.mark.parametrize("kind", [XOAuth2, Bearer])
def test_a_token_from_the_environment_logs_in(
    monkeypatch: pytest.MonkeyPatch, delivery: Delivery, certificate: ssl.SSLContext, kind: type[Provider]
) -> None:
    """By whichever of the two mechanisms the server offers."""
    monkeypatch.setenv("TOKEN", "t0ken-that-is-good")
    with providing(kind({"t0ken-that-is-good"}), certificate) as provider:
        assert notifier(provider, token_env="TOKEN").send(delivery) == "250 Queued"
    assert len(provider.envelopes) == 1


def test_a_token_is_printed_by_a_command(
    delivery: Delivery, certificate: ssl.SSLContext, tmp_path: Path
) -> None:
    """Run once for a session, and again for a token that is refused."""
    count = tmp_path / "count"
    script = (
        f"from pathlib import Path; p = Path({str(count)!r}); n = int(p.read_text()) if p.exists() else 0;"
        " p.write_text(str(n + 1)); print(f'printed-token-{n}')"
    )
    with providing(XOAuth2({"printed-token-1"}), certificate) as provider:
        out = notifier(provider, token_command=[sys.executable, "-c", script])
        for _ in range(2):
            assert out.send(delivery) == "250 Queued"
    assert provider.seen == ["printed-token-0", "printed-token-1", "printed-token-1"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys; sys.exit('no such account')", "failed (exit code 1): no such account"),
        ("print()", "gave what is no token"),
        ("print('two words')", "gave what is no token"),
        ("import time; time.sleep(60)", "printed no token within 0.5 seconds"),
    ],
)
def test_a_command_that_prints_no_token_is_named(
    delivery: Delivery, certificate: ssl.SSLContext, script: str, said: str
) -> None:
    """The digest stays owed; nothing is sent to the server in place of a token."""
    with providing(XOAuth2(set()), certificate) as provider, pytest.raises(DeliveryError) as caught:
        out = notifier(provider, token_command=[sys.executable, "-c", script], timeout=0.5)
        out.send(delivery)
    assert f"token_command ({sys.executable}) {said}" in caught.value.said
    assert not caught.value.permanent
    assert provider.seen == []


def test_a_token_is_asked_for_once(
    delivery: Delivery, certificate: ssl.SSLContext, token_server: TokenServer
) -> None:
    """By the refresh token, and kept while it lasts."""
    with providing(XOAuth2({"t0ken-that-is-good"}), certificate) as provider:
        out = notifier(provider, token_url=token_server.url, token_scope="https://mail.example/", **REFRESHED)
        for _ in range(2):
            assert out.send(delivery) == "250 Queued"
    assert token_server.asked == [
        {
            "grant_type": ["refresh_token"],
            "client_id": [CLIENT],
            "client_secret": [CLIENT_SECRET],
            "refresh_token": [REFRESH],
            "scope": ["https://mail.example/"],
        }
    ]


def test_a_token_for_the_client_itself_needs_no_consent(
    delivery: Delivery, certificate: ssl.SSLContext, token_server: TokenServer
) -> None:
    """Without a refresh token the grant is client_credentials."""
    given = {"client_id_env": "CLIENT", "client_secret_env": "CLIENT_SECRET"}
    with providing(XOAuth2({"t0ken-that-is-good"}), certificate) as provider:
        assert notifier(provider, token_url=token_server.url, **given).send(delivery) == "250 Queued"
    assert token_server.asked[0]["grant_type"] == ["client_credentials"]
    assert "refresh_token" not in token_server.asked[0]


@pytest.mark.parametrize("lasts", [3600, 1])
def test_a_token_that_has_ended_is_replaced(
    delivery: Delivery, certificate: ssl.SSLContext, token_server: TokenServer, lasts: int
) -> None:
    """Before it is used, if it is known to end; and where the server refuses it before its time."""
    token_server.tokens = ["t0ken-1", "t0ken-2"]
    token_server.lasts = lasts
    with providing(XOAuth2({"t0ken-1"}), certificate) as provider:
        out = notifier(provider, token_url=token_server.url, **REFRESHED)
        assert out.send(delivery) == "250 Queued"
        provider.good = {"t0ken-2"}
        assert out.send(delivery) == "250 Queued"
    assert provider.seen == (["t0ken-1", "t0ken-1", "t0ken-2"] if lasts > 60 else ["t0ken-1", "t0ken-2"])


def test_a_refused_token_is_named(
    delivery: Delivery, certificate: ssl.SSLContext, token_server: TokenServer
) -> None:
    """With what the server wants, and where the token is from; a person can mend that."""
    token_server.tokens = ["t0ken-of-another", "t0ken-of-a-third"]
    with providing(XOAuth2(set()), certificate) as provider, pytest.raises(DeliveryError) as caught:
        notifier(provider, token_url=token_server.url, **REFRESHED).send(delivery)
    assert "535" in caught.value.said
    assert "(status 401, scope https://mail.example/) (the token is from REFRESH)" in caught.value.said
    assert not caught.value.permanent
    assert caught.value.unreachable


def test_a_refresh_token_that_was_revoked_is_named(
    delivery: Delivery, certificate: ssl.SSLContext, token_server: TokenServer
) -> None:
    """In the endpoint's words, with what to do, and without the secrets that it repeats."""
    token_server.refusal = {
        "error": "invalid_grant",
        "error_description": f"{REFRESH} of {CLIENT_SECRET} has been expired or revoked.",
    }
    with providing(XOAuth2(set()), certificate) as provider, pytest.raises(DeliveryError) as caught:
        notifier(provider, token_url=token_server.url, **REFRESHED).send(delivery)
    assert caught.value.said.endswith(
        " gave no token: invalid_grant: … of … has been expired or revoked. Put a new one into REFRESH."
    )
    assert provider.seen == []


def test_a_token_endpoint_that_is_away_is_named(delivery: Delivery, certificate: ssl.SSLContext) -> None:
    """The digest stays owed."""
    with providing(XOAuth2(set()), certificate) as provider, pytest.raises(DeliveryError) as caught:
        url = f"http://127.0.0.1:{free_port()}/token"
        notifier(provider, token_url=url, **REFRESHED).send(delivery)
    assert "no token from 127.0.0.1: Connection refused" in caught.value.said
    assert not caught.value.permanent


def test_a_server_without_tokens_says_what_it_takes(
    monkeypatch: pytest.MonkeyPatch, delivery: Delivery, certificate: ssl.SSLContext
) -> None:
    """Rather than a refusal that nobody understands."""
    monkeypatch.setenv("TOKEN", "t0ken")
    with providing(Old(set()), certificate) as provider, pytest.raises(DeliveryError) as caught:
        notifier(provider, token_env="TOKEN").send(delivery)
    assert "the server takes no access token: it offers PASSKEY" in caught.value.said


def test_a_channel_with_a_token_is_set_up_in_the_configuration(
    certificate: ssl.SSLContext, token_server: TokenServer, tmp_path: Path
) -> None:
    """As the documentation has it: the command sends a test mail, and the login is found well."""
    token_server.tokens = ["t0ken-that-is-good"] * 2
    with providing(XOAuth2({"t0ken-that-is-good"}), certificate) as provider:
        mail = {"host": "127.0.0.1", "port": provider.port, "sender": USER, "username_env": "MAIL_USER"}
        config = write_config(
            tmp_path,
            ["http://127.0.0.1:1/feed"],
            channels=[{"id": "mail", "type": "smtp", **mail, "token_url": token_server.url, **REFRESHED}],
            subscriptions=[{"id": "desk", "channel": "mail", "recipients": ["ana@example.org"]}],
        )
        said = [
            subprocess.run(
                [sys.executable, "-m", "cli.main", *command, "-c", str(config)],
                capture_output=True,
                encoding="utf-8",
                check=False,
            ).stdout
            for command in (("channels", "test", "mail"), ("doctor",))
        ]
    assert "ana@example.org: accepted: 250 Queued" in said[0]
    assert f"channel mail: 127.0.0.1:{provider.port} took the login" in said[1]
    assert len(provider.envelopes) == 1


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"token_env": "T", "password_env": "P"}, "give one way to log in"),
        ({"token_env": "T", "token_command": ["x"]}, "give one way to log in"),
        ({"token_env": "T", "token_block": "secret/t"}, "token is given in several ways"),
        ({"token_command": []}, "at least 1"),
        ({"token_env": "T", "username_env": None}, "username_env is missing"),
        ({"token_url": "https://a.example/t"}, "client_id_env is missing"),
        ({"token_url": "https://a.example/t", "client_id_env": "C"}, "refresh_token_env is missing"),
        ({"token_url": "http://a.example/t", **REFRESHED}, "is not an https address"),
        ({"token_url": "https://me:pw@a.example/t", **REFRESHED}, "user name or password"),
        (REFRESHED, "token_url is missing"),
        ({"token_env": "T", "security": "none", "host": "mail.example.org"}, "unprotected"),
    ],
)
def test_a_login_that_is_half_configured_is_a_mistake(given: dict[str, object], complaint: str) -> None:
    """Said when the configuration is read, with what is missing."""
    with pytest.raises(ValidationError, match=complaint):
        options(**given)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the notifier's repr, which ends up in logs."""
    shown = repr(SmtpNotifier.open(options(token_url="https://a.example/t", **REFRESHED)))
    for secret in (REFRESH, CLIENT_SECRET, CLIENT, USER + "'"):
        assert secret not in shown


PASSWORD = "correct horse, battery"
_PLAIN = base64.b64encode(f"\0desk\0{PASSWORD}".encode()).decode()
FORMS = {
    "as it is": PASSWORD,
    "percent-encoded": "correct%20horse%2C%20battery",
    "by itself in base64": base64.b64encode(PASSWORD.encode()).decode(),
    "as AUTH PLAIN": f"AUTH PLAIN {_PLAIN}",
    "for addresses": base64.urlsafe_b64encode(f"{PASSWORD}>>>???".encode()).decode(),
    "glued to words": f"PLAINx{_PLAIN.rstrip('=')}",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_blotted_out_in_whatever_form(form: str) -> None:
    """And the words around it stay."""
    said = blotted(f"450 you said {form}, and that is that", [PASSWORD])
    assert said.startswith("450 you said ")
    assert said.endswith("…, and that is that")
    assert form.rsplit(maxsplit=1)[-1] not in said
    assert blotted("450 correct, that is the battery of tests", [PASSWORD]).count("…") == 0


class Echo:
    """A mail server that repeats the login in every form in which it knows it."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        return f"450 you said {' '.join(FORMS.values())}"


def test_a_server_that_echoes_the_login_puts_no_secret_into_the_archive(
    tmp_path: Path, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither into the attempts nor into what the command prints."""
    monkeypatch.setenv("MAIL_USER", "desk")
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)

    def anybody(server: Any, session: Any, envelope: Any, mechanism: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=True)

    controller = Controller(
        Echo(), hostname="127.0.0.1", port=free_port(), tls_context=certificate, authenticator=anybody
    )
    controller.start()
    login = {"username_env": "MAIL_USER", "password_env": "MAIL_PASSWORD", "sender": USER}
    mail = {"id": "mail", "type": "smtp", "host": "127.0.0.1", "port": controller.port, **login}
    try:
        with serve_site() as site:
            feed = site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))
            config = write_config(
                tmp_path,
                [feed],
                channels=[mail],
                subscriptions=[{"id": "desk", "channel": "mail", "recipients": ["ana@example.org"]}],
                fetch='announce_since = "all"',
            )
            command = [sys.executable, "-m", "cli.main", "run", "-c", str(config)]
            done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    finally:
        controller.stop()
    with Archive(tmp_path / "archive.db", read_only=True) as archive:
        said = " ".join(row[0] for row in archive.database.execute("SELECT said FROM attempts"))
    for text in (said, done.stdout + done.stderr):
        assert "450 you said … " in text
        for secret in ("horse", *(form.split()[-1] for form in FORMS.values())):
            assert secret not in text
