"""The entries of one document side by side: which are one, and which keys are an entry's own.

An entry that is listed twice under one guid, link and title is one: it has its keys once. Where the second
listing differs by a letter, both are handed on, so that no text is dropped. A key that two different entries
of one document share says nothing in that document, and is left out (the last one stays, if no other is
left).

Both are judged over all that the document shows, also over items that were known and therefore not
parsed again. So of those a trace is kept from reading to reading: a mark by which the item is known
again, and short hashes of what is compared here.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from presswatch.feeds.keys import canonical_link, says_link_twice
from presswatch.feeds.values import Entry

_HASH = 8  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Sight:
    """The trace of an item: its ``mark``, what it is ``listed`` as, all that it ``said``, its date in seconds
    since 1970 (empty if it has none), and its ``keys``; all but the date are hashed.
    """

    mark: str
    listed: str
    said: str
    date: str
    keys: tuple[str, ...]

    @property
    def published(self) -> datetime | None:
        """The publisher's date."""
        return datetime.fromtimestamp(int(self.date), UTC) if self.date else None


def sight_of(mark: str, entry: Entry) -> Sight:
    """The trace of an entry that was parsed.

    It is listed under guid, link and title where it has all three and the link is more than the site's
    front page, and its guid more than the link of a section; else as all that it says.
    """
    listed = (entry.guid, canonical_link(entry.link).partition("/")[2], entry.title)
    named = all(listed) and not says_link_twice(entry.guid, entry.link)
    whole = "\0".join(listed) if named else entry.fingerprint
    date = str(int(entry.published.timestamp())) if entry.published else ""
    # Of a sitemap's thousands no two may be one by chance: what is "listed" twice is dropped.
    name = hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return Sight(mark, name, short(entry.fingerprint), date, tuple(short(key) for key in entry.keys))


def short(text: str) -> str:
    """The hash of a key, as traces hold it."""
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


def own_keys(sights: Sequence[Sight]) -> list[frozenset[str] | None]:
    """For each item, which of its (hashed) keys are its own. A repeated listing has those of the first; it is
    ``None`` if it is the same to the letter.
    """
    firsts = {sight.listed: place for place, sight in reversed(list(enumerate(sights)))}
    uses = Counter(key for place in firsts.values() for key in sights[place].keys)
    said: set[tuple[str, str]] = set()
    owned: list[frozenset[str] | None] = []
    for sight in sights:
        own = frozenset(key for key in sights[firsts[sight.listed]].keys if uses[key] == 1)
        owned.append(None if (sight.listed, sight.said) in said else own)
        said.add((sight.listed, sight.said))
    return owned


def keep_own(entry: Entry, own: frozenset[str]) -> tuple[str, ...]:
    """The entry's keys that are among its ``own`` (hashed) ones, or its last key if none is."""
    return tuple(key for key in entry.keys if short(key) in own) or entry.keys[-1:]


def drop_shared_keys(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The distinct entries of a whole document, each with only the keys that are its own there."""
    owned = own_keys([sight_of("", entry) for entry in entries])
    return tuple(
        replace(entry, keys=keep_own(entry, own))
        for entry, own in zip(entries, owned, strict=True)
        if own is not None
    )


def to_text(sights: Iterable[Sight]) -> str:
    """The traces in a form that can be stored; the inverse of :func:`from_text`."""
    return "\n".join(
        " ".join((sight.mark, sight.listed, sight.said, sight.date, *sight.keys)) for sight in sights
    )


def from_text(stored: str) -> dict[str, Sight]:
    """Traces by their marks. What is not of this form (an older archive's) is forgotten."""
    parts = (line.split(" ") for line in stored.splitlines())
    return {
        mark: Sight(mark, more[0], more[1], more[2], tuple(more[3:]))
        for mark, *more in parts
        if len(more) > 2 and len(more[1]) == _HASH
    }
