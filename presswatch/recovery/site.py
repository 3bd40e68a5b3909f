"""Which addresses belong to a feed's own site, and what its releases' addresses have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from presswatch.feeds.keys import canonical_link

_SUBDOMAINS = ("www.", "feeds.", "feed.", "rss.")
"""What a site may call the host of its feeds, beside its own name."""


def same_site(one: str, other: str) -> bool:
    """Whether two http(s) addresses are of one host, ``www.`` and the like aside, and of one port."""
    ours = _site_of(one)
    return ours != "" and ours == _site_of(other)


def home_of(feed_url: str, links: Iterable[str]) -> str:
    """The origin ("https://www.example.org") of the site that holds the releases of a feed.

    It is that of most links, if it is the feed's own site; the feed's where there are no links; empty
    where the releases are elsewhere, as with a feed that another service makes.
    """
    origins = Counter(origin for link in links if (origin := origin_of(link)))
    most = origins.most_common(1)
    if not most:
        return origin_of(feed_url)
    return most[0][0] if same_site(most[0][0], feed_url) else ""


def origin_of(url: str) -> str:
    """Scheme, host and port of an http(s) address; empty where it is none."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme.lower()}://{host}{f':{port}' if port else ''}"


def _site_of(url: str) -> str:
    if not origin_of(url):
        return ""
    host = canonical_link(origin_of(url))
    for name in _SUBDOMAINS:
        rest = host.removeprefix(name)
        if rest != host and "." in rest:
            return rest
    return host


@dataclass(frozen=True, slots=True)
class Shape:
    """What the addresses of a feed's releases look like: the parts of the path that they share, and how
    many parts they have.
    """

    prefix: tuple[str, ...]
    depths: frozenset[int]

    @property
    def is_telling(self) -> bool:
        """Whether it tells releases from other pages of the site."""
        return bool(self.prefix) or min(self.depths, default=0) > 1

    def fits(self, link: str) -> bool:
        """Whether the address looks like a release's."""
        parts = _parts(canonical_link(link))
        return len(parts) in self.depths and parts[: len(self.prefix)] == self.prefix


def shape_of(keys: Iterable[str], feed_url: str) -> Shape:
    """The shape of the releases known by these keys (:mod:`presswatch.feeds.keys`), as far as they are
    on the feed's own site.
    """
    links = [key.removeprefix("link:") for key in keys if key.startswith("link:")]
    paths = [_parts(link) for link in links if same_site(f"http://{link}", feed_url)]
    paths = [path for path in paths if path]
    if not paths:
        return Shape((), frozenset())
    # What the first and the last in order share, all share.
    first, last = min(path[:-1] for path in paths), max(path[:-1] for path in paths)
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared]:
        shared += 1
    return Shape(first[:shared], frozenset(map(len, paths)))


def _parts(canonical: str) -> tuple[str, ...]:
    path = canonical.partition("?")[0].partition("/")[2]
    return tuple(path.split("/")) if path else ()
