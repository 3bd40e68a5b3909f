"""`presswatch doctor`: what is broken, and what to do about it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site


def written(folder: Path, feed: str, *channels: dict[str, object], recipients: tuple[str, ...] = ()) -> Path:
    """A watch on one feed, with a subscription for each channel."""
    return write_config(
        folder,
        [feed],
        channels=channels,
        subscriptions=[
            {"id": channel["id"], "channel": channel["id"]}
            | ({"recipients": list(recipients)} if channel["type"] == "smtp" else {})
            for channel in channels
        ],
    )


def findings(call: Call, config: Path, **environment: str) -> tuple[int, dict[str, dict[str, str]]]:
    """The exit code, and the worst finding of each check."""
    done = call("doctor", "-c", config, "--json", PREFECT_API_URL="", **environment)
    assert done.stderr == ""
    order = ["well", "look", "broken"]
    found: dict[str, dict[str, str]] = {}
    for one in json.loads(done.stdout):
        if one["check"] not in found or order.index(one["level"]) > order.index(found[one["check"]]["level"]):
            found[one["check"]] = one
    return done.returncode, found


def test_where_all_is_well_it_says_so_and_changes_nothing(
    call: Call, site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """Each check is well but the archive, which is not there yet; nothing is made or sent."""
    config = written(
        tmp_path,
        site.publish("/feed", rss([item(1, "S-Comm")])),
        {"id": "desk", "type": "file", "path": "digests"},
        {"id": "hook", "type": "webhook", "url": hook.url},
    )
    code, found = findings(call, config)
    assert code == 0
    levels = {check: one["level"] for check, one in found.items()}
    assert levels.pop("archive") == "look"
    assert set(levels) == {
        "configuration", "disk", "addresses", "clock", "channel desk", "channel hook", "prefect"
    }  # fmt: skip
    assert levels["disk"] in {"well", "look"}  # as much as this machine has
    del levels["disk"]
    assert set(levels.values()) == {"well"}
    assert hook.received == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["watch.toml"]


def test_what_is_broken_is_said_with_what_to_do(call: Call, site: Site, tmp_path: Path) -> None:
    """Secrets that are missing, a hook and a server that are down: exit code 1, the rest is looked at."""
    port = free_port()
    config = written(
        tmp_path,
        "http://no-such-host.invalid/feed",
        {"id": "hook", "type": "webhook", "url": f"http://127.0.0.1:{port}/5up3r-secret"},
        {"id": "chat", "type": "slack", "url_env": "CHAT"},
    )
    done = call("doctor", "-c", config, PREFECT_API_URL=f"http://127.0.0.1:{port}/api")
    assert done.returncode == 1
    assert "channels[1].url_env: the environment variable CHAT is not set" in done.stdout
    assert "BROKEN  addresses: none of 1 host has an address" in done.stdout
    assert f"BROKEN  channel hook: 127.0.0.1:{port} is not reached" in done.stdout
    assert "BROKEN  channel chat: the environment variable CHAT is not set" in done.stdout
    assert f"BROKEN  prefect: the server at http://127.0.0.1:{port}/api does not answer" in done.stdout
    assert "5up3r-secret" not in done.stdout
    assert all(line.startswith("        ") for line in done.stdout.splitlines() if line.startswith(" "))


def test_a_hook_that_refuses_what_it_is_sent_is_told_of(
    call: Call, site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """It is reached, so that the channel is well; what it says to the digest is told all the same."""
    feed = site.publish("/feed", rss([item(1, "S-Comm")]))
    config = written(tmp_path, feed, {"id": "hook", "type": "webhook", "url": hook.url})
    hook.answer = 404
    call("run", "-c", config, "--announce-all")
    code, found = findings(call, config)
    assert (code, found["channel hook"]["level"]) == (0, "well")
    one = found["deliveries by hook"]
    assert one["level"] == "look"
    assert one["what"].startswith("1 delivery tried in vain, the oldest made ")
    assert one["what"].endswith("; what was said last: HTTP 404 Not Found")
    assert "presswatch deliveries list --status pending" in one["do"]


def test_a_prefect_server_without_a_login_is_pointed_out(call: Call, site: Site, tmp_path: Path) -> None:
    """It works, and is a shell for whoever reaches it; one that refuses our login doesn't work."""
    config = written(tmp_path, site.publish("/feed", rss([item(1, "S-Comm")])))
    site.publish("/api/health", b"true")
    site.publish("/api/admin/version", b'"3"', validators=False)
    asked = {"PREFECT_API_URL": f"{site.base}/api", "PREFECT_API_AUTH_STRING": "me:mine"}
    open_door = call("doctor", "-c", config, **asked)
    assert "look    prefect: the server at" in open_door.stdout and "asks for no login" in open_door.stdout
    site.publish("/api/admin/version", b"", status=401, validators=False)
    shut = call("doctor", "-c", config, **asked)
    assert shut.returncode == 1
    assert "refuses the login in PREFECT_API_AUTH_STRING" in shut.stdout
    assert "me:mine" not in open_door.stdout + shut.stdout


class _Logins:
    """Takes one login, and counts the mails."""

    mails = 0

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"desk", b"right"), handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails += 1
        return "250 OK"


def test_the_mail_servers_login_is_tried_and_nothing_is_sent(call: Call, site: Site, tmp_path: Path) -> None:
    """A right password is well; a wrong one is broken, in the server's words."""
    logins = _Logins()
    server = Controller(
        logins,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=logins,
        auth_require_tls=False,
    )
    server.start()
    try:
        mail = {"id": "mail", "type": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none"}
        secrets = {"username_env": "SMTP_USER", "password_env": "SMTP_PASSWORD", "sender": "w@example.org"}
        feed = site.publish("/feed", rss([item(1, "S-Comm")]))
        config = written(tmp_path, feed, {**mail, **secrets}, recipients=("ana@example.org",))
        code, found = findings(call, config, SMTP_USER="desk", SMTP_PASSWORD="right")
        assert (code, found["channel mail"]["level"]) == (0, "well")
        assert "took the login" in found["channel mail"]["what"]
        code, found = findings(call, config, SMTP_USER="desk", SMTP_PASSWORD="wrong")
        assert (code, found["channel mail"]["level"]) == (1, "broken")
        assert "535" in found["channel mail"]["what"] and "password" in found["channel mail"]["do"]
    finally:
        server.stop()
    assert logins.mails == 0


@contextmanager
def at_another_time(off: timedelta) -> Iterator[str]:
    """A web server whose clock is off by so much."""

    class Handler(BaseHTTPRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(datetime.now(UTC) + off, usegmt=True)

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/feed"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("off", "level", "words"),
    [
        (timedelta(), "well", "within 60 s"),
        (timedelta(minutes=10), "look", "behind"),
        (timedelta(hours=-3), "broken", "ahead"),
    ],
)
def test_the_clock_is_compared(call: Call, tmp_path: Path, off: timedelta, level: str, words: str) -> None:
    """With the time that a newsroom's server gives; hours are broken, minutes to look at."""
    with at_another_time(off) as feed:
        _, found = findings(call, written(tmp_path, feed))
    assert found["clock"]["level"] == level
    assert words in found["clock"]["what"]


def test_a_damaged_archive_is_found(call: Call, site: Site, tmp_path: Path) -> None:
    """One that is whole is well; one whose pages are overwritten is broken."""
    config = written(tmp_path, site.publish("/feed", rss([item(1, "S-Comm")])))
    assert call("run", "-c", config).returncode == 0
    code, found = findings(call, config)
    assert (code, found["archive"]["level"]) == (0, "well")
    archive = tmp_path / "archive.db"
    whole = archive.read_bytes()
    archive.write_bytes(whole[:20_000] + b"\xff" * (len(whole) - 20_000))
    code, found = findings(call, config)
    assert (code, found["archive"]["level"]) == (1, "broken")


def test_a_mistake_in_the_configuration_is_what_it_always_is(call: Call, tmp_path: Path) -> None:
    """Named with file and key, exit code 2."""
    config = tmp_path / "watch.toml"
    config.write_text("[archive]\npaht = 1\n", encoding="utf-8")
    done = call("doctor", "-c", config)
    assert done.returncode == 2
    assert "archive.paht" in done.stderr
