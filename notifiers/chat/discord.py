"""The channel ``discord``: the digest as a message with embeds, by a channel's webhook.

https://docs.discord.com/developers/resources/webhook#execute-webhook; the limits are those of
https://docs.discord.com/developers/resources/message#embed-object-embed-limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from notifiers.chat.brief import briefest, empty_note, fitting, foot, head, heading
from notifiers.chat.markup import MARKDOWN, escaped, later_text, note_text, release_text
from notifiers.hooks.hook import Hook
from notifiers.hooks.options import HookOptions
from notifiers.hooks.posting import post_json
from notifiers.looks.plain import short
from notifiers.looks.view import View
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest

Json = dict[str, Any]

_MOST_EMBEDS = 10
_LONGEST_DESCRIPTION = 4_096
_LONGEST_EMBEDS = 6_000
"""Characters of all embeds together."""
_LONGEST_CONTENT = 2_000
_LONGEST_TITLE = 120
"""Of 256, each of which may count for two."""
_COLOUR = 0x0B5C74


@dataclass(frozen=True, slots=True)
class DiscordNotifier:
    """Posts to the webhook of a Discord channel."""

    hook: Hook

    @classmethod
    def open(cls, options: HookOptions) -> Self:
        """The notifier as configured. Raises :class:`DeliveryError` if the hook's address is not there."""
        return cls(Hook.open(options))

    def send(self, delivery: Delivery) -> str:
        """Post the digest; see :func:`notifiers.hooks.posting.post` for what is returned and raised."""
        message = discord_message(delivery.digest)
        return post_json(_waiting(self.hook.url), message, timeout=self.hook.timeout, label=self.hook.label)


def discord_message(digest: Digest) -> Json:
    """The digest as the body of a post, with as much of it as Discord takes."""
    return fitting(digest, _message, _fits)


def fits(options: HookOptions, digest: Digest) -> bool:
    """Whether one message lists all of it."""
    return _fits(_message(briefest(digest)))


def _fits(message: Json) -> bool:
    embeds = message["embeds"]
    texts = [
        length(text)
        for embed in embeds
        for text in (
            embed.get("title", ""),
            embed.get("description", ""),
            embed.get("footer", {}).get("text", ""),
        )
    ]
    return (
        len(embeds) <= _MOST_EMBEDS
        and sum(texts) <= _LONGEST_EMBEDS
        and all(length(embed.get("description", "")) <= _LONGEST_DESCRIPTION for embed in embeds)
        and length(message["content"]) <= _LONGEST_CONTENT
    )


def length(text: str) -> int:
    """As Discord may count: in UTF-16, where an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def _message(shown: View) -> Json:
    embeds = []
    for part in shown.parts:
        texts = [release_text(release, MARKDOWN) for release in part.releases]
        if part.more:
            texts.append(f"{part.more.said}.")
        embeds.append(_embed(heading(part.name, part.total), texts))
    if shown.later:
        texts = [later_text(later, MARKDOWN) for later in shown.later]
        embeds.append(_embed("Told before, now also published by others", texts))
    if shown.turned:
        embeds.append(_embed("Feeds", [note_text(note, MARKDOWN) for note in shown.turned]))
    last = _embed("", [nothing]) if (nothing := empty_note(shown)) else {"color": _COLOUR}
    if nothing or not embeds:
        embeds.append(last)
    embeds[-1]["footer"] = {"text": foot(shown)}
    return {
        "content": f"**{escaped(shown.headline)}**\n{escaped(head(shown))}",
        "embeds": embeds,
        "allowed_mentions": {"parse": []},
    }


def _embed(title: str, texts: list[str]) -> Json:
    """A title is read as Markdown too, except for links."""
    named = {"title": short(escaped(title), _LONGEST_TITLE)} if title else {}
    return {**named, "description": "\n\n".join(texts), "color": _COLOUR}


def _waiting(url: str) -> str:
    """The address with ``wait=true``: otherwise Discord accepts what it then doesn't keep."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "wait"]
    return parts._replace(query=urlencode([*query, ("wait", "true")]), fragment="").geturl()
