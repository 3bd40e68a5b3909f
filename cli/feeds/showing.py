"""What a newsroom shows at the moment, and what of that should make one think twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cli.feeds.words import day
from presswatch.feeds.values import Entry
from presswatch.pages.teaser import needs_page
from presswatch.watch import Kind

_LONG_SILENT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Showing:
    """How many items there are, the newest date among them, and how many hold the first lines only."""

    items: int
    newest: datetime | None
    teasers: int


NOTHING = Showing(0, None, 0)


def showing_of(entries: Sequence[Entry]) -> Showing:
    """What a newsroom with these items shows."""
    dates = [entry.published for entry in entries if entry.published]
    teasers = [
        entry
        for entry in entries
        if needs_page(text=entry.text, content=entry.content, link=entry.link, rule="auto")
    ]
    return Showing(len(entries), max(dates, default=None), len(teasers))


def doubts(shown: Showing, kind: Kind, now: datetime) -> list[str]:
    """What is not as one would wish it, a line each.

    That a page or a sitemap holds no texts is their nature, and no doubt.
    """
    if not shown.items:
        return ["it shows no items at present"]
    found = []
    if shown.newest is None:
        found.append("it gives no dates; a release's date will be the time it was first seen")
    elif now - shown.newest > _LONG_SILENT:
        found.append(f"its newest item is of {day(shown.newest)}: is it still in use?")
    if kind == "feed" and shown.teasers == shown.items:
        found.append("it holds only the first lines of its items; the pages behind them will be read")
    return found
