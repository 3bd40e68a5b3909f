"""Asking a site for several things: few of them, slowly, none twice."""

from __future__ import annotations

import re
import time

import requests

from presswatch.confined.parent import read_confined
from presswatch.errors import FetchError
from presswatch.feeds.jsonfeed import looks_like_json
from presswatch.feeds.values import ParsedFeed, Validators
from presswatch.watch import FetchRules
from presswatch.web.answer import Answer
from presswatch.web.fetch import fetch

MOST_REQUESTS = 12
SPACING = 0.3
"""Seconds between two requests."""

_TOO_MANY = frozenset({429, 503})
_START = 4096  # bytes
_FEED_OR_SITEMAP = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf|urlset|sitemapindex)\b", re.I)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)


class Asker:
    """Asks within the bounds. ``asked`` counts the requests; ``left`` is how many are allowed still."""

    def __init__(self, session: requests.Session, rules: FetchRules) -> None:
        self._session = session
        self._rules = rules
        self._answers: dict[str, Answer | FetchError] = {}
        self._stopped = False

    @property
    def asked(self) -> int:
        """How many requests were made."""
        return len(self._answers)

    @property
    def left(self) -> int:
        """How many more there may be: none after a server said that there were too many."""
        return 0 if self._stopped else MOST_REQUESTS - self.asked

    def ask(self, url: str) -> Answer:
        """The answer, from memory where it was asked for before. Raises :class:`FetchError`."""
        if url not in self._answers:
            self._answers[url] = self._fetch(url)
        answer = self._answers[url]
        if isinstance(answer, FetchError):
            raise answer
        return answer

    def _fetch(self, url: str) -> Answer | FetchError:
        if self.left <= 0:
            raise FetchError(url, "it was not asked for: there were enough requests already")
        if self._answers:
            time.sleep(SPACING)
        try:
            return fetch(self._session, url, Validators(), self._rules)
        except FetchError as error:
            self._stopped = error.status in _TOO_MANY and error.retry_after is not None
            return error


def is_page(answer: Answer) -> bool:
    """Whether the answer is a web page. Its first bytes tell; feeds are often sent as ``text/html``."""
    start = answer.body[:_START]
    if looks_like_json(start, answer.content_type):
        return False
    page, other = _PAGE.search(start), _FEED_OR_SITEMAP.search(start)
    if page is not None and other is not None:
        return page.start() < other.start()
    return page is not None or (other is None and "html" in answer.content_type.lower())


def read_feed(answer: Answer) -> ParsedFeed:
    """The feed in an answer. Raises :class:`FetchError` where there is none."""
    if is_page(answer):
        raise FetchError(answer.url, "a web page came instead of a feed")
    feed: ParsedFeed = read_confined(
        answer.url,
        "presswatch.feeds.document:parse_whole",
        answer.body,
        url=answer.url,
        publisher="",
        content_type=answer.content_type,
    )
    return feed
