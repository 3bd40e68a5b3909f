"""Recovering one gap: the ways are tried in order, until known ground is reached."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import requests

from presswatch.errors import FetchError
from presswatch.masking import masked
from presswatch.pages.robots import Robots
from presswatch.recovery.older import Front, by_itself, by_links, by_paging, read_front
from presswatch.recovery.outcome import Found, Outcome, summed_up
from presswatch.recovery.site import home_of
from presswatch.recovery.sitemaps import by_sitemap
from presswatch.recovery.values import Gap
from presswatch.recovery.visit import Pace, Visit
from presswatch.recovery.wordpress import by_posts
from presswatch.watch import FetchRules

log = logging.getLogger(__name__)


def recover(
    session: requests.Session,
    gap: Gap,
    rules: FetchRules,
    *,
    robots: Robots | None = None,
    pace: Pace | None = None,
    is_late: Callable[[], bool] = lambda: False,
) -> Found:
    """Look for the releases that a feed showed and we didn't see, until known ground is reached.

    In this order: the feed's links to older documents (RFC 5005), WordPress's further pages of the feed,
    WordPress's list of posts, the site's sitemap. ``session`` is of
    :func:`presswatch.web.fetch.open_session`; ``robots`` and ``pace`` remember, from gap to gap, what a
    site allows and when it was last asked. Once ``is_late``, nothing more is asked for. Never
    raises: what goes wrong is the reason why the gap isn't closed.
    """
    visit = Visit(session, rules, robots or Robots(rules), pace or Pace(), gap.url, is_late=is_late)
    outcomes: list[Outcome] = []
    try:
        for outcome in _ways(visit, gap):
            outcomes.append(outcome)
            if outcome.reached:
                break
    except Exception as error:
        log.exception("recovering %s failed in a way that Presswatch did not expect", masked(gap.url))
        outcomes.append(Outcome("recovering", reason=f"unexpected: {type(error).__name__}", retriable=True))
    return summed_up(outcomes)


def _ways(visit: Visit, gap: Gap) -> Iterator[Outcome]:
    front: Front | None = None
    by_wordpress = False
    if gap.kind == "feed":
        try:
            front = read_front(visit, gap)
        except FetchError as error:  # it was read a moment ago, or will be again
            yield Outcome("the feed", reason=error.reason, retriable=True)
            return
        itself = by_itself(front, gap)
        if itself is not None:
            yield itself
        yield by_links(visit, front, gap)
        by_wordpress = front.by_wordpress
        if "paged=" not in front.feed.older:
            paged = by_paging(visit, front, gap)
            yield paged
            by_wordpress = by_wordpress or paged.honoured
    links = [entry.link for entry in front.feed.entries] if front else []
    home = home_of(front.url if front else gap.url, links)
    if not home:
        yield Outcome("the site", reason="its releases are on another site than its feed")
        return
    if front and by_wordpress:
        yield by_posts(visit, front.url, home, gap)
    yield by_sitemap(visit, home, gap)
