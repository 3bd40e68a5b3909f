"""The channel of Slack, within the limits that Slack documents, against a real HTTP server.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from notifiers.chat.slack import SlackNotifier, slack_message
from notifiers.hooks.options import HookOptions
from presswatch.digests.model import Digest
from presswatch.errors import DeliveryError
from tests.notifiers.chats import (
    EVIL,
    digests,
    elements,
    evil_digest,
    many,
    ordinary_delivery,
    posted,
    strings,
)

PATH = "/services/T012/B345/secretsecret"
CHILDREN = {
    "rich_text": {"rich_text_section", "rich_text_quote"},
    "rich_text_section": {"text", "link"},
    "rich_text_quote": {"text", "link"},
    "context": {"plain_text"},
}


def notifier(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> SlackNotifier:
    """The channel as configured, its address in the environment."""
    monkeypatch.setenv("SLACK_HOOK", httpserver.url_for(PATH))
    return SlackNotifier.open(HookOptions(url_env="SLACK_HOOK"))


def texts(message: Any) -> list[str]:
    """What stands in the message's texts and links."""
    return [e["text"] for e in elements(message["blocks"]) if isinstance(e.get("text"), str)]


def test_a_digest_is_posted_as_blocks(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headers for programs, titles as links, terms in bold, and a text for the notification."""
    httpserver.expect_request(PATH).respond_with_data("ok")
    assert notifier(httpserver, monkeypatch).send(ordinary_delivery()) == "HTTP 200 OK: ok"
    message = posted(httpserver)
    assert message["text"].startswith("Secure Communities: 3 releases")
    headers = [b["text"]["text"] for b in message["blocks"] if b["type"] == "header"]
    assert headers == ["4 releases mention 2 programs", "Secure Communities (3)", "287(g) (1)"]
    links = [e["url"] for e in elements(message) if e.get("type") == "link"]
    assert "https://sheriff.example.gov/news/287g" in links
    bold = [
        e["text"] for e in elements(message) if e.get("type") == "text" and e.get("style", {}).get("bold")
    ]
    assert "S-Comm" in bold
    assert "Read 38 of 40 feeds; 2 failed." in texts(message)[-1]


@pytest.mark.parametrize("digest", [pytest.param(d, id=name) for name, d in digests()])
def test_every_message_keeps_the_limits(digest: Digest) -> None:
    """50 blocks; 150 characters in a header, 3,000 in a text; no element is empty or of an unknown kind."""
    blocks = slack_message(digest)["blocks"]
    assert 2 <= len(blocks) <= 50
    for block in blocks:
        assert block["type"] in {"header", "rich_text", "context"}
        if block["type"] == "header":
            assert block["text"]["type"] == "plain_text"
            assert 1 <= len(block["text"]["text"]) <= 150
        if block["type"] == "context":
            assert 1 <= len(block["elements"]) <= 10
    for element in elements(blocks):
        kind = element.get("type")
        if kind in CHILDREN:
            assert element["elements"]
            assert {child["type"] for child in element["elements"]} <= CHILDREN[kind]
        if kind in {"text", "link", "plain_text"}:
            assert 1 <= len(element["text"]) <= 3_000
        if kind == "link":
            assert element["url"].startswith(("http://", "https://"))
    assert len(json.dumps(blocks, ensure_ascii=False)) <= 12_000


def test_nobody_is_called_and_nothing_is_formatted() -> None:
    """Foreign text stands where Slack reads no markup; where it would, what begins markup is escaped."""
    message = slack_message(evil_digest())
    assert not [e for e in elements(message) if e.get("type") in {"mrkdwn", "user", "broadcast", "usergroup"}]
    assert EVIL in texts(message), "in rich text it is what it is"
    assert "<" not in message["text"]
    assert "&lt;!channel&gt;" in message["text"]
    assert not [text for text in strings(message) if text.startswith("javascript:")]


def test_what_is_left_out_is_counted() -> None:
    """A reader knows that there is more, and where."""
    last = texts(slack_message(many(400)))[-1]
    assert "of 400 entries; all are in the archive" in last


@pytest.mark.parametrize(("status", "permanent"), [(403, False), (404, False), (410, True), (500, False)])
def test_a_refusal_is_told_without_the_address(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, status: int, permanent: bool
) -> None:
    """Only 410 ends the delivery; in Slack's words, which are kept."""
    httpserver.expect_request(PATH).respond_with_data("no_service", status=status)
    with pytest.raises(DeliveryError, match="no_service") as caught:
        notifier(httpserver, monkeypatch).send(ordinary_delivery())
    assert caught.value.permanent is permanent
    assert "secretsecret" not in caught.value.said


def test_too_many_posts_are_waited_for(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.slack.dev/apis/web-api/rate-limits: 429 with Retry-After."""
    httpserver.expect_request(PATH).respond_with_data(status=429, headers={"Retry-After": "30"})
    with pytest.raises(DeliveryError) as caught:
        notifier(httpserver, monkeypatch).send(ordinary_delivery())
    assert caught.value.retry_after == 30
