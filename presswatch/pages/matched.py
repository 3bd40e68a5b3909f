"""Reading pages and finding what they mention: the second half of a cycle's reading."""

from __future__ import annotations

import logging

from presswatch.confined.bounds import OutOfBounds
from presswatch.confined.parent import confined
from presswatch.matching.program import Program
from presswatch.pages.shard import read_pages
from presswatch.pages.values import (
    DuePage,
    MatchedPage,
    PageFailed,
    PageJob,
    PageRead,
    PageReading,
    PageShard,
    PageState,
)
from presswatch.releases.found import Found

_FIND = "presswatch.releases.found:find_within_bounds"

log = logging.getLogger(__name__)


def read_page_shard(shard: PageShard) -> list[MatchedPage]:
    """Read the pages of a shard and look into each. A plain function, as
    :func:`presswatch.feeds.shard.read_shard` is.
    """
    due = {page.release_id: page for page in shard.pages}
    job = PageJob(
        tuple(PageState(page.release_id, page.url, page.publisher) for page in shard.pages),
        shard.rules,
        shard.rules.page_delay,
        shard.deadline,
    )
    return [_matched(reading, due[reading.release_id], shard.programs) for reading in read_pages(job)]


def _matched(reading: PageReading, page: DuePage, programs: tuple[Program, ...]) -> MatchedPage:
    """One page's trouble is nobody else's, here too."""
    if not isinstance(reading, PageRead):
        return MatchedPage(reading)
    try:
        found: Found = confined(
            _FIND, page.title or reading.title, reading.text, page.publisher, given=programs
        )
    except OutOfBounds as error:
        return _failed(reading, page, f"looking into it {error.said}", retriable=not error.lasting)
    except Exception as error:
        log.exception("looking into %s failed in a way that Presswatch did not expect", reading.url)
        return _failed(reading, page, f"unexpected: {type(error).__name__}", retriable=True)
    return MatchedPage(reading, found.mentions, found.parts)


def _failed(reading: PageRead, page: DuePage, reason: str, *, retriable: bool) -> MatchedPage:
    failed = PageFailed(
        page.release_id, page.url, reading.at, reading.seconds, reading.status, reason, retriable
    )
    return MatchedPage(failed)
