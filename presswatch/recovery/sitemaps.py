"""The site's own sitemap, as a list of what it published (https://www.sitemaps.org/protocol.html)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from presswatch.confined.parent import read_confined
from presswatch.errors import FetchError
from presswatch.feeds.sitemap import Sitemap
from presswatch.feeds.values import Entry
from presswatch.masking import masked
from presswatch.recovery.faithful import dates_by_edits, is_faithful, missing_among
from presswatch.recovery.outcome import MOST_ENTRIES, TOO_MANY, Outcome
from presswatch.recovery.site import Shape, origin_of, same_site, shape_of
from presswatch.recovery.values import Gap
from presswatch.recovery.visit import LimitReached, Visit, may_pass
from presswatch.recovery.walk import Standing, since, standing
from presswatch.web.fetch import Answer

SITEMAP = "the site's sitemap"

_PARSE = "presswatch.feeds.sitemap:parse_sitemap"
_COMMON_PLACES = ("/sitemap.xml", "/news-sitemap.xml", "/wp-sitemap.xml")
_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.I | re.M)
_ROBOTS_BYTES = 500 * 1024  # RFC 9309, section 2.5
_MOST_SITEMAPS = 5
_NEWS = re.compile(r"news|press|release|post|prensa|noticia|comunicado", re.I)
_SPECIAL = re.compile(r"[\\\[\](){}*+?^$|]")
_DATE_IN_PATH = re.compile(r"/(20\d\d)/([01]?\d)/(?:([0-3]?\d)/)?")


def by_sitemap(visit: Visit, home: str, gap: Gap) -> Outcome:
    """Look for pages that the site's sitemaps date in the gap and whose addresses are like those of the
    feed's releases.

    Nothing is missing any more only if the sitemaps hold what the feed showed, and known ground. A sitemap
    that holds known ground, but not yet what the feed shows, may be asked again later.
    """
    shape = shape_of(gap.shown_keys | gap.known_keys, gap.url)
    entries: dict[str, Entry] = {}
    trouble: FetchError | None = None
    try:
        for sitemap in _sitemaps(visit, home):
            try:
                _read(visit, sitemap, shape, gap, entries)
            except LimitReached:
                raise
            except FetchError as error:
                trouble = _graver(trouble, error)
            if _stands(entries, gap) >= {Standing.KNOWN, Standing.SHOWN}:
                break  # the sitemaps that are left hold something else
    except FetchError as error:
        trouble = _graver(trouble, error)
    return _outcome(entries, shape, gap, trouble)


def _outcome(entries: dict[str, Entry], shape: Shape, gap: Gap, trouble: FetchError | None) -> Outcome:
    pages = tuple(entries.values())
    stands = _stands(entries, gap)
    missing = [page for page in missing_among(pages, gap) if not _is_older(page.link, gap)]
    missing.sort(key=lambda page: page.published or gap.found, reverse=True)
    retriable = trouble is not None and may_pass(trouble)
    objection = _objection(pages, missing, shape, gap)
    if objection:
        reason = trouble.reason if trouble and not pages else objection
        return Outcome(SITEMAP, reason=reason, retriable=retriable)
    reached = stands >= {Standing.KNOWN, Standing.SHOWN} and len(missing) <= MOST_ENTRIES
    reason = trouble.reason if trouble else "it does not reach back far enough"
    if len(missing) > MOST_ENTRIES:
        reason = TOO_MANY
    elif Standing.SHOWN not in stands:
        reason, retriable = "it is not up to date", True
    return Outcome(SITEMAP, tuple(missing), reached, "" if reached else reason, retriable, listed=True)


def _objection(pages: Sequence[Entry], missing: Sequence[Entry], shape: Shape, gap: Gap) -> str:
    """Why what the sitemaps hold can't be taken for releases; empty if it can."""
    stands = {standing(page, gap) for page in pages}
    if not stands & {Standing.KNOWN, Standing.SHOWN}:
        return "it does not hold the feed's releases"
    if not shape.is_telling and not all(page.title for page in missing):
        return "releases can't be told from other pages in it"
    if dates_by_edits([page for page in pages if not page.title], gap):
        return "its dates are not those of publication"
    if Standing.SHOWN in stands and not is_faithful(pages, gap):
        return "it holds more than the feed's releases"
    return ""


def _stands(entries: dict[str, Entry], gap: Gap) -> set[Standing]:
    return {standing(entry, gap) for entry in entries.values()}


def _graver(one: FetchError | None, other: FetchError) -> FetchError:
    """Of two errors the one that may pass, since it is the one to be told of and tried again."""
    return one if one is not None and (may_pass(one) or not may_pass(other)) else other


def _sitemaps(visit: Visit, home: str) -> Iterator[str]:
    """The sitemaps that robots.txt names (https://www.sitemaps.org/protocol.html#submit_robots), those that
    sound like news first; where it names none, the common places.
    """
    try:
        named = _named(visit.get(f"{home}/robots.txt"))
    except LimitReached:
        raise
    except FetchError as error:
        if may_pass(error):
            raise
        named = []
    own = [url for url in dict.fromkeys(named) if same_site(url, home)]
    own.sort(key=lambda url: _NEWS.search(url.removeprefix(origin_of(url))) is None)
    yield from own[:_MOST_SITEMAPS] or [home + place for place in _COMMON_PLACES]


def _named(robots: Answer) -> list[str]:
    return [name.decode("utf-8", "replace") for name in _LINE.findall(robots.body[:_ROBOTS_BYTES])]


def _read(visit: Visit, url: str, shape: Shape, gap: Gap, entries: dict[str, Entry]) -> None:
    """Read a sitemap, or an index and the sitemaps in it; gather what looks like a release."""
    within = f"/{'/'.join(shape.prefix)}/" if shape.prefix else ""
    only = within if not _SPECIAL.search(within) else ""  # which could be an expression
    waiting, seen = [url], {url}
    while waiting:
        answer = visit.get(waiting.pop(0), obey_robots=True)
        try:
            sitemap: Sitemap = read_confined(
                answer.url, _PARSE, answer.body, url=masked(answer.url), publisher=gap.publisher, only=only
            )
        except FetchError as error:
            raise FetchError(answer.url, error.reason, retriable=False) from error
        for entry in sitemap.parsed.entries:
            if same_site(entry.link, gap.url) and shape.fits(entry.link):
                entries.setdefault(entry.guid, entry)
        children = [child for child in sitemap.children if child not in seen and same_site(child, url)]
        seen.update(children)
        waiting += children


def _is_older(link: str, gap: Gap) -> bool:
    """Whether the address itself says that the release is from before the gap ("/2026/11/23/"), as one may be
    that was edited since.
    """
    dated = _DATE_IN_PATH.search(link)
    if dated is None:
        return False
    year, month = int(dated[1]), int(dated[2])
    if not 1 <= month <= 12:
        return False
    last = calendar.monthrange(year, month)[1]
    day = int(dated[3]) if dated[3] else last
    if not 1 <= day <= last:
        return False
    return datetime(year, month, day, 23, 59, 59, tzinfo=UTC) < since(gap)
