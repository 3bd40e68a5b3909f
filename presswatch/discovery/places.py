"""Where the common kinds of sites keep their feeds."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from presswatch.feeds.addresses import path_of

_BUILT_WITH = (  # what a page says of its making, and where such a site's feed is
    (re.compile(rb"/wp-content/|/wp-includes/|generator[^<>]{1,40}wordpress", re.I), "/feed/"),
    (re.compile(rb"static1?\.squarespace\.com", re.I), "?format=rss"),
    (re.compile(rb"generator[^<>]{1,40}blogger|blogger\.com/", re.I), "/feeds/posts/default"),
    (re.compile(rb"generator[^<>]{1,40}drupal|/sites/default/files/", re.I), "/rss.xml"),
    (re.compile(rb"static\.wixstatic\.com|generator[^<>]{1,40}wix\.com", re.I), "/blog-feed.xml"),
    (re.compile(rb"generator[^<>]{1,40}ghost", re.I), "/rss/"),
    (re.compile(rb"generator[^<>]{1,40}(?:hugo|gatsby)", re.I), "/index.xml"),
    (re.compile(rb"generator[^<>]{1,40}(?:jekyll|eleventy)", re.I), "/feed.xml"),
)
_USUAL = (
    "/feed/ /rss.xml /feed.xml /index.xml /atom.xml /rss /news/feed/ /press-releases/feed/ /newsroom/feed "
    "/feeds/posts/default"
).split()
_REACH = 200_000  # bytes of a page


def is_wordpress(body: bytes) -> bool:
    """Whether a page says that it was made by WordPress, which has a feed for every section."""
    return bool(_BUILT_WITH[0][0].search(body[:_REACH]))


def section_feed(url: str) -> str:
    """WordPress' feed for a page: for the list of a section, its posts."""
    return urljoin(_section(url), "feed/")


def usual_places(body: bytes, url: str) -> list[str]:
    """Addresses where a feed may be, the likeliest first: what the page's making suggests; the feed of
    its own section; the usual names.
    """
    places = []
    for mark, place in _BUILT_WITH:
        if mark.search(body[:_REACH]):
            places.append(url.partition("?")[0].partition("#")[0] + place if place[0] == "?" else place)
    if path_of(url).strip("/"):
        places.insert(0 if is_wordpress(body) or not places else 1, section_feed(url))
    return list(dict.fromkeys(urljoin(url, place) for place in (*places, *_USUAL)))


def _section(url: str) -> str:
    """The address as a folder: without query, and without a file's name ("index.html")."""
    address = url.partition("?")[0].partition("#")[0]
    folder, _, last = address.rpartition("/")
    if not path_of(address).strip("/"):
        return address.rstrip("/") + "/"
    return f"{folder}/" if "." in last or not last else f"{address}/"
