"""What is found in a release: its parts, and the mentions with the part that each stands in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from presswatch.matching.matcher import Matcher, matcher_for
from presswatch.matching.mention import Mention
from presswatch.matching.program import Program
from presswatch.releases.part import Part, Places


@dataclass(frozen=True, slots=True)
class Found:
    """What a release mentions where, and its parts, if it mentions anything."""

    mentions: tuple[Mention, ...]
    parts: tuple[Part, ...]


def find_in_release(
    matcher: Matcher, *, title: str, text: str, content: str = "", publisher: str = ""
) -> Found:
    """Find a release's mentions, and take it apart if it has any: its parts say what a mention is worth.
    ``content`` is the text as published, for its links.
    """
    mentions = matcher.find(title, text, publisher)
    if not mentions:
        return Found((), ())
    from presswatch.releases.parts import take_apart  # most releases need none of its patterns

    parts = take_apart(title, text, content)
    places = Places(parts)
    return Found(tuple(_placed(mention, places) for mention in mentions), parts)


def find_within_bounds(title: str, text: str, publisher: str, programs: tuple[Program, ...]) -> Found:
    """As :func:`find_in_release`, of plain values, for the process of :mod:`presswatch.confined`."""
    return find_in_release(matcher_for(programs), title=title, text=text, publisher=publisher)


def _placed(mention: Mention, places: Places) -> Mention:
    part = "title" if mention.field == "title" else places.kind_at(mention.start, mention.end)
    return replace(mention, part=part)
