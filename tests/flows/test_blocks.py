"""Secrets in Prefect blocks, on a real Prefect server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from flows.serving.doors import OwnServer
from flows.serving.own_server import own_server
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.receiver import Receiver, receive_hooks
from tests.support.setup import write_config
from tests.support.site import Site

pytestmark = [pytest.mark.prefect_server, pytest.mark.timeout(400)]

TOKEN = "T0KEN-in-the-block"
ASK = """
import sys
from flows.blocks import read_block
from presswatch.errors import DeliveryError
for name in sys.argv[1:]:
    try:
        print("held:", read_block(name))
    except DeliveryError as error:
        print("error:", error.permanent, error.unreachable, error.said)
"""
SAVE = """
import sys
from prefect.blocks.system import Secret
Secret(value=sys.argv[1]).save("hook-url", _sync=True)
Secret(value="hush").save("mail-password", _sync=True)
Secret(value="").save("empty", _sync=True)
Secret(value={"a": sys.argv[1]}).save("table", _sync=True)
"""


def python(environment: dict[str, str], code: str, *arguments: str) -> str:
    """What a program prints, which must work."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment_of(server: OwnServer) -> dict[str, str]:
    """The environment with this server and no other Prefect settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {
        **kept,
        **server.for_clients(),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }


@pytest.fixture(scope="module")
def hook() -> Iterator[Receiver]:
    """A webhook receiver, whose address is the secret."""
    with receive_hooks() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, hook: Receiver) -> Iterator[dict[str, str]]:
    """The environment of a server that holds the blocks."""
    home = tmp_path_factory.mktemp("prefect")
    with own_server(home, port=free_port()) as started:
        environment = environment_of(started)
        python(environment, SAVE, f"{hook.url}/{TOKEN}")
        yield environment


def test_a_secret_is_read_by_its_name(server: dict[str, str], hook: Receiver) -> None:
    """Of one that is empty, no text, or not there that is said, by its name; nothing is final."""
    names = ["secret/hook-url", "secret/empty", "secret/table", "secret/absent"]
    secret, *errors = python(server, ASK, *names).splitlines()
    assert secret == f"held: {hook.url}/{TOKEN}"
    assert [error.split(" cannot")[0].split(" holds")[0] for error in errors] == [
        f"error: False True the Prefect block {name}" for name in names[1:]
    ]
    assert TOKEN not in "".join(errors)


def test_a_channel_takes_its_address_from_a_block(
    server: dict[str, str], hook: Receiver, site: Site, tmp_path: Path
) -> None:
    """In a run without flows as well; the address stands neither in what is printed nor in the archive."""
    config = write_config(
        tmp_path,
        [site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))],
        channels=[{"id": "hook", "type": "webhook", "url_block": "secret/hook-url"}],
        subscriptions=[{"id": "desk", "channel": "hook"}],
    )
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "run", "-c", config],
        env=server,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert hook.told() == [("secure-communities", "Release 1")]
    assert TOKEN not in done.stdout + done.stderr
    assert TOKEN.encode() not in (tmp_path / "archive.db").read_bytes()


class _Inbox:
    """A mail server's side: which passwords it was given, and how many mails."""

    def __init__(self) -> None:
        self.passwords: list[bytes] = []
        self.mails = 0

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.passwords.append(data.password)
        return AuthResult(success=data.password == b"hush", handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails += 1
        return "250 OK"


def test_mail_takes_its_password_from_a_block(server: dict[str, str], site: Site, tmp_path: Path) -> None:
    """The user stands in the environment here."""
    inbox = _Inbox()
    receiver = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=inbox.authenticate,
        auth_require_tls=False,
    )
    mail = {"id": "mail", "type": "smtp", "host": "127.0.0.1", "port": receiver.port, "security": "none"}
    login = {"username_env": "MAIL_USER", "password_block": "secret/mail-password", "sender": "w@example.org"}
    config = write_config(
        tmp_path,
        [site.publish("/mailed", rss([item(2, "The county will end S-Comm.")]))],
        channels=[{**mail, **login}],
        subscriptions=[{"id": "desk", "channel": "mail", "recipients": ["ana@example.org"]}],
    )
    receiver.start()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "run", "-c", config],
            env={**server, "MAIL_USER": "watch"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        receiver.stop()
    assert done.returncode == 0, done.stderr
    assert (inbox.passwords, inbox.mails) == ([b"hush"], 1)
    assert "hush" not in done.stdout + done.stderr


def test_a_server_that_is_not_there_is_tried_again(tmp_path: Path) -> None:
    """The digest stays owed, and it is said what could not be had."""
    environment = environment_of(OwnServer(tmp_path, free_port(), 0, "nobody:there"))
    environment["PREFECT_CLIENT_MAX_RETRIES"] = "0"
    said = python(environment, ASK, "secret/hook-url")
    assert said.startswith("error: False True the Prefect block secret/hook-url cannot be loaded: ")
