"""The channel of Discord, within the limits that Discord documents, against a real HTTP server.

https://docs.discord.com/developers/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

import re

import pytest
from pytest_httpserver import HTTPServer

from notifiers.chat.discord import DiscordNotifier, discord_message
from notifiers.chat.markup import escaped
from notifiers.hooks.options import HookOptions
from presswatch.digests.model import Digest
from presswatch.errors import DeliveryError
from tests.notifiers.chats import EVIL, digests, evil_digest, many, ordinary_delivery, posted, strings

PATH = "/api/webhooks/123/secretsecret"


def notifier(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, query: str = "") -> DiscordNotifier:
    """The channel as configured, its address in the environment."""
    monkeypatch.setenv("DISCORD_HOOK", httpserver.url_for(PATH) + query)
    return DiscordNotifier.open(HookOptions(url_env="DISCORD_HOOK"))


def test_a_digest_is_posted_as_embeds(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each program; Discord is asked to answer only once it keeps the message."""
    httpserver.expect_request(PATH).respond_with_json({"id": "1"})
    assert notifier(httpserver, monkeypatch).send(ordinary_delivery()).startswith("HTTP 200 OK")
    assert httpserver.log[0][0].args.to_dict() == {"wait": "true"}
    message = posted(httpserver)
    assert message["content"].startswith("**4 releases mention 2 programs**")
    assert [embed["title"] for embed in message["embeds"]] == ["Secure Communities (3)", "287(g) (1)"]
    assert "**S-Comm** broke the trust" in message["embeds"][0]["description"]
    assert "](https://sheriff.example.gov/news/287g)**" in message["embeds"][1]["description"]
    assert "Read 38 of 40 feeds; 2 failed." in message["embeds"][-1]["footer"]["text"]


def test_a_thread_in_the_address_stays(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What else the address asks for reaches Discord."""
    httpserver.expect_request(PATH).respond_with_data("")
    notifier(httpserver, monkeypatch, "?thread_id=77&wait=false").send(ordinary_delivery())
    assert httpserver.log[0][0].args.to_dict() == {"thread_id": "77", "wait": "true"}


@pytest.mark.parametrize("digest", [pytest.param(d, id=name) for name, d in digests()])
def test_every_message_keeps_the_limits(digest: Digest) -> None:
    """Ten embeds, 6,000 characters in all of them; 2,000, 256, 4,096 and 2,048 in their parts."""

    def length(text: str) -> int:
        return len(text.encode("utf-16-le")) // 2

    message = discord_message(digest)
    assert 1 <= length(message["content"]) <= 2_000
    assert 1 <= len(message["embeds"]) <= 10
    whole = 0
    for embed in message["embeds"]:
        assert embed.get("description") or embed.get("footer")
        parts = embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")
        for part, most in zip(parts, (256, 4_096, 2_048), strict=True):
            assert length(part) <= most
        whole += sum(map(length, parts))
    assert whole <= 6_000


def test_nobody_is_called_and_nothing_is_formatted() -> None:
    """Foreign text is escaped, calls are broken besides being forbidden, and no link but http is one."""
    message = discord_message(evil_digest())
    assert message["allowed_mentions"] == {"parse": []}
    description = message["embeds"][0]["description"]
    assert escaped(EVIL) in description
    for text in strings(message):
        assert not re.search(r"@everyone|@here|<@|<#|<!", text)
        assert not re.search(r"(?<!\\)\]\(javascript:", text)
        assert not re.search(r"(?<!\\)<javascript:", text)
    unescaped = re.sub(r"\\.", "", escaped(EVIL))
    assert not re.search(r"[*_~`|\[\]<>&]", unescaped)


@pytest.mark.parametrize("text", ["# a", "- a", "1. a", "> a", "-# a", "+ a", "* a", "12) a"])
def test_no_line_becomes_a_heading_a_list_or_a_quotation(text: str) -> None:
    """What begins such a line is escaped."""
    assert escaped(text) == re.sub(r"^(\d*)", r"\1\\", text, count=1).replace("-#", "-\\#")


def test_what_is_left_out_is_counted() -> None:
    """A reader knows that there is more, and where."""
    footer = discord_message(many(400))["embeds"][-1]["footer"]["text"]
    assert "of 400 entries; all are in the archive" in footer


def test_too_many_posts_are_waited_for(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://docs.discord.com/developers/topics/rate-limits: 429 with Retry-After."""
    httpserver.expect_request(PATH).respond_with_json(
        {"message": "You are being rate limited.", "retry_after": 2.5},
        status=429,
        headers={"Retry-After": "3"},
    )
    with pytest.raises(DeliveryError) as caught:
        notifier(httpserver, monkeypatch).send(ordinary_delivery())
    assert caught.value.retry_after == 3
    assert "secretsecret" not in caught.value.said
