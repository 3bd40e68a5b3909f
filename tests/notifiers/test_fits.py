"""A digest's parts together show all of it, however little fits into one message of a channel."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from notifiers.chat.anywhere import AppriseNotifier, apprise_text
from notifiers.chat.discord import discord_message
from notifiers.chat.markup import MARKDOWN
from notifiers.chat.slack import slack_message
from notifiers.chat.teams import teams_message
from notifiers.hooks.options import AppriseOptions, HookOptions, WebhookOptions
from notifiers.hooks.payload import payload
from notifiers.looks.render import render
from notifiers.registry import channel_types
from presswatch.digests.model import Digest
from presswatch.digests.parts import in_parts
from tests.notifiers.chats import many, programs, strings

# Apprise itself imports it, where Python still has it.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

OF_2000_CHARACTERS = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
HOOK = HookOptions(url_env="ANYWHERE")
WAYS: dict[str, tuple[Any, Callable[[Digest], Any]]] = {
    "slack": (HOOK, slack_message),
    "teams": (HOOK, teams_message),
    "discord": (HOOK, discord_message),
    "webhook": (WebhookOptions(url="https://example.org/", max_bytes=20_000), payload),
    "apprise": (
        AppriseOptions(url_env="ANYWHERE", format="markdown"),
        lambda digest: apprise_text(digest, MARKDOWN, 1_800),
    ),
    "smtp": (None, lambda digest: render(digest).text),
}
DIGESTS = {
    "many releases": many(300),
    "many programs": programs(80),
    "long texts": programs(5, 9, "Some more words of it. " * 20),
}


@pytest.mark.parametrize("digest", DIGESTS.values(), ids=DIGESTS)
@pytest.mark.parametrize("name", WAYS)
def test_the_parts_show_every_title_once(monkeypatch: pytest.MonkeyPatch, name: str, digest: Digest) -> None:
    """None is left out of a message, and none stands in two; each message says which part it is."""
    monkeypatch.setenv("ANYWHERE", OF_2000_CHARACTERS)
    options, message = WAYS[name]
    parts = in_parts(digest, partial(channel_types()[name].fits, options))
    assert len(parts) > 1
    shown: Counter[tuple[str, int]] = Counter()
    for number, part in enumerate(parts, 1):
        words = " ".join(" ".join(strings(message(part))).split())
        titled = {int(found) for found in re.findall(r"Release (\d+)\b", words)}
        shown.update((s.name, i.release_id) for s in part.sections for i in s.items)
        assert titled == {i.release_id for s in part.sections for i in s.items}
        assert name == "webhook" or f"Part {number} of {len(parts)}" in words
        assert "entries; all are in the archive" not in words
    assert set(shown.values()) == {1}
    assert len(shown) == sum(len(section.items) for section in digest.sections)


def test_a_service_that_cannot_be_asked_now_is_taken_for_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest is frozen all the same, in parts that few services have no room for."""
    monkeypatch.delenv("ANYWHERE", raising=False)
    fits = partial(channel_types()["apprise"].fits, AppriseOptions(url_env="ANYWHERE"))
    assert 1 < len(in_parts(many(40), fits)) < 10


def test_a_service_for_a_few_words_gets_the_head_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An SMS holds no list; it comes once, and says how much there is in the archive."""
    monkeypatch.setenv("ANYWHERE", "sns://AHIAJGNT76XIMXDBIJYA/bu1dHSdO22pfaaVy/us-east-1/12223334444")
    options = AppriseOptions(url_env="ANYWHERE")
    assert in_parts(many(40), partial(channel_types()["apprise"].fits, options)) == (many(40),)
    service = AppriseNotifier.open(options).service
    assert service.body_maxlen <= 160
