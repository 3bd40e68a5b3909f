"""The channel ``slack``: the digest as a message of blocks, by an incoming webhook.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and, for the blocks,
https://docs.slack.dev/reference/block-kit/blocks. Foreign text goes into ``rich_text`` and ``plain_text``,
which hold text and no markup: it can neither format the message nor call anybody (``<!channel>``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from notifiers.chat.brief import (
    also_published,
    briefest,
    byline,
    empty_note,
    fitting,
    foot,
    head,
    heading,
    now_also,
)
from notifiers.hooks.hook import Hook
from notifiers.hooks.options import HookOptions
from notifiers.hooks.posting import post_json
from notifiers.looks.plain import Piece, short
from notifiers.looks.view import Later, Release, View
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest
from presswatch.releases.difference import Span

Json = dict[str, Any]

_MOST_BLOCKS = 50
_LONGEST_HEADER = 150
_LONGEST_TEXT = 2_900
"""Of 3,000 characters that a text may have."""
_LONGEST_BLOCKS = 12_000
"""Characters of all blocks, as JSON. What Slack counts it does not say; ``msg_blocks_too_long`` was seen from
11,300 characters of text on (https://github.com/slackapi/bolt-js/issues/2867)."""
_STYLES: dict[str, Json] = {"removed": {"strike": True}, "added": {"bold": True}, "same": {}}


@dataclass(frozen=True, slots=True)
class SlackNotifier:
    """Posts to the hook of a Slack channel."""

    hook: Hook

    @classmethod
    def open(cls, options: HookOptions) -> Self:
        """The notifier as configured. Raises :class:`DeliveryError` if the hook's address is not there."""
        return cls(Hook.open(options))

    def send(self, delivery: Delivery) -> str:
        """Post the digest; see :func:`notifiers.hooks.posting.post` for what is returned and raised."""
        message = slack_message(delivery.digest)
        return post_json(self.hook.url, message, timeout=self.hook.timeout, label=self.hook.label)


def slack_message(digest: Digest) -> Json:
    """The digest as the body of a post, with as much of it as Slack takes."""
    return fitting(digest, _message, _fits)


def fits(options: HookOptions, digest: Digest) -> bool:
    """Whether one message lists all of it."""
    return _fits(_message(briefest(digest)))


def _fits(message: Json) -> bool:
    blocks = message["blocks"]
    return len(blocks) <= _MOST_BLOCKS and len(json.dumps(blocks, ensure_ascii=False)) <= _LONGEST_BLOCKS


def _message(shown: View) -> Json:
    blocks = [_header(shown.headline), _small(head(shown))]
    for part in shown.parts:
        blocks.append(_header(heading(part.name, part.total)))
        blocks += [_rich(_release(release)) for release in part.releases]
        if part.more:
            blocks.append(_small(f"{part.more.said}."))
    if shown.later:
        blocks.append(_header("Told before, now also published by others"))
        blocks += [_rich([_later(later)]) for later in shown.later]
    if shown.turned:
        blocks.append(_header("Feeds"))
        lines = [[*_linked(note.publisher, note.link), _text(f" {note.said}\n")] for note in shown.turned]
        blocks.append(_rich([_section(element for one in lines for element in one)]))
    nothing = empty_note(shown)
    if nothing:
        blocks.append(_rich([_section([_text(nothing)])]))
    blocks.append(_small(foot(shown)))
    return {
        "text": _escaped(short(shown.subject, 150)),  # of the notification; here there is markup
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _release(release: Release) -> list[Json]:
    lines: list[Json] = [
        _section([*_title(release), _text("\n"), _text(byline(release))]),
    ]
    for quote in release.quotes:
        if quote.pieces:
            lines.append(_quote(_marked(quote.pieces)))
        if quote.why:
            lines.append(_section([_text(quote.why, italic=True)]))
    if release.change:
        lines.append(_quote(_changed(release.change)))
    elif release.was:
        lines.append(_section([_text(f"Before the edit: {release.was}", italic=True)]))
    others = also_published(release)
    if others:
        lines.append(_section([_text(others)]))
    return lines


def _later(later: Later) -> Json:
    said = f"\n{later.publisher}\n{now_also(later)}"
    return _section([*_linked(later.title, later.link), _text(said)])


def _title(release: Release) -> list[Json]:
    title = "".join(piece.text for piece in release.title)
    return _linked(title, release.link) if release.link else _marked(release.title)


def _linked(text: str, link: str | None) -> list[Json]:
    if not link:
        return [_text(text, bold=True)]
    return [{"type": "link", "url": link, "text": text, "style": {"bold": True}}]


def _marked(pieces: Sequence[Piece]) -> list[Json]:
    return [_text(piece.text, **({"bold": True} if piece.marked else {})) for piece in pieces if piece.text]


def _changed(spans: Sequence[Span]) -> list[Json]:
    return [_text(span.text, **_STYLES[span.kind]) for span in spans if span.text]


def _text(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, "style": style} if style else {"type": "text", "text": text}


def _section(elements: Iterable[Json]) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def _quote(elements: list[Json]) -> Json:
    return {"type": "rich_text_quote", "elements": elements}


def _rich(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": elements}


def _header(text: str) -> Json:
    plain = {"type": "plain_text", "text": short(text, _LONGEST_HEADER), "emoji": False}
    return {"type": "header", "text": plain}


def _small(text: str) -> Json:
    plain = {"type": "plain_text", "text": short(text, _LONGEST_TEXT), "emoji": False}
    return {"type": "context", "elements": [plain]}


def _escaped(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text: these three begin whatever is special."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
