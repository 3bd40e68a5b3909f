"""Reading pages and finding what they mention: the second half of a cycle's reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch.feeds.shard import by_host
from presswatch.matching.matcher import matcher_for
from presswatch.matching.mention import Mention
from presswatch.matching.program import Program
from presswatch.pages.shard import read_pages
from presswatch.pages.values import PageJob, PageRead, PageReading, PageState
from presswatch.releases.found import find_in_release
from presswatch.releases.part import Part
from presswatch.watch import FetchRules

SHARD_SIZE = 100
"""How many pages a shard holds at most, as far as hosts can be kept whole."""


@dataclass(frozen=True, slots=True)
class DuePage:
    """A release whose page is to be read."""

    release_id: int
    url: str
    title: str
    publisher: str


@dataclass(frozen=True, slots=True)
class PageShard:
    """A share of the pages that are due, and what to look for in them."""

    pages: tuple[DuePage, ...]
    programs: tuple[Program, ...]
    rules: FetchRules


@dataclass(frozen=True, slots=True)
class MatchedPage:
    """A page that was read (or not), what its release mentions with that text, and its parts."""

    reading: PageReading
    mentions: tuple[Mention, ...] = ()
    parts: tuple[Part, ...] = ()


def read_page_shard(shard: PageShard) -> list[MatchedPage]:
    """Read the pages of a shard and look into each. A plain function, as
    :func:`presswatch.feeds.shard.read_shard` is.
    """
    matcher = matcher_for(shard.programs)
    due = {page.release_id: page for page in shard.pages}
    job = PageJob(
        tuple(PageState(page.release_id, page.url) for page in shard.pages),
        shard.rules,
        shard.rules.page_delay,
    )
    matched = []
    for reading in read_pages(job):
        if isinstance(reading, PageRead):
            page = due[reading.release_id]
            found = find_in_release(matcher, title=page.title, text=reading.text, publisher=page.publisher)
            matched.append(MatchedPage(reading, found.mentions, found.parts))
        else:
            matched.append(MatchedPage(reading))
    return matched


def into_page_shards(
    pages: Sequence[DuePage], programs: tuple[Program, ...], rules: FetchRules
) -> list[PageShard]:
    """Share the pages out so that each host is in one shard only."""
    shards: list[list[DuePage]] = []
    for group in by_host(pages).values():
        if not shards or len(shards[-1]) + len(group) > SHARD_SIZE:
            shards.append([])
        shards[-1].extend(group)
    return [PageShard(tuple(shard), programs, rules) for shard in shards]
