"""What a site's robots.txt lets us read (RFC 9309), and how slowly.

The rules are looked up for an origin (scheme, host and port; RFC 9309, section 2.3) and kept for as
long as the :class:`Robots` lives, which is one job: far less than the day that the RFC allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from protego import Protego

from presswatch.errors import FetchError
from presswatch.feeds.values import Validators
from presswatch.watch import FetchRules
from presswatch.web.fetch import fetch

PRODUCT = "Presswatch"
"""Our product token (RFC 9309, section 2.2.1), whatever the User-Agent header says besides."""
LONGEST_DELAY = 10.0
"""Seconds: a crawl-delay above this counts as this, so that one site can't hold a cycle for hours."""
MOST_BYTES = 500 * 1024
"""As much of a robots.txt is read (RFC 9309, section 2.5); what comes after it is not."""

_AGENT = re.compile(r"\s*user[- ]?agent\b\s*+:?\s*+(?P<name>[^\s#]*)", re.I)
_OURS = re.compile(rf"(?:\*|{PRODUCT}(?![A-Za-z0-9_-]).*)", re.I)


@dataclass(frozen=True, slots=True)
class _Site:
    """A site's rules, or why they could not be learnt. Neither: everything is allowed."""

    rules: Protego | None = None
    unknown: FetchError | None = None


class Robots:
    """The robots.txt of every site that a job comes to, each fetched once.

    It may be shared by threads: at worst two of them fetch the same file at the same time.
    """

    def __init__(self, rules: FetchRules) -> None:
        self._rules = rules
        self._sites: dict[str, _Site] = {}

    def check(self, session: requests.Session, url: str) -> None:
        """Return if the page may be read; fetch the site's robots.txt first if it isn't known.

        Raises :class:`FetchError`: not retriable if robots.txt excludes the page for "Presswatch"
        (or for everybody, where it doesn't name us), retriable if robots.txt can't be had now. As the
        RFC wants it (section 2.3.1), a server's error or silence forbids everything for the time
        being, and "there is none" (4xx, or more than five redirects) allows everything. 429 is taken
        for the former, since it asks us to stay away for a while.
        """
        site = self._site(session, url)
        if site.unknown is not None:
            raise FetchError(url, f"robots.txt could not be read: {site.unknown.reason}") from site.unknown
        if site.rules is not None and not site.rules.can_fetch(url, PRODUCT):
            raise FetchError(url, "the site's robots.txt does not let Presswatch read it", retriable=False)

    def delay(self, url: str) -> float:
        """The site's crawl-delay in seconds, 0 to 10; 0 where it has none or wasn't checked yet.

        Crawl-delay is not part of the RFC, but widely written and understood.
        """
        site = self._sites.get(_origin(url), _Site())
        delay = site.rules.crawl_delay(PRODUCT) if site.rules is not None else None
        return min(delay or 0.0, LONGEST_DELAY)

    def _site(self, session: requests.Session, url: str) -> _Site:
        origin = _origin(url)
        if origin not in self._sites:
            self._sites[origin] = self._learn(session, f"{origin}/robots.txt")
        return self._sites[origin]

    def _learn(self, session: requests.Session, url: str) -> _Site:
        try:
            answer = fetch(session, url, Validators(), self._rules)
        except FetchError as error:
            if _there_is_none(error):
                return _Site()
            return _Site(unknown=error)
        return _Site(rules=_parse(answer.body))


def _there_is_none(error: FetchError) -> bool:
    if isinstance(error.__cause__, requests.TooManyRedirects):
        return True
    return error.status is not None and 400 <= error.status < 500 and error.status != 429


def _parse(body: bytes) -> Protego:
    """The rules in the file's first 500 KiB, up to the last whole line.

    What other robots are called doesn't matter to us, and every name costs Protego a copy of the
    rules that follow it: thousands of names before thousands of rules would fill the memory. So they
    all get one name. It also keeps Protego from taking a robot named "Press" for us.
    """
    if len(body) > MOST_BYTES:
        body = body[:MOST_BYTES].rpartition(b"\n")[0]
    lines = body.decode("utf-8-sig", errors="replace").splitlines()
    return Protego.parse("\n".join(map(_one_name, lines)))


def _one_name(line: str) -> str:
    agent = _AGENT.match(line)
    if agent is None:
        return line
    name = agent["name"]
    if not name:
        return line
    if not _OURS.fullmatch(name):
        return "User-agent: somebody-else"
    return f"User-agent: {'*' if name == '*' else PRODUCT}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"
