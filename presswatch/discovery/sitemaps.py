"""A newsroom's releases in the sitemap of its site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urljoin

from presswatch.confined.parent import read_confined
from presswatch.discovery.asking import Asker
from presswatch.discovery.links import PRESS
from presswatch.discovery.values import Candidate
from presswatch.errors import FetchError
from presswatch.feeds.addresses import path_of, web_address
from presswatch.feeds.sitemap import Sitemap, warning_of
from presswatch.feeds.values import Entry

_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.I | re.M)
_MOST_ROBOTS = 500 * 1024  # bytes, as RFC 9309 has it
_FEWEST = 3
_HOW = "the site's map lists what looks like releases"
_BY_DATE = (re.compile(r"/20\d\d/\d\d/"), r"/\/20\d\d\/\d\d\//")
_NAMES_NEWS = re.compile(r"post|news|press|article|release|prensa|noticia", re.I)


def find_in_sitemap(asker: Asker, url: str) -> Candidate | None:
    """The sitemap that lists what looks like news: the one that robots.txt names, or /sitemap.xml.

    Of an index, one sitemap is read. Raises :class:`FetchError` if there is none that can be read.
    """
    address = _named_by_robots(asker, url) or urljoin(url, "/sitemap.xml")
    candidate = read_at(asker, address, path_of(url))
    names_news = candidate.only or _NAMES_NEWS.search(path_of(candidate.url))
    titled = sum(bool(entry.title) for entry in candidate.entries)
    if len(candidate.entries) < _FEWEST or not (names_news or titled >= _FEWEST):
        return None
    return candidate


def read_at(asker: Asker, address: str, section: str) -> Candidate:
    """The sitemap at an address, and what of it to choose, ``section`` (a path) first. Of an index, one
    sitemap is read, and taken for itself if nothing else tells its releases from other pages.

    Raises :class:`FetchError` if it can't be read.
    """
    sitemap = _read(asker, address, "")
    source = address
    if sitemap.children:
        source = sitemap.children[0]
        sitemap = _read(asker, source, "")
    only = _choose(sitemap.parsed.entries, section)
    if only:
        entries = _read(asker, source, only).parsed.entries
        warning = warning_of(_read(asker, address, only))
        return Candidate("sitemap", address, "", None, entries, _HOW, only, warning)
    return Candidate("sitemap", source, "", None, sitemap.parsed.entries, _HOW)


def _named_by_robots(asker: Asker, url: str) -> str:
    try:
        answer = asker.ask(urljoin(url, "/robots.txt"))
    except FetchError:
        return ""
    lines = _LINE.findall(answer.body[:_MOST_ROBOTS].decode("utf-8-sig", errors="replace"))
    named = [address for line in lines if (address := web_address(answer.url, line))]
    return next((line for line in named if PRESS.search(path_of(line))), named[0] if named else "")


def _read(asker: Asker, address: str, only: str) -> Sitemap:
    answer = asker.ask(address)
    parse = "presswatch.feeds.sitemap:parse_sitemap"
    sitemap: Sitemap = read_confined(answer.url, parse, answer.body, url=answer.url, publisher="", only=only)
    return sitemap


def _choose(entries: Sequence[Entry], own: str) -> str:
    """What the addresses of releases have in common, as ``only`` is written; empty where it isn't seen."""
    paths = [path_of(entry.link) for entry in entries]
    section = own.rstrip("/") + "/"
    if section != "/" and sum(path.startswith(section) and path != section for path in paths) >= _FEWEST:
        return section
    folders: Counter[str] = Counter()
    for path in paths:
        above, _, _ = path.rstrip("/").rpartition("/")
        names = above.split("/")
        place = next((n for n, name in enumerate(names) if PRESS.search(name)), None)
        if place is not None:
            folders["/".join(names[: place + 1]) + "/"] += 1
    if folders and folders.most_common(1)[0][1] >= _FEWEST:
        return folders.most_common(1)[0][0]
    if sum(bool(_BY_DATE[0].search(path)) for path in paths) >= _FEWEST:
        return _BY_DATE[1]
    return ""
