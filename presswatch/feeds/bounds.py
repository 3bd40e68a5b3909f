"""How much of a newsroom's document is taken: so many items, each value so long.

What is beyond is left out and told by name, so that one newsroom's flood is nobody else's, and its own news
is read all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

MOST_ITEMS = 10_000
"""Of a feed, the newest: more than a newsroom publishes in years."""
MOST_LISTED = 100_000
"""Items of a feed of which the newest are looked for; one that shows more fails."""
MOST_ATTRIBUTES = 1_000
"""Of an element of a feed's document: feedparser's time grows with the square of their number."""
LONGEST_ADDRESS = 8_000
"""Characters of a link or guid. A longer link is taken for none: servers need answer none so long (RFC 9110,
section 4.1). For a longer guid stands its hash, so that its item is known again."""
LONGEST_LINE = 8_000
"""Characters of a date as it was written, of a feed's title, and the like."""
LONGEST_TEXT = 2_000_000
"""Characters of an item's title, and of what else people read of it."""
LONGEST_CONTENT = 5_000_000
"""Characters of an item as it was published, with its markup and the pictures in it."""

T = TypeVar("T")


def newest(items: Sequence[T], published: Callable[[T], datetime | None]) -> Sequence[T]:
    """The :data:`MOST_ITEMS` newest of a list: its last ones where its ends are dated and the last is the
    newer, else its first ones, as feeds are ordered.
    """
    if len(items) <= MOST_ITEMS:
        return items
    first, last = published(items[0]), published(items[-1])
    oldest_first = first is not None and last is not None and first < last
    return items[-MOST_ITEMS:] if oldest_first else items[:MOST_ITEMS]


def left_out_in_words(left_out: int, cut: int) -> str:
    """What of a feed isn't read: so many items, and values of so many others; empty if all is."""
    said = []
    if left_out:
        said.append(f"it shows {left_out + MOST_ITEMS:,} items; the newest {MOST_ITEMS:,} of them are read")
    if cut:
        items = "item holds" if cut == 1 else "items hold"
        said.append(f"{cut:,} new {items} more than can be kept: what is beyond it is left out")
    return "; ".join(said)
