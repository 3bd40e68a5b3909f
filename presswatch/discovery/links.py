"""What a page links to that may be a feed, or the newsroom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from presswatch.feeds.addresses import host_of, path_of, web_address
from presswatch.feeds.keys import canonical_link
from presswatch.feeds.markup import base_of, words_of

PRESS = re.compile(r"press|news(?!letter)|media\b|releases?\b|statement|prensa|noticia|comunicado", re.I)
"""Words of a feed of releases, in its address or title."""
COMMENTS = re.compile(r"\bcomment|\bcomentario", re.I)

ON_A_PAGE = re.compile(r"comments? on\b|comentarios en\b", re.I)
"""How WordPress calls the feed of the comments on one page."""

_FEED_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/rdf+xml application/feed+json application/xml "
    "text/xml application/json".split()
)
_NO_FEED = re.compile(r"/wp-json\b|oembed|sitemap|\.xsl\b|opensearch|manifest|/xmlrpc", re.I)
_LOOKS_LIKE_FEED = re.compile(
    r"(?:/(?:feeds?|rss|atom)/?|\.(?:rss|rdf|atom)|/(?:rss|feed|atom|index)\w{0,20}\.(?:xml|json|php))(?:\?|$)"
    r"|[?&](?:format|feed|alt)=(?:rss|atom)|^https?://(?:feeds|rss)\.",
    re.I,
)
_SAYS_FEED = re.compile(r"\b(?:rss|atom feed|web feed)\b", re.I)
_NEWSROOM = re.compile(
    r"(?:the )?(?:press|news|media)(?:[ -]?room| releases?| cent(?:er|re)| statements?| office| & media)?"
    r"|(?:all |latest )?(?:press releases|news|statements)|news (?:and|&) (?:press|media|updates|releases)"
    r"|(?:press|media) (?:and|&) (?:news|press|media)|(?:sala de )?prensa|noticias"
    r"|comunicados(?: de prensa)?",
    re.I,
)
_MOST_ANCHORS = 3_000
_LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link that may lead to a feed, with what the page calls it, and how it was found."""

    url: str
    title: str
    how: str

    @property
    def is_of_press(self) -> bool:
        """Whether address or title speak of press or news."""
        return bool(PRESS.search(path_of(self.url)) or PRESS.search(self.title))

    @property
    def is_of_comments(self) -> bool:
        """Whether it is a feed of what readers say."""
        return bool(COMMENTS.search(path_of(self.url)) or COMMENTS.search(self.title))


def feed_links(page: LexborHTMLParser, url: str) -> list[FeedLink]:
    """The links of a page that came from ``url``, the likeliest first, without repetition.

    Feeds of comments come last; before them, feeds below the page's own path come first, then those that
    speak of press or news; then link elements before other links, in the page's order.
    """
    found: dict[str, FeedLink] = {}
    for link in (*_elements(page, url), *_anchors(page, url)):
        found.setdefault(canonical_link(link.url), link)
    own = path_of(url).rstrip("/") + "/"
    return sorted(
        found.values(),
        key=lambda link: (
            link.is_of_comments,
            own == "/" or not path_of(link.url).startswith(own),
            not link.is_of_press,
        ),
    )


def newsroom_link(page: LexborHTMLParser, url: str) -> str:
    """The page that a menu calls the press room, or news; empty where none is."""
    base, own = base_of(page, url), canonical_link(url)
    best = ""
    for anchor in page.css("a[href]")[:_MOST_ANCHORS]:
        address = web_address(base, anchor.attributes.get("href") or "")
        if host_of(address) != host_of(url) or canonical_link(address) == own:
            continue
        words = " ".join(anchor.text().split())
        if len(words) <= _LONGEST_WORDS and _NEWSROOM.fullmatch(words):
            if re.search(r"press|prensa|comunicado", words, re.I):
                return address
            best = best or address
    return best


def _elements(page: LexborHTMLParser, url: str) -> Iterator[FeedLink]:
    """``<link rel="alternate" type="…">`` (RSS Advisory Board, RSS Autodiscovery)."""
    base = base_of(page, url)
    for node in page.css("link[href]")[:_MOST_ANCHORS]:
        relations = (node.attributes.get("rel") or "").lower().split()
        media = (node.attributes.get("type") or "").partition(";")[0].strip().lower()
        address = web_address(base, node.attributes.get("href") or "")
        if not address or _NO_FEED.search(address):
            continue
        if "feed" in relations or ("alternate" in relations and media in _FEED_TYPES):
            title = " ".join((node.attributes.get("title") or "").split())
            yield FeedLink(address, title, "the page names it as its feed")


def _anchors(page: LexborHTMLParser, url: str) -> Iterator[FeedLink]:
    base = base_of(page, url)
    for node in page.css("a[href]")[:_MOST_ANCHORS]:
        address = web_address(base, node.attributes.get("href") or "")
        if not address or _NO_FEED.search(address) or canonical_link(address) == canonical_link(url):
            continue
        looks = _LOOKS_LIKE_FEED.search(address)
        said = " ".join(node.text().split())
        if looks or (len(said) <= _LONGEST_WORDS and _SAYS_FEED.search(said)):
            yield FeedLink(address, words_of(node)[:_LONGEST_WORDS], "the page links to it")
