"""The channel of Apprise, which hands over to real HTTP servers on this machine."""

from __future__ import annotations

import json
import re
import socket
import time
from pathlib import Path

import psutil
import pytest
from pytest_httpserver import HTTPServer

from notifiers.chat.anywhere import AppriseNotifier, apprise_text
from notifiers.chat.markup import MARKDOWN, TEXT, Form
from notifiers.hooks.options import AppriseOptions
from presswatch.errors import DeliveryError
from tests.notifiers.chats import EVIL, digests, evil_digest, many, ordinary_delivery
from tests.notifiers.conftest import delivery_of
from tests.notifiers.test_posting import raw_server

# Apprise itself imports it, where Python still has it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TOKEN = "t0kenOfTheService"


def notifier(
    monkeypatch: pytest.MonkeyPatch, url: str, body_format: str = "text", timeout: float = 60
) -> AppriseNotifier:
    """The channel as configured, its URL in the environment."""
    monkeypatch.setenv("ANYWHERE", url)
    options = AppriseOptions.model_validate(
        {"url_env": "ANYWHERE", "format": body_format, "timeout": timeout}
    )
    return AppriseNotifier.open(options)


def place(httpserver: HTTPServer) -> str:
    """Host and port of the server."""
    return f"{httpserver.host}:{httpserver.port}"


def test_a_digest_reaches_a_service(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a title and a text, with links and with the marked terms."""
    httpserver.expect_request("/in/box").respond_with_data("")
    out = notifier(monkeypatch, f"json://{place(httpserver)}/in/box")
    assert out.send(ordinary_delivery()) == "accepted by JSON"
    message = json.loads(httpserver.log[0][0].data)
    assert message["title"].startswith("Secure Communities: 3 releases")
    assert "https://sheriff.example.gov/news/287g" in message["message"]
    assert "**S-Comm** broke the trust" in message["message"]
    assert message["message"].endswith("Read 38 of 40 feeds; 2 failed.")


def test_ntfy_gets_what_it_has_room_for(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service says how long a message may be; what is left out is counted."""
    httpserver.expect_request("/").respond_with_json({})
    out = notifier(monkeypatch, f"ntfy://{place(httpserver)}/{TOKEN}?overflow=split")
    out.send(delivery_of(many(400)))
    ((request, _),) = httpserver.log
    message = json.loads(request.data)
    assert message["topic"] == TOKEN
    assert len(message["message"]) <= out.service.body_maxlen
    assert "of 400 entries; all are in the archive" in message["message"]


@pytest.mark.parametrize("form", [TEXT, MARKDOWN], ids=["text", "markdown"])
@pytest.mark.parametrize("longest", [1_000, 4_096])
def test_every_digest_fits(form: Form, longest: int) -> None:
    """Whatever is in it, for services that take little and for those that take more."""
    for _, digest in digests():
        assert 1 <= len(apprise_text(digest, form, longest)) <= longest


@pytest.mark.parametrize("body_format", ["text", "markdown"])
def test_nobody_is_called(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, body_format: str) -> None:
    """Calls in foreign text are broken, whichever service reads it; in Markdown its markup is escaped."""
    httpserver.expect_request("/x").respond_with_data("")
    notifier(monkeypatch, f"json://{place(httpserver)}/x", body_format).send(delivery_of(evil_digest()))
    message = json.loads(httpserver.log[0][0].data)
    for text in (message["title"], message["message"]):
        assert "channel" in text
        assert not re.search(r"@everyone|@here|<@|<#|<!", text)
        if body_format == "markdown" and text is message["message"]:
            assert EVIL not in text
            assert not re.search(r"(?<!\\)\]\(javascript:", text)


def test_a_refusal_is_told_in_the_words_of_apprise(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is never final, for nobody says whether it is; and neither message nor log holds a secret."""
    url = f"json://user:passw0rd@{place(httpserver)}/{TOKEN}/?+X-Key=keykeykey"
    httpserver.expect_request(f"/{TOKEN}/").respond_with_data(f"not at /{TOKEN}/", status=500)
    with caplog.at_level(1), pytest.raises(DeliveryError, match=r"^JSON: .*500") as caught:
        notifier(monkeypatch, url).send(ordinary_delivery())
    assert not caught.value.permanent
    assert httpserver.log[0][0].headers["X-Key"] == "keykeykey"
    logged = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert any("JSON URL" in message for message in logged), "what is looked through is there"
    for text in (caught.value.said, *logged):
        for secret in (TOKEN, "passw0rd", "keykeykey"):
            assert secret not in text


def test_nobody_there_is_not_final(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is down is tried again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"ntfy://127.0.0.1:{free.getsockname()[1]}/{TOKEN}"
    with pytest.raises(DeliveryError, match=r"^ntfy: ") as caught:
        notifier(monkeypatch, url).send(ordinary_delivery())
    assert not caught.value.permanent
    assert TOKEN not in caught.value.said


def test_a_redirect_is_not_followed(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest goes where the URL says, or nowhere."""
    httpserver.expect_request("/x").respond_with_data(
        status=307, headers={"Location": httpserver.url_for("/elsewhere")}
    )
    with pytest.raises(DeliveryError):
        notifier(monkeypatch, f"json://{place(httpserver)}/x").send(ordinary_delivery())
    assert {request.path for request, _ in httpserver.log} == {"/x"}


@pytest.mark.parametrize("url", ["", "nonsense", f"pigeon://{TOKEN}/x", f"slack://{TOKEN}", "json://"])
def test_a_url_that_apprise_does_not_know_stops_the_channel(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """It is said which variable is wrong, not what it holds; a person mends it."""
    with pytest.raises(DeliveryError, match="ANYWHERE") as caught:
        notifier(monkeypatch, url)
    assert not caught.value.permanent
    assert TOKEN not in caught.value.said


def test_the_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the notifier itself, where a traceback with values would print it."""
    assert TOKEN not in repr(notifier(monkeypatch, f"json://example.org/{TOKEN}"))


def _endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.sendall(b"x" * 1_000_000)


def _trickling(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.1)


def test_an_answer_without_end_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads it has only so much; this one notices nothing of it, and the digest is owed."""
    with raw_server(_endless) as url, pytest.raises(DeliveryError) as caught:
        notifier(monkeypatch, url.replace("http", "json", 1)).send(ordinary_delivery())
    assert caught.value.said == "JSON: its answer took more than 512 MB of memory"
    assert (caught.value.permanent, caught.value.unreachable) == (False, True)


def test_an_answer_that_trickles_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the process that waits for it, when its time is up."""
    before = set(psutil.Process().children())
    with raw_server(_trickling) as url, pytest.raises(DeliveryError) as caught:
        out = notifier(monkeypatch, url.replace("http", "json", 1), timeout=3)
        out.send(ordinary_delivery())
    assert caught.value.said == "JSON: it took more than 3 seconds, and was ended"
    assert (caught.value.permanent, caught.value.unreachable) == (False, True)
    assert set(psutil.Process().children()) <= before


def test_nothing_of_the_folder_that_one_stands_in_is_run(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file there that is called as a library is no library."""
    tmp_path.joinpath("json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    httpserver.expect_request("/x").respond_with_data("")
    out = notifier(monkeypatch, f"json://{place(httpserver)}/x")
    assert out.send(ordinary_delivery()) == "accepted by JSON"
