"""Guessing the selectors of a page that lists releases."""

from __future__ import annotations

from datetime import datetime

from presswatch.discovery.groups import Group, find_groups
from presswatch.discovery.outline import outline_of
from presswatch.discovery.writing import write_selectors
from presswatch.errors import FetchError
from presswatch.feeds.keys import canonical_link
from presswatch.feeds.markup import read_markup
from presswatch.feeds.page import parse_page
from presswatch.times import utc_now
from presswatch.watch import Selectors

_TRIED = 6  # groups
_MOST = 0.8


def guess_selectors(
    html: bytes, url: str, content_type: str, *, now: datetime | None = None
) -> Selectors | None:
    """Selectors for the list of releases on a page; ``None`` where it seems to have none.

    What repeats on the page is grouped, boxes with the same chain of tags and classes together. A group
    is the likelier the more boxes it has, the more of them have a date and a title of several words, the
    more lead to addresses that look like news, on this site; the less it stands in a menu or a
    footer. The selectors are the shortest that find the boxes, and are tried before they are offered:
    :func:`presswatch.feeds.page.parse_page` must find the group's links with them.
    """
    now = now or utc_now()
    try:
        outline = outline_of(read_markup(html, content_type, url), url)
    except FetchError:
        return None
    for group in find_groups(outline, now)[:_TRIED]:
        selectors = write_selectors(outline, group, now)
        if selectors is not None and _holds(selectors, group, html, url, content_type):
            return selectors
    return None


def _holds(selectors: Selectors, group: Group, html: bytes, url: str, content_type: str) -> bool:
    try:
        parsed = parse_page(html, url=url, publisher="", content_type=content_type, selectors=selectors)
    except FetchError:
        return False
    wanted = list(dict.fromkeys(canonical_link(box.address) for box in group.boxes))
    found = [canonical_link(entry.link) for entry in parsed.entries]
    hits = [link for link in found if link in set(wanted)]
    return len(hits) >= _MOST * len(wanted) and hits == [link for link in wanted if link in set(hits)]
