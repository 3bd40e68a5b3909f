"""Asking a site for what it keeps, within bounds: so many requests, so long, so slowly, so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import requests

from presswatch.errors import FetchError
from presswatch.feeds.values import Validators
from presswatch.pages.robots import Robots
from presswatch.recovery.site import origin_of, same_site
from presswatch.watch import FetchRules
from presswatch.web.fetch import Answer, fetch

MOST_REQUESTS = 10
"""Of a gap, robots.txt counted in."""
SPACING = 0.5
"""Seconds, at least, between two requests to a host; ``rules.page_delay``, if that is more."""
TIMES_AS_LONG = 4
"""``rules.total_timeout`` times this is the longest that a gap may take, in seconds."""


class LimitReached(FetchError):
    """A request that was not made, since the gap has had its share of requests or time."""


@dataclass(slots=True)
class Pace:
    """When each host was last ``asked``, by its origin, and which have had enough (429) or are overloaded
    (503). For one thread; kept from gap to gap.
    """

    asked: dict[str, float] = field(default_factory=dict)
    left_alone: set[str] = field(default_factory=set)


class Visit:
    """The requests for one gap. For one thread, as ``session`` is; ``robots`` may be shared."""

    def __init__(
        self,
        session: requests.Session,
        rules: FetchRules,
        robots: Robots,
        pace: Pace,
        home: str,
        *,
        is_late: Callable[[], bool] = lambda: False,
    ) -> None:
        self._session = session
        self._rules = rules
        self._robots = robots
        self._pace = pace
        self._home = home
        self._is_late = is_late
        self._checked: set[str] = set()
        self._deadline = time.monotonic() + TIMES_AS_LONG * rules.total_timeout
        self.left = MOST_REQUESTS

    def move_to(self, home: str) -> None:
        """From now on, this address is the feed's own, since redirects led there."""
        self._home = home

    def get(self, url: str, *, first: bool = False, obey_robots: bool = False) -> Answer:
        """GET the address in its turn. ``first``: wherever redirects lead is the feed's own site.

        Raises :class:`FetchError`: :class:`LimitReached` where there is no request or time left; not
        retriable for an address that is not of the feed's own site, also after a redirect, or that
        robots.txt excludes; or as :func:`presswatch.web.fetch.fetch` does.
        """
        self._stay_home(url)
        if obey_robots:
            self._ask_robots(url)
        self._take_turn(url)
        try:
            left = self._deadline - time.monotonic()
            rules = replace(self._rules, total_timeout=min(self._rules.total_timeout, max(left, 0.1)))
            answer = fetch(self._session, url, Validators(), rules)
        except FetchError as error:
            if error.status in (429, 503):
                self._pace.left_alone.add(origin_of(url))
            raise
        finally:
            self._pace.asked[origin_of(url)] = time.monotonic()
        if first:
            self.move_to(answer.url)
        self._stay_home(answer.url)
        return answer

    def _stay_home(self, url: str) -> None:
        if not same_site(url, self._home):
            raise FetchError(url, "it leads to another site", retriable=False)

    def _ask_robots(self, url: str) -> None:
        origin = origin_of(url)
        if origin in self._checked:
            self._robots.check(self._session, url)
            return
        self._take_turn(url)
        try:
            self._robots.check(self._session, url)
        finally:
            self._checked.add(origin)
            self._pace.asked[origin] = time.monotonic()

    def _take_turn(self, url: str) -> None:
        if self.left <= 0:
            reason = f"more than {MOST_REQUESTS} requests would be needed"
            raise LimitReached(url, reason, retriable=False)
        if self._is_late():
            raise LimitReached(url, "the cycle's time is up")
        origin = origin_of(url)
        if origin in self._pace.left_alone:
            raise LimitReached(url, "the site wants to be left alone")
        spacing = max(SPACING, self._rules.page_delay, self._robots.delay(url))
        wait = self._pace.asked.get(origin, -spacing) + spacing - time.monotonic()
        if time.monotonic() + max(wait, 0) >= self._deadline:
            raise LimitReached(url, "the site is too slow")
        if wait > 0:
            time.sleep(wait)
        self.left -= 1


def may_pass(error: FetchError) -> bool:
    """Whether the same request may go better later: the network, or a server in trouble.

    A refusal (403) is not such a case, while for a feed it may be.
    """
    return error.retriable and (
        error.status is None or error.status in (408, 425, 429) or error.status >= 500
    )
