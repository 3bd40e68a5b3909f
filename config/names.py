"""The names that one part of a configuration may use for another, whatever file they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.files import Reading
from notifiers.registry import ChannelType


@dataclass(frozen=True, slots=True)
class Names:
    """What is named: channels by id with their type, programs and subscriptions by id, the feeds'
    publishers and tags, and the types of channels that there are.

    Tables that hold mistakes count too: a reference to them is not a second mistake. ``complete`` is
    false when a file could not be read, so that nothing can be called unknown.
    """

    channels: Mapping[str, ChannelType | None]
    programs: frozenset[str]
    subscriptions: frozenset[str]
    publishers: frozenset[str]
    tags: frozenset[str]
    channel_types: Mapping[str, ChannelType]
    complete: bool


def gather(reading: Reading, channel_types: Mapping[str, ChannelType]) -> Names:
    """The names in everything that was read."""
    documents = reading.documents
    channels = [table for document in documents for _, table in document.tables("channels")]
    programs = [table for document in documents for _, table in document.tables("programs")]
    subscriptions = [table for document in documents for _, table in document.tables("subscriptions")]
    feeds = [table for document in documents for _, table in document.tables("feeds")]
    return Names(
        channels={
            channel["id"]: channel_types.get(str(channel.get("type")))
            for channel in channels
            if isinstance(channel.get("id"), str)
        },
        programs=frozenset(program["id"] for program in programs if isinstance(program.get("id"), str)),
        subscriptions=frozenset(each["id"] for each in subscriptions if isinstance(each.get("id"), str)),
        publishers=frozenset(feed["publisher"] for feed in feeds if isinstance(feed.get("publisher"), str)),
        tags=frozenset(tag for feed in feeds for tag in _texts(feed.get("tags"))),
        channel_types=channel_types,
        complete=reading.complete,
    )


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
