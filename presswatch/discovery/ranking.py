"""Which of several feeds of a site is the one that was meant."""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from presswatch.discovery.links import FeedLink
from presswatch.discovery.values import Candidate
from presswatch.feeds.addresses import path_of, web_address
from presswatch.feeds.keys import canonical_link
from presswatch.feeds.markup import base_of

MOST_OFFERED = 5
_MOST_ANCHORS = 3_000


def rank(found: Sequence[Candidate], url: str, page: LexborHTMLParser) -> list[Candidate]:
    """The feeds, best first, without those that repeat a better one.

    Feeds of comments and empty ones come last. Behind a front page, feeds that speak of press or news come
    first; behind another page, those that share most with it, since it was given for what it lists.
    """
    base = base_of(page, url)
    shown = {
        canonical_link(web_address(base, anchor.attributes.get("href") or ""))
        for anchor in page.css("a[href]")[:_MOST_ANCHORS]
    }
    at_front = not path_of(url).strip("/")

    def merit(candidate: Candidate) -> tuple[bool, bool, float, float]:
        link = FeedLink(candidate.url, candidate.title, candidate.how)
        links = [canonical_link(entry.link) for entry in candidate.entries]
        shared = round(sum(link in shown for link in links) / len(links), 1) if links else 0.0
        press = float(link.is_of_press)
        first, second = (press, shared) if at_front else (shared, press)
        return link.is_of_comments, not links, -first, -second

    best: dict[tuple[str, ...], Candidate] = {}
    for candidate in sorted(found, key=merit):
        links = tuple(sorted(canonical_link(entry.link) or entry.guid for entry in candidate.entries))
        best.setdefault(links or (candidate.url,), candidate)
    return list(best.values())[:MOST_OFFERED]
