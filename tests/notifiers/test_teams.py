"""The channel of Teams: an adaptive card within 28 KB, against a real HTTP server.

https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from notifiers.chat.teams import TeamsNotifier, teams_message
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

PATH = "/workflows/abc/triggers/manual/paths/invoke"
QUERY = "?sp=%2Ftriggers%2Fmanual%2Frun&sig=signature-of-the-hook"


def notifier(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> TeamsNotifier:
    """The channel as configured, its address in the environment."""
    monkeypatch.setenv("TEAMS_HOOK", httpserver.url_for(PATH) + QUERY)
    return TeamsNotifier.open(HookOptions(url_env="TEAMS_HOOK"))


def card_of(message: Any) -> Any:
    """The one card of the message."""
    (attachment,) = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    return attachment["content"]


def test_a_digest_is_posted_as_a_card(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Titles lead to the releases, and terms are highlighted; the signature in the address reaches Teams."""
    httpserver.expect_request(PATH).respond_with_data("", status=202)
    assert notifier(httpserver, monkeypatch).send(ordinary_delivery()) == "HTTP 202 ACCEPTED"
    assert httpserver.log[0][0].args["sig"] == "signature-of-the-hook"
    assert httpserver.log[0][0].args["sp"] == "/triggers/manual/run"
    message = posted(httpserver)
    assert message["type"] == "message"
    card = card_of(message)
    assert card["type"] == "AdaptiveCard"
    runs = [e for e in elements(card) if e.get("type") == "TextRun"]
    assert "S-Comm" in [run["text"] for run in runs if run.get("highlight")]
    opened = [run["selectAction"]["url"] for run in runs if "selectAction" in run]
    assert "https://sheriff.example.gov/news/287g" in opened
    assert "Read 38 of 40 feeds; 2 failed." in runs[-1]["text"]


@pytest.mark.parametrize("digest", [pytest.param(d, id=name) for name, d in digests()])
def test_every_message_keeps_the_limits(digest: Digest) -> None:
    """28 KB as UTF-8; elements of the kinds that a card of 1.4 knows, none of them empty."""
    message = teams_message(digest)
    assert len(json.dumps(message, ensure_ascii=False).encode()) <= 28 * 1_000
    card = card_of(message)
    assert card["version"] == "1.4"
    for element in elements(card["body"]):
        kind = element.get("type")
        if kind == "RichTextBlock":
            assert element["inlines"]
        elif kind == "Container":
            assert element["items"]
        elif kind == "TextRun":
            assert element["text"]
        elif kind == "Action.OpenUrl":
            assert element["url"].startswith(("http://", "https://"))
        else:
            pytest.fail(f"{element} is of no kind that a card has")


def test_nobody_is_called_and_nothing_is_formatted() -> None:
    """Foreign text stands in text runs alone, which know no Markdown; and nobody is mentioned."""
    card = card_of(teams_message(evil_digest()))
    runs = [e["text"] for e in elements(card["body"]) if e.get("type") == "TextRun"]
    assert EVIL in runs
    assert not [e for e in elements(card) if e.get("type") in {"TextBlock", "FactSet", "Image", "mention"}]
    assert "entities" not in card["msteams"]
    assert not [text for text in strings(card) if text.startswith("javascript:")]


def test_what_is_left_out_is_counted() -> None:
    """A reader knows that there is more, and where."""
    runs = [e["text"] for e in elements(teams_message(many(400))) if e.get("type") == "TextRun"]
    assert "of 400 entries; all are in the archive" in runs[-1]


def test_a_refusal_is_told_without_the_address(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the workflow says is kept, its address is not."""
    words = f"WorkflowTriggerIsNotEnabled {httpserver.url_for(PATH)}{QUERY}"
    httpserver.expect_request(PATH).respond_with_data(words, status=400)
    with pytest.raises(DeliveryError, match="WorkflowTriggerIsNotEnabled") as caught:
        notifier(httpserver, monkeypatch).send(ordinary_delivery())
    assert not caught.value.permanent
    assert "signature-of-the-hook" not in caught.value.said
