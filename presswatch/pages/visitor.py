"""One visitor to one host at a time: asks robots.txt, keeps the pace, fetches, and reads the page."""

from __future__ import annotations

import hashlib
import logging
import time
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from presswatch.confined.bounds import OutOfBounds
from presswatch.confined.parent import turn
from presswatch.errors import FetchError
from presswatch.feeds.values import Validators
from presswatch.pages.extract import BOT_WALL, Extracted
from presswatch.pages.robots import Robots
from presswatch.pages.values import PageFailed, PageRead, PageReading, PageState
from presswatch.times import utc_now
from presswatch.watch import FetchRules
from presswatch.web.fetch import Answer, fetch, open_session
from presswatch.web.wall import BotWall

_ACCEPT = "text/html, application/xhtml+xml, application/pdf;q=0.9, */*;q=0.5"
_EXTRACT = "presswatch.pages.extract:extract_within_bounds"

log = logging.getLogger(__name__)


class Visitor:
    """Reads a host's pages with one session, at the host's pace: ``delay`` seconds between two of them.

    It is for one thread at a time, while ``robots`` may be shared. Close it after use.
    """

    def __init__(
        self, rules: FetchRules, robots: Robots, delay: float, deadline: datetime | None = None
    ) -> None:
        self._rules = rules
        self._deadline = deadline
        self._robots = robots
        self._delay = delay
        self._session = open_session(rules)
        self._session.headers["Accept"] = _ACCEPT
        self._session.hooks["response"].append(self._see)
        self._asked: float | None = None  # when the last page had been fetched
        self._at_robots = False
        self.waited = 0.0
        """Seconds for which pages that had come waited until others were read."""

    @property
    def is_late(self) -> bool:
        """Whether the deadline is over, after which no page is to be begun."""
        return self._deadline is not None and utc_now() > self._deadline

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def read(self, page: PageState) -> PageReading:
        """Read a page, in its turn. Never raises: whatever goes wrong becomes its :class:`PageFailed`."""
        at, clock = utc_now(), time.monotonic()

        def failed(status: int | None, reason: str, retriable: bool) -> PageFailed:
            seconds = round(time.monotonic() - clock, 3)
            return PageFailed(page.release_id, page.url, at, seconds, status, reason, retriable)

        answer: Answer | None = None
        try:
            _must_be_web(page.url)
            self._check(page.url)
            self._take_turn(page.url)
            at, clock = utc_now(), time.monotonic()
            answer = self._fetch(page.url)
            return self._read(page, answer, at, clock)
        except FetchError as error:
            return failed(error.status or (answer.status if answer else None), error.reason, error.retriable)
        except Exception as error:
            log.exception("reading the page %s failed in a way that Presswatch did not expect", page.url)
            return failed(answer.status if answer else None, f"unexpected: {type(error).__name__}", True)

    def _read(self, page: PageState, answer: Answer, at: datetime, clock: float) -> PageRead:
        seconds = time.monotonic() - clock
        extracted, waited, took = extract(answer.body, answer.content_type, answer.url)
        self.waited += waited
        return PageRead(
            release_id=page.release_id,
            url=answer.url,
            at=at,
            seconds=round(seconds + took, 3),
            status=answer.status,
            kind=extracted.kind,
            body_hash=hashlib.sha256(answer.body).hexdigest(),
            size=len(answer.body),
            title=extracted.title,
            text=extracted.text,
        )

    def _take_turn(self, url: str) -> None:
        """Leave the job's delay, or the site's crawl-delay if that is longer, after the last request."""
        if self._asked is not None:
            free = self._asked + max(self._delay, self._robots.delay(url))
            time.sleep(max(0.0, free - time.monotonic()))

    def _fetch(self, url: str) -> Answer:
        try:
            return fetch(self._session, url, Validators(), self._rules)
        except BotWall as wall:
            reason = f"{BOT_WALL} (HTTP {wall.status})"
            raise FetchError(url, reason, status=wall.status, retry_after=wall.retry_after) from wall
        finally:
            self._asked = time.monotonic()

    def _check(self, url: str) -> None:
        """Ask robots.txt, which is fetched through the same session where it isn't known yet."""
        self._at_robots = True
        try:
            self._robots.check(self._session, url)
        finally:
            self._at_robots = False

    def _see(self, response: requests.Response, **_: Any) -> None:
        """Look at each answer before Requests goes on: may we read where it leads to?"""
        if self._at_robots or not response.is_redirect:
            return
        try:
            self._check(urljoin(response.url, response.headers["Location"]))
        except FetchError:
            response.close()
            raise


def _must_be_web(url: str) -> None:
    """Raise :class:`FetchError` for what a feed may call a link, but isn't one that can be followed."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError as error:
        raise FetchError(url, "the address is not valid", retriable=False) from error
    if not is_web:
        raise FetchError(url, "the link is not an http or https address", retriable=False)


def extract(body: bytes, content_type: str, url: str) -> tuple[Extracted, float, float]:
    """See :func:`presswatch.pages.extract.extract`; done within bounds, in its turn. Beside what the page
    says, the seconds that it waited for its turn, and those that it took.

    Raises :class:`FetchError` also for what takes too much to read.
    """
    asked = time.monotonic()
    with turn() as child:
        begun = time.monotonic()
        try:
            extracted: Extracted = child.call(_EXTRACT, body, content_type, url)
        except OutOfBounds as error:
            raise FetchError(url, f"reading it {error.said}", retriable=not error.lasting) from error
        return extracted, begun - asked, time.monotonic() - begun
