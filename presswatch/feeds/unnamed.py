"""Entries of which nothing but the address is known."""

from __future__ import annotations

from dataclasses import replace

from presswatch.feeds.values import Entry


def without_common_key(entry: Entry) -> Entry:
    """The entry without its ``text:`` key where it has neither title nor text.

    All that such a key says is "of this publisher, of this day": another release would be taken for
    this one. (An entry without any other key keeps it.)
    """
    if entry.title or entry.text:
        return entry
    own = tuple(key for key in entry.keys if not key.startswith("text:"))
    return replace(entry, keys=own or entry.keys)
