"""Whole texts or teasers: what a feed carries, learned by comparing some of its entries with their pages.

Nothing in an entry says that it is cut: many a feed carries the first paragraphs of each release, which end
in a full stop (:mod:`presswatch.pages.teaser` finds the others by their looks). So the pages of a few entries
that look whole are read. If one goes on beyond its entry, the feed carries teasers, and the page behind each
entry is read. If three in a row don't, it carries whole texts; then one page a week is read, since sites
change.

"Goes on" is: the page has fifteen words in a row that the entry lacks, in paragraphs that stand on no
other page of the newsroom. What all its pages say (whom to call, who we are, where to give) is no part of
a release.

A page read in vain costs a request, and a page not read may cost a mention. So one page that goes on, among
the last five that were compared, outweighs four that don't; but it takes a second page to tell what all pages
say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from presswatch.matching.normalise import normalise
from presswatch.watch import Fulltext

Texts = Literal["unknown", "whole", "teasers", "unreadable"]
"""What a feed's entries carry; "unreadable": no page could be compared, so that nobody can tell."""
Comparison = Literal["whole", "goes on", "failed"]
"""What the page of an entry that looks whole showed; "failed": it could not be read, or says something else.
"""

LOOK_AGAIN = timedelta(days=7)
_ENOUGH = 3
"""So many pages are read of a feed that is not known, and so many must be whole in a row."""
_REMEMBERED = 5
_SEQUENCE = 5  # words that are compared together
_PASSAGE = 15  # words: a sentence
_MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of a feed's texts: ``waiting`` pages that were asked for to compare them are still to be
    read; the last one was asked for at ``asked``.
    """

    texts: Texts
    waiting: int = 0
    asked: datetime | None = None


def pages_wanted(learned: Learned, entries: int, now: datetime) -> int:
    """Of how many of a feed's new entries that look whole the pages are to be read, the newest first."""
    if learned.texts == "teasers":
        return entries
    if learned.texts == "unknown":
        return min(entries, max(_ENOUGH - learned.waiting, 0))
    due = learned.asked is None or not now - LOOK_AGAIN < learned.asked <= now
    return min(entries, 1) if due else 0


def texts_of(compared: Sequence[Comparison]) -> Texts:
    """What a feed carries, by the pages of its entries that look whole; the newest entry's first."""
    told = [one for one in compared if one != "failed"][:_REMEMBERED]
    if "goes on" in told and len(told) > 1:
        return "teasers"
    if len(told) >= _ENOUGH:
        return "whole"
    return "unreadable" if not told and len(compared) >= _ENOUGH else "unknown"


def compare(entry: str, page: str, other_pages: Iterable[str], *, titled: bool = True) -> Comparison:
    """What a page says beyond its entry; all are plain texts, ``other_pages`` of the same newsroom. A page
    that isn't ``titled`` as the entry, and lacks half of its words, is another's.
    """
    on_others = {line for other in other_pages for line in _lines(other)}
    lines = _lines(page)
    shown, own = (
        " ".join(some).split()[:_MOST_WORDS]
        for some in (lines, [line for line in lines if line not in on_others])
    )
    said = _sequences(normalise(entry).split()[:_MOST_WORDS])
    holds_it = 2 * len(said & _sequences(shown)) >= len(said)
    if (holds_it or titled) and _longest_run(own, said) >= _PASSAGE:
        return "goes on"
    return "whole" if holds_it else "failed"


def bears(page: str, title: str) -> bool:
    """Whether a page (its title and text) holds a release's title, whatever its case and quotes."""
    wanted = " ".join(normalise(title).split())
    return bool(wanted) and wanted in " ".join(normalise(page).split())


def carries_teasers(cut: Sequence[bool]) -> bool:
    """Whether a feed whose pages are never read carries teasers, by the looks of its newest entries."""
    return 2 * sum(cut) > len(cut)


def what_is_not_read(texts: Texts, rule: Fulltext, failing: str) -> str:
    """Why only what a feed carries is searched, though that may not be all, in words; empty where it is all.

    ``failing`` is why none of the pages that were asked for last could be read.
    """
    if rule == "never":
        return 'its entries are short or cut, and `fulltext = "never"`' if texts == "teasers" else ""
    if not failing or texts == "whole":
        return ""
    if texts == "unreadable":
        return f"whether its entries are whole is not known: their pages cannot be read ({failing})"
    return f"its pages cannot be read ({failing})"


def _lines(text: str) -> list[str]:
    return [normalise(line) for line in text.splitlines() if line.strip()]


def _sequences(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[place : place + _SEQUENCE]) for place in range(len(words) - _SEQUENCE + 1)}


def _longest_run(words: Sequence[str], known: set[tuple[str, ...]]) -> int:
    """The most words in a row of which no sequence is known."""
    longest = run = 0
    for place in range(len(words) - _SEQUENCE + 1):
        run = 0 if tuple(words[place : place + _SEQUENCE]) in known else run + 1
        longest = max(longest, run)
    return longest + _SEQUENCE - 1 if longest else 0
