"""A newsroom without a feed: the page that lists its releases, read by CSS selectors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from urllib.parse import urldefrag

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from presswatch.errors import FetchError
from presswatch.feeds.addresses import web_address
from presswatch.feeds.dates import read_date
from presswatch.feeds.entry import make_entry
from presswatch.feeds.html_text import html_to_text
from presswatch.feeds.keys import canonical_link
from presswatch.feeds.markup import base_of, read_markup, words_of
from presswatch.feeds.sights import drop_shared_keys
from presswatch.feeds.unnamed import without_common_key
from presswatch.feeds.values import Entry, ParsedFeed
from presswatch.times import utc_now
from presswatch.watch import Selectors
from presswatch.web.wall import BotWall, is_bot_wall

MOST_BOXES = 500
"""So many releases of a page are read, from its start; no newsroom shows more at once."""

NOTHING_FOUND = (
    "the selectors find no release on the page; the site may have been rebuilt, "
    "and `presswatch feeds add` may find new ones"
)
"""The reason of a :class:`FetchError` for a page that was read in vain."""

_SHARED_BY = 3  # boxes
_MOST_LINKS = 30  # of a box
_AGO = re.compile(
    r"\b(?:\d+|an?|one)\s+(?:second|minute|min|hour|hr|day|week)s?\s+ago\b"
    r"|\bhace\s+(?:\d+|una?)\s+(?:segundo|minuto|hora|d[ií]a|semana)s?\b",
    re.I,
)
_FURTHEST = 10  # nodes between a box and the date beside it
_Step = Callable[[LexborNode], LexborNode | None]


def parse_page(
    body: bytes,
    *,
    url: str,
    publisher: str,
    content_type: str,
    selectors: Selectors,
    now: datetime | None = None,
) -> ParsedFeed:
    """The releases that a page lists, in its order: one for each box with a link of its own.

    ``body`` is what the server sent, decompressed, and ``content_type`` its header; ``now`` (the present,
    if not given) completes dates without a year. Links are resolved against ``<base>``, or ``url``. A
    release's link is its guid, so that a corrected title makes no new release of it. A link that
    several boxes share counts once, where it has words; unless each names a place of its own on that page.
    A box without a link (the head of a table, an advertisement) is no release. ``selectors.date`` may match
    the box itself, and where it matches nothing in any box, the element just before each box, or just after
    (``<dt>`` and ``<dd>``).

    Raises :class:`FetchError` where no release is found, so that a rebuilt site is reported and not taken
    for a silent one; where a bot wall came instead; and for selectors that can't be read.
    """
    page = read_markup(body, content_type, url)
    boxes = _select(page, selectors, url)[:MOST_BOXES]
    box_of = _Boxes(
        base=base_of(page, url),
        own=canonical_link(url),
        publisher=publisher,
        language=_language(page),
        selectors=selectors,
        now=now or utc_now(),
        beside=_beside(boxes, selectors),
    ).sharing(boxes)
    entries: dict[str, Entry] = {}
    for box in boxes:
        entry = box_of.entry(box)
        if entry is None:
            continue
        link = canonical_link(entry.link)
        if link in entries and _are_places_of_one_page(entry, entries[link]):
            link = entry.link
        if link not in entries or (entry.title and not entries[link].title):
            entries[link] = entry
    if not entries:
        if is_bot_wall(body):
            raise BotWall(url, "a bot wall answered instead of the page")
        raise FetchError(url, NOTHING_FOUND)
    title = page.css_first("head title")
    named = " ".join(title.text().split()) if title else ""
    return ParsedFeed(named, drop_shared_keys(list(entries.values())))


def date_in(node: LexborNode, now: datetime) -> tuple[datetime | None, str]:
    """The date of an element, as :func:`presswatch.feeds.dates.read_date` gives it: as it is meant for
    machines (``<time datetime>``), or else as people read it.
    """
    for timed in node.css("time[datetime], [itemprop=datePublished][content]"):
        claim = timed.attributes.get("datetime") or timed.attributes.get("content") or ""
        published, raw = read_date(claim, now=now)
        if published is not None:
            return published, raw
    whole = read_date(words_of(node), now=now)
    if whole[0] is not None:
        return whole
    in_pieces = read_date(node.text(separator=" "), now=now)  # <b>25</b><i>Nov</i>
    return in_pieces if in_pieces[0] is not None else whole


def _select(page: LexborHTMLParser, selectors: Selectors, url: str) -> list[LexborNode]:
    """The boxes. All selectors are tried, since one that can't be read must not wait for its first use."""
    for selector in (selectors.link, selectors.title, selectors.date, selectors.summary, selectors.item):
        try:
            boxes = page.css(selector) if selector else []
        except (SelectolaxError, ValueError) as error:
            raise FetchError(url, f'"{selector}" is not a CSS selector that can be read') from error
    return boxes


def _language(page: LexborHTMLParser) -> str:
    html = page.css_first("html[lang]")
    return (html.attributes.get("lang") or "") if html else ""


def _beside(boxes: list[LexborNode], selectors: Selectors) -> _Step | None:
    """On which side of the boxes their dates are, if they are in none of them."""
    if not boxes or not selectors.date or any(box.css_first(selectors.date) for box in boxes):
        return None
    before = _find_beside(boxes[0], _previous, selectors)
    return _previous if before is not None else _next


def _find_beside(box: LexborNode, step: _Step, selectors: Selectors) -> LexborNode | None:
    node = step(box)
    for _ in range(_FURTHEST):
        if node is None or (node.is_element_node and node.css_matches(selectors.item)):
            return None
        if node.is_element_node and node.css_matches(selectors.date):
            return node
        node = step(node)
    return None


def _previous(node: LexborNode) -> LexborNode | None:
    return node.prev


def _next(node: LexborNode) -> LexborNode | None:
    return node.next


def _are_places_of_one_page(one: Entry, other: Entry) -> bool:
    """Whether two links lead to places of one page, as where a year's statements stand below each other:
    ``/statements#march`` and ``/statements#april``. ``/news/1`` and ``/news/1#comments`` don't.
    """
    places = {urldefrag(entry.link).fragment for entry in (one, other)}
    return len(places) == 2 and all(places) and one.title != other.title


@dataclass(frozen=True, slots=True)
class _Boxes:
    """What holds for all boxes of a page."""

    base: str
    own: str
    publisher: str
    language: str
    selectors: Selectors
    now: datetime
    beside: _Step | None
    shared: frozenset[str] = frozenset()

    def entry(self, box: LexborNode) -> Entry | None:
        """The release in a box; ``None`` where it links to nothing."""
        link, anchor = self._link(box)
        if not link:
            return None
        named = box.css_first(self.selectors.title) if self.selectors.title else None
        title = (words_of(named) if named else "") or self._words(box, link, anchor)
        summary = box.css_first(self.selectors.summary) if self.selectors.summary else None
        content = (summary.inner_html or "") if summary else ""
        published, published_raw = self._date(box)
        return without_common_key(
            make_entry(
                publisher=self.publisher,
                guid=link,
                link=link,
                title=title,
                content=content,
                text=html_to_text(content),
                language=self.language,
                published=published,
                published_raw=published_raw,
            )
        )

    def _link(self, box: LexborNode) -> tuple[str, LexborNode]:
        """The first link that leads to another page, and its element; where boxes share that, as that of
        their topic, the first that they don't share.
        """
        kept: tuple[str, LexborNode] | None = None
        for address, anchor in self._links(box):
            if address not in self.shared:
                return address, anchor
            kept = kept or (address, anchor)
        return kept or ("", box)

    def _links(self, box: LexborNode) -> Iterator[tuple[str, LexborNode]]:
        for place in box.css(self.selectors.link) if self.selectors.link else [box]:
            first = place.css_first("a[href]") or _around(place)
            if first is not None and (address := self._address(first)):
                yield address, first
            for anchor in place.css("a[href]"):
                if address := self._address(anchor):
                    yield address, anchor

    def sharing(self, boxes: list[LexborNode]) -> _Boxes:
        """With the addresses that are the first in three boxes or more, which go on with different ones. A
        release that is shown twice, on top and in the list, is none.
        """
        if self.selectors.link:
            return self
        seconds: dict[str, list[str]] = defaultdict(list)
        for box in boxes:
            addresses = list(dict.fromkeys(address for address, _ in islice(self._links(box), _MOST_LINKS)))
            if len(addresses) >= _MOST_LINKS - 1:
                return self  # these are no boxes of one release each
            first, second, *_ = [*addresses, "", ""]
            seconds[first].append(second)
        shared = {
            first
            for first, others in seconds.items()
            if len(others) >= _SHARED_BY and all(others) and len(set(others)) == len(others)
        }
        return replace(self, shared=frozenset(shared))

    def _address(self, anchor: LexborNode) -> str:
        address = web_address(self.base, anchor.attributes.get("href") or "")
        return address if canonical_link(address) != self.own else ""

    def _words(self, box: LexborNode, link: str, anchor: LexborNode) -> str:
        """The words of the link, or of another to the same page where it is a picture; else its label. How
        long ago it was is no part of a title.
        """
        words = words_of(anchor)
        if titled := " ".join(_AGO.sub(" ", words).split()):
            return titled
        if words:
            return words
        for other in box.css("a[href]"):
            if self._address(other) == link and (words := words_of(other)):
                return words
        labels = [anchor.attributes.get("aria-label"), anchor.attributes.get("title")]
        labels += [image.attributes.get("alt") for image in anchor.css("img[alt]")]
        return next((" ".join(label.split()) for label in labels if label and label.strip()), "")

    def _date(self, box: LexborNode) -> tuple[datetime | None, str]:
        """The date that the selector finds in the box, or beside it."""
        if not self.selectors.date:
            return None, ""
        node = box.css_first(self.selectors.date)
        if node is None and self.beside is not None:
            node = _find_beside(box, self.beside, self.selectors)
        if node is None:
            return None, ""
        return date_in(node, self.now)


def _around(place: LexborNode) -> LexborNode | None:
    """The link that an element without one stands in."""
    node: LexborNode | None = place.parent
    for _ in range(_FURTHEST):
        if node is None:
            return None
        if node.tag == "a" and node.attributes.get("href"):
            return node
        node = node.parent
    return None
