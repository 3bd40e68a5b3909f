"""Reading pages and finding what they mention: the second half of a cycle's reading."""

from __future__ import annotations

import logging

from presswatch.matching.matcher import Matcher, matcher_for
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
from presswatch.releases.found import find_in_release

log = logging.getLogger(__name__)


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
    return [_matched(reading, due[reading.release_id], matcher) for reading in read_pages(job)]


def _matched(reading: PageReading, page: DuePage, matcher: Matcher) -> MatchedPage:
    """One page's trouble is nobody else's, here too."""
    if not isinstance(reading, PageRead):
        return MatchedPage(reading)
    try:
        found = find_in_release(
            matcher, title=page.title or reading.title, text=reading.text, publisher=page.publisher
        )
    except Exception as error:
        log.exception("looking into %s failed in a way that Presswatch did not expect", reading.url)
        reason = f"unexpected: {type(error).__name__}"
        failed = PageFailed(
            page.release_id, page.url, reading.at, reading.seconds, reading.status, reason, retriable=True
        )
        return MatchedPage(failed)
    return MatchedPage(reading, found.mentions, found.parts)
