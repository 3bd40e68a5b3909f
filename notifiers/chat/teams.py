"""The channel ``teams``: the digest as an adaptive card, by a workflow's webhook.

https://learn.microsoft.com/en-us/connectors/teams/#microsoft-teams-webhook and, for the card,
https://adaptivecards.io/explorer/. Foreign text goes into text runs, which hold text and no markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
from notifiers.looks.plain import Piece
from notifiers.looks.view import Later, Release, View
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest
from presswatch.releases.difference import Span

Json = dict[str, Any]

_LONGEST = 27_000
"""Bytes, of the 28 KB that Teams takes of a message."""
_STYLES: dict[str, Json] = {
    "removed": {"strikethrough": True},
    "added": {"underline": True},
    "same": {},
}
_SMALL: Json = {"size": "Small", "isSubtle": True}


@dataclass(frozen=True, slots=True)
class TeamsNotifier:
    """Posts to the workflow of a Teams channel or chat."""

    hook: Hook

    @classmethod
    def open(cls, options: HookOptions) -> Self:
        """The notifier as configured. Raises :class:`DeliveryError` if the hook's address is not there."""
        return cls(Hook.open(options))

    def send(self, delivery: Delivery) -> str:
        """Post the digest; see :func:`notifiers.hooks.posting.post` for what is returned and raised."""
        message = teams_message(delivery.digest)
        return post_json(self.hook.url, message, timeout=self.hook.timeout, label=self.hook.label)


def teams_message(digest: Digest) -> Json:
    """The digest as the body of a post, with as much of it as Teams takes."""
    return fitting(digest, _message, _fits)


def fits(options: HookOptions, digest: Digest) -> bool:
    """Whether one message lists all of it."""
    return _fits(_message(briefest(digest)))


def _fits(message: Json) -> bool:
    return len(json.dumps(message, ensure_ascii=False).encode()) <= _LONGEST


def _message(shown: View) -> Json:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": shown.subject,
        "msteams": {"width": "Full"},
        "body": _body(shown),
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _body(shown: View) -> list[Json]:
    body = [
        _line([_run(shown.headline, size="Large", weight="Bolder")]),
        _line([_run(head(shown), **_SMALL)], spacing="None"),
    ]
    for part in shown.parts:
        body.append(_heading(heading(part.name, part.total)))
        body += [_box(_release(release)) for release in part.releases]
        if part.more:
            body.append(_line([_run(f"{part.more.said}.", **_SMALL)]))
    if shown.later:
        body.append(_heading("Told before, now also published by others"))
        body += [_box(_later(later)) for later in shown.later]
    if shown.turned:
        body.append(_heading("Feeds"))
        body += [_line([_linked(note.publisher, note.link), _run(f" {note.said}")]) for note in shown.turned]
    nothing = empty_note(shown)
    if nothing:
        body.append(_line([_run(nothing)]))
    body.append(_line([_run(foot(shown), **_SMALL)], separator=True, spacing="Medium"))
    return body


def _release(release: Release) -> list[Json]:
    lines = [_line(_title(release)), _line([_run(byline(release), **_SMALL)], spacing="None")]
    for quote in release.quotes:
        if quote.pieces:
            lines.append(_quote(_marked(quote.pieces)))
        if quote.why:
            lines.append(_line([_run(quote.why, **_SMALL)], spacing="Small"))
    if release.change:
        lines.append(_quote(_changed(release.change)))
    elif release.was:
        lines.append(_line([_run(f"Before the edit: {release.was}", **_SMALL)], spacing="Small"))
    others = also_published(release)
    if others:
        lines.append(_line([_run(others, **_SMALL)], spacing="Small"))
    return lines


def _later(later: Later) -> list[Json]:
    return [
        _line([_linked(later.title, later.link)]),
        _line([_run(later.publisher, **_SMALL)], spacing="None"),
        _line([_run(now_also(later), **_SMALL)], spacing="None"),
    ]


def _title(release: Release) -> list[Json]:
    if not release.link:
        return _marked(release.title)
    return [_linked("".join(piece.text for piece in release.title), release.link)]


def _linked(text: str, link: str | None) -> Json:
    action = {"selectAction": {"type": "Action.OpenUrl", "url": link}} if link else {}
    return _run(text, weight="Bolder", **action)


def _marked(pieces: Sequence[Piece]) -> list[Json]:
    style = {"weight": "Bolder", "highlight": True}
    return [_run(piece.text, **(style if piece.marked else {})) for piece in pieces if piece.text]


def _changed(spans: Sequence[Span]) -> list[Json]:
    return [_run(span.text, **_STYLES[span.kind]) for span in spans if span.text]


def _run(text: str, **style: Any) -> Json:
    return {"type": "TextRun", "text": text, **style}


def _line(runs: list[Json], **style: Any) -> Json:
    return {"type": "RichTextBlock", "inlines": runs, **style}


def _heading(text: str) -> Json:
    return _line([_run(text, size="Medium", weight="Bolder")], separator=True, spacing="Large")


def _quote(runs: list[Json]) -> Json:
    return {"type": "Container", "style": "emphasis", "spacing": "Small", "items": [_line(runs)]}


def _box(lines: list[Json]) -> Json:
    return {"type": "Container", "spacing": "Medium", "items": lines}
