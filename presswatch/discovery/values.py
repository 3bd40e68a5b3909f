"""What discovery finds."""

from __future__ import annotations

from dataclasses import dataclass

from presswatch.feeds.values import Entry
from presswatch.watch import Kind, Selectors


@dataclass(frozen=True, slots=True)
class Candidate:
    """A newsroom that was read with success, and how it was found, in words.

    ``selectors`` belong to ``kind = "page"``, ``only`` to ``kind = "sitemap"``. ``entries`` are what it
    shows now, which may be none. ``warning`` says what of it would not be read; it is empty if all is.
    """

    kind: Kind
    url: str
    title: str
    selectors: Selectors | None
    entries: tuple[Entry, ...]
    how: str
    only: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The candidates, best first; how many requests were ``asked``; and what went wrong, in words.

    ``itself`` is what the address itself answered if it could not be read, and empty else: then what was
    found is elsewhere on the site, and nothing says that it is what the address stood for.
    """

    found: tuple[Candidate, ...]
    asked: int
    problems: tuple[str, ...]
    itself: str = ""
