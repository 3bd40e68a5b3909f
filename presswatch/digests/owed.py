"""What a subscription is owed, as the archive hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from presswatch.digests.model import Kind, Publication
from presswatch.matching.mention import Field


@dataclass(frozen=True, slots=True)
class OwedMention:
    """A mention that a subscription has not been told of, with its place in the release."""

    field: Field
    start: int
    end: int
    snippet: str
    snippet_start: int
    why: str
    part: str = "body"


@dataclass(frozen=True, slots=True)
class Owed:
    """A release that is owed to a subscription for one program.

    ``title`` and ``text`` are those to which the mentions belong: of a release that no longer mentions the
    program, the last that did. ``compared`` is the (title, text) on the other side of the edit that is told.
    ``change`` is 0 for what is told once, that the release mentions the program; for what an edit changed of
    that, the revision. ``removal`` is the revision without the mention, where both are told together.
    ``story`` names the story that several published, ``publications`` all its releases that mention the
    program. It is not told before ``not_before``.
    """

    release_id: int
    program: str
    kind: Kind
    title: str
    text: str
    url: str
    publisher: str
    published: datetime | None
    first_seen: datetime
    mentions: tuple[OwedMention, ...]
    compared: tuple[str, str] | None = None
    change: int = 0
    removal: int | None = None
    story: int | None = None
    publications: tuple[Publication, ...] = ()
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where a subscription has been told: up to which mention, and which change of a feed's health."""

    mention: int
    health: int
