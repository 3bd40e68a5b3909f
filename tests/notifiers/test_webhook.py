"""The channel that posts JSON, against a real HTTP server."""

import json
import socket
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from notifiers.hooks.options import WebhookOptions
from notifiers.hooks.payload import payload
from notifiers.hooks.webhook import WebhookNotifier
from presswatch.digests.delivery import Delivery
from presswatch.errors import DeliveryError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def notifier(httpserver: HTTPServer, path: str = "/hook", **options: object) -> WebhookNotifier:
    """The channel as configured for the server."""
    return WebhookNotifier.open(WebhookOptions.model_validate({"url": httpserver.url_for(path), **options}))


def test_a_receiver_can_verify_what_it_gets(
    httpserver: HTTPServer, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The body is the payload, signed as Standard Webhooks has it, under the delivery's identity."""
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    received: list[Request] = []

    def receive(request: Request) -> Response:
        received.append(request)
        return Response("queued\r\n", status=202)

    httpserver.expect_request("/hook", method="POST").respond_with_handler(receive)
    said = notifier(httpserver, secret_env="HOOK_SECRET").send(delivery)
    assert said == "HTTP 202 ACCEPTED: queued"
    (request,) = received
    assert Webhook(SECRET).verify(request.data, dict(request.headers)) == payload(
        delivery.digest, delivery.identity
    )
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["webhook-id"] == delivery.identity


def test_without_a_secret_there_is_no_signature(httpserver: HTTPServer, delivery: Delivery) -> None:
    """The identity is there all the same, so that a receiver can drop a repetition."""
    httpserver.expect_request("/hook").respond_with_data("")
    assert notifier(httpserver).send(delivery) == "HTTP 200 OK"
    ((request, _),) = httpserver.log
    assert request.headers["webhook-id"] == delivery.identity
    assert "webhook-signature" not in request.headers
    assert json.loads(request.data)["type"] == "digest"


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (410, True),
        *((status, False) for status in (301, 307, 400, 401, 403, 404, 405, 408, 413, 415, 422, 425, 429)),
        *((status, False) for status in (500, 502, 503)),
    ],
)
def test_a_refusal_is_final_only_if_it_says_that_it_is(
    httpserver: HTTPServer, delivery: Delivery, status: int, permanent: bool
) -> None:
    """That is 410; all others a proxy may answer during a deployment. The receiver's words are kept."""
    httpserver.expect_request("/hook").respond_with_data("because of\nthis", status=status)
    with pytest.raises(DeliveryError) as caught:
        notifier(httpserver).send(delivery)
    assert caught.value.permanent is permanent
    assert caught.value.said.startswith(f"HTTP {status} ")
    said, _, about_the_size = caught.value.said.partition(" (the body has ")
    assert said.endswith(": because of this")
    assert bool(about_the_size) == (status == 413)


def test_a_redirect_is_not_followed(httpserver: HTTPServer, delivery: Delivery) -> None:
    """The digest goes to the address that was configured, or nowhere."""
    httpserver.expect_request("/hook").respond_with_data(
        status=307, headers={"Location": httpserver.url_for("/elsewhere")}
    )
    with pytest.raises(DeliveryError, match="307"):
        notifier(httpserver).send(delivery)
    assert [request.path for request, _ in httpserver.log] == ["/hook"]


def test_only_the_beginning_of_a_long_answer_is_kept(httpserver: HTTPServer, delivery: Delivery) -> None:
    """What the receiver says goes into the archive, so it is short and clean."""
    httpserver.expect_request("/hook").respond_with_data("\x1b[31mé\x00" + "x" * 3_000_000)
    said = notifier(httpserver).send(delivery)
    assert said.startswith("HTTP 200 OK: [31méxxx")
    assert len(said) < 250


def test_nobody_there_is_not_final_and_tells_no_token(delivery: Delivery) -> None:
    """The message names the place and the trouble, without the query."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = WebhookOptions(url=f"http://127.0.0.1:{port}/hook?token=hush")
    with pytest.raises(DeliveryError, match="Connection refused") as caught:
        WebhookNotifier.open(options).send(delivery)
    assert not caught.value.permanent
    assert f"http://127.0.0.1:{port}/hook: " in caught.value.said
    assert "hush" not in caught.value.said


def test_a_receiver_that_does_not_answer_is_given_up_on(delivery: Delivery) -> None:
    """It costs the timeout, and the digest stays owed."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = WebhookOptions(url=f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.2)
        with pytest.raises(DeliveryError, match="timed out") as caught:
            WebhookNotifier.open(options).send(delivery)
    assert not caught.value.permanent


def test_acceptance_stands_even_if_the_answer_breaks_off(httpserver: HTTPServer, delivery: Delivery) -> None:
    """Once the status says yes, sending again would be a repetition."""
    httpserver.expect_request("/hook").respond_with_data("short", headers={"Content-Length": "500"})
    assert notifier(httpserver).send(delivery).startswith("HTTP 200 OK")


def test_a_second_attempt_has_the_same_identity_and_body(httpserver: HTTPServer, delivery: Delivery) -> None:
    """A receiver can tell that it is the same again."""
    httpserver.expect_request("/hook").respond_with_data("")
    for _ in range(2):
        notifier(httpserver).send(delivery)
    (first, _), (second, _) = httpserver.log
    assert first.data == second.data
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize("secret", [None, "", "whsec_", "whsec_hushh", "not base64 é"])
def test_a_secret_that_cannot_be_used_stops_the_channel(
    monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    """It is said which variable is wrong, and not what it holds; a person mends it."""
    monkeypatch.delenv("HOOK_SECRET", raising=False)
    if secret is not None:
        monkeypatch.setenv("HOOK_SECRET", secret)
    with pytest.raises(DeliveryError, match="HOOK_SECRET") as caught:
        WebhookNotifier.open(WebhookOptions(url="https://example.org/", secret_env="HOOK_SECRET"))
    assert not caught.value.permanent
    assert not secret or secret.removeprefix("whsec_") not in caught.value.said.split()


def test_titles_are_posted_as_they_were_published(httpserver: HTTPServer, make: SimpleNamespace) -> None:
    """The payload is for programs: nothing is escaped or stripped but what JSON asks for."""
    title = "<b>\u202eline\nbreak</b> “é” 🚨"
    httpserver.expect_request("/hook").respond_with_data("")
    notifier(httpserver).send(replace(make.delivery(make.digest(make.item(title))), identity="x"))
    ((request, _),) = httpserver.log
    assert json.loads(request.data)["sections"][0]["items"][0]["title"] == title
