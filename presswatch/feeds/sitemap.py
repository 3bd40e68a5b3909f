"""A newsroom without a feed: its sitemap (https://www.sitemaps.org/protocol.html), with Google's news
extension (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from presswatch.errors import FetchError
from presswatch.feeds.addresses import path_of, web_address
from presswatch.feeds.dates import read_date
from presswatch.feeds.entry import make_entry
from presswatch.feeds.keys import canonical_link
from presswatch.feeds.listing import mark_of
from presswatch.feeds.only import pattern_of
from presswatch.feeds.sights import drop_shared_keys
from presswatch.feeds.sitemap_xml import Listing, Located, read_sitemap
from presswatch.feeds.unnamed import without_common_key
from presswatch.feeds.values import Entry, ParsedFeed

MOST_ENTRIES = 1_000
"""So many pages of a sitemap are taken, those that changed last."""
MOST_CHILDREN = 5
"""So many sitemaps of an index are read, those that changed last."""

_NEWS = re.compile(r"post|news|press|article|release|prensa|noticia|comunicado|bolet", re.I)
_NOT_NEWS = re.compile(r"posts-page|taxonom|user|author|categor|tag|image|video|product", re.I)
_NUMBER = re.compile(r"\d{1,18}")
_LONGEST_ADDRESS = 2_048  # characters, as sitemaps.org has it
_AT_ONCE = timedelta(minutes=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The releases of a sitemap, newest first, and for an index the sitemaps to read on, newest first.

    ``left_out`` counts the index's other sitemaps that may hold releases. ``marks`` are of all addresses
    that are listed (:mod:`presswatch.feeds.listing`), of an index those of sitemaps; ``before`` the guids
    of releases that were listed before. ``located`` counts all that is listed, chosen or not. ``is_news``:
    it uses the news extension, and all that was chosen bears a date of that.
    """

    parsed: ParsedFeed
    children: tuple[str, ...] = ()
    left_out: int = 0
    marks: frozenset[bytes] = frozenset()
    before: frozenset[str] = frozenset()
    located: int = 0
    is_news: bool = False


def parse_sitemap(
    body: bytes, *, url: str, publisher: str, only: str, listed: Collection[bytes] = frozenset()
) -> Sitemap:
    """Read a sitemap, a sitemap index, or a list of addresses, one a line; any of them may be gzipped.

    ``only`` chooses the addresses that are releases (see
    :func:`presswatch.feeds.only.pattern_of`); without it all are, but the
    front page. A release's date is the news extension's, or else ``lastmod``, which is not its
    publication but its last change; where all of three or more pages claim to have changed within the same
    minute, that is when the sitemap was made, and counts for nothing. The title is the news extension's, or
    empty. The guid is the address.

    At most 1,000 releases, the newest; those without any date come after the others, from both ends of
    the sitemap, since the newest may be at either; but where ``listed`` holds the marks of what was listed
    before, those that it doesn't hold come first (and those for which there is no room are not among
    ``marks``, so that they come next time). Of an index, the at most five sitemaps that changed
    last (or have the highest number) among those whose names ``only`` or a look of news chooses; if it
    chooses none, among all.

    Raises :class:`FetchError` for what is no sitemap, for one with a document type or entities (which are
    never expanded), for one of more than 50 MB, and for an ``only`` that is a broken expression. A sitemap
    in which nothing is chosen is empty, and no error: another of the same index may hold what is sought.
    """
    try:
        pattern = pattern_of(only)
    except re.error as error:
        raise FetchError(url, f"only = {only!r} is not a regular expression: {error}") from error
    listing = read_sitemap(body, url)
    choice = pattern if only else None
    if listing.is_index:
        children = _children(listing, choice, url)
        left_out = max(len(children) - MOST_CHILDREN, 0)
        marks = frozenset(map(mark_of, children))
        located = len(listing.located)
        return Sitemap(ParsedFeed("", ()), children[:MOST_CHILDREN], left_out, marks, located=located)
    changes = [_moment(page.lastmod) for page in listing.located]
    if _made_at_once(changes):
        changes = [None] * len(changes)
    chosen = [
        _Page(page, changed)
        for page, changed in zip(listing.located, changes, strict=True)
        if _is_chosen(page.loc, choice)
    ]
    entries: dict[str, Entry] = {}
    before: set[str] = set()
    taken, waiting = _newest(chosen, listed)
    for page in taken:
        entry = _entry(page, url, publisher)
        if entry is not None:
            entries.setdefault(canonical_link(entry.link), entry)
            if page.mark in listed:
                before.add(entry.guid)
    return Sitemap(
        ParsedFeed("", drop_shared_keys(list(entries.values()))),
        marks=frozenset(page.mark for page in chosen) - waiting,
        before=frozenset(before),
        located=len(listing.located),
        is_news=listing.is_news and all(page.published for page in chosen),
    )


def warning_of(index: Sitemap) -> str:
    """What of a sitemap isn't read, in words; empty if all is."""
    if not index.left_out:
        return ""
    named = len(index.children) + index.left_out
    return f"its index names {named} sitemaps that may hold releases; {len(index.children)} of them are read"


class _Page:
    """A page that was chosen, with its dates read: ``changed`` is ``None`` where ``lastmod`` says nothing."""

    __slots__ = ("changed", "listed", "mark", "published")

    def __init__(self, listed: Located, changed: datetime | None) -> None:
        self.listed = listed
        self.changed = changed
        self.mark = mark_of(listed.loc)
        self.published = _moment(listed.published)

    @property
    def newest(self) -> datetime:
        """What it is ranked by."""
        return self.changed or self.published or _LONG_AGO


def _is_chosen(loc: str, pattern: re.Pattern[str] | None) -> bool:
    if len(loc) > _LONGEST_ADDRESS:
        return False
    if pattern is None:
        return path_of(loc).strip("/") != ""
    return pattern.search(loc) is not None


def _entry(page: _Page, url: str, publisher: str) -> Entry | None:
    address = web_address(url, page.listed.loc)
    if not address:
        return None
    published, published_raw = page.published, page.listed.published
    if published is None:
        published, published_raw = page.changed, page.listed.lastmod if page.changed else ""
    elif page.changed and page.listed.lastmod != published_raw:
        published_raw = f"{published_raw}, changed {page.listed.lastmod}"  # so that a change is seen
    entry = make_entry(
        publisher=publisher,
        guid=address,
        link=address,
        title=page.listed.title,
        language=page.listed.language,
        published=published,
        published_raw=published_raw,
    )
    return without_common_key(entry)


def _moment(claim: str) -> datetime | None:
    return read_date(claim, now=_LONG_AGO)[0] if claim else None


def _made_at_once(changes: list[datetime | None]) -> bool:
    """Whether the pages' changes say no more than when the sitemap was made."""
    moments = [moment for moment in changes if moment]
    return len(moments) >= 3 and max(moments) - min(moments) <= _AT_ONCE


def _newest(pages: list[_Page], listed: Collection[bytes]) -> tuple[list[_Page], set[bytes]]:
    """The pages that are taken; and the marks of those for which there is no room though they are new."""
    dated = sorted((p for p in pages if p.newest != _LONG_AGO), key=lambda p: p.newest, reverse=True)
    undated = [page for page in pages if page.newest == _LONG_AGO]
    new = [page for page in undated if page.mark not in listed] if listed else []
    taken = _from_both_ends(new, MOST_ENTRIES)
    dated = dated[: MOST_ENTRIES - len(taken)]
    waiting = {page.mark for page in new} - {page.mark for page in taken}
    others = [page for page in undated if not listed or page.mark in listed]
    chosen = {*taken, *_from_both_ends(others, MOST_ENTRIES - len(taken) - len(dated))}
    return dated + [page for page in undated if page in chosen], waiting


def _from_both_ends(pages: list[_Page], room: int) -> list[_Page]:
    return pages if len(pages) <= room else pages[: room - room // 2] + pages[len(pages) - room // 2 :]


def _children(listing: Listing, pattern: re.Pattern[str] | None, url: str) -> tuple[str, ...]:
    children = [
        (address, _moment(child.lastmod) or _LONG_AGO)
        for child in listing.located
        if (address := web_address(url, child.loc)) and canonical_link(address) != canonical_link(url)
    ]
    chosen = [child for child in children if _suggests_news(child[0], pattern)]
    ranked = sorted(chosen or children, key=lambda child: (child[1], _numbers(child[0])), reverse=True)
    return tuple(dict.fromkeys(address for address, _ in ranked))


def _suggests_news(address: str, pattern: re.Pattern[str] | None) -> bool:
    if pattern is not None and pattern.search(address):
        return True
    name = address.partition("://")[2].partition("/")[2]
    return bool(_NEWS.search(name)) and not _NOT_NEWS.search(name)


def _numbers(address: str) -> tuple[int, ...]:
    """Numbers in path and query: where nothing else tells, the last part of a sitemap is the newest."""
    name = address.partition("://")[2].partition("/")[2]
    return tuple(int(number) for number in _NUMBER.findall(name))
