"""The bytes of a sitemap: unpacked within bounds, and read by expat, which here expands no entity."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from presswatch.errors import FetchError

MOST_BYTES = 50_000_000
"""Of a sitemap, unpacked, as sitemaps.org has it."""
MOST_ELEMENTS = 2_000_000
"""50,000 addresses with forty elements each."""

_FIELDS = {
    "loc": "loc",
    "lastmod": "lastmod",
    "news:publication_date": "published",
    "news:title": "title",
    "news:language": "language",
}
_NEWS = "schemas/sitemap-news/"
_OTHERS = frozenset({"news", "image", "video", "xhtml"})  # the rest is the sitemap's own, by whatever prefix
_ITEMS = frozenset({"url", "sitemap"})
_FEEDS = frozenset({"rss", "feed", "RDF"})
_BARE = re.compile(rb"&(?!(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)")
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?<(?:!doctype\s+html|html|head|body)\b", re.I)
_LONGEST = 10_000  # characters of a value
_LINE = re.compile(r"https?://\S+", re.I)


@dataclass(frozen=True, slots=True)
class Located:
    """A page, or a sitemap of an index, as it is listed; dates as they are written."""

    loc: str = ""
    lastmod: str = ""
    published: str = ""
    title: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a document lists: pages, or sitemaps. ``is_news``: it says that it uses the news extension."""

    is_index: bool
    located: tuple[Located, ...]
    is_news: bool = False


def read_sitemap(body: bytes, url: str) -> Listing:
    """What the document lists, in its order; one that breaks off, as far as it goes.

    Raises :class:`FetchError` as :func:`presswatch.feeds.sitemap.parse_sitemap` says.
    """
    body = _unpacked(body, url).lstrip()
    if not body:
        raise FetchError(url, "the answer was empty")
    lines = _lines(body)
    if lines:
        return Listing(False, lines)
    reader = _Reader(url)
    broken = reader.read(body)
    if broken and _BARE.search(body):
        reader = _Reader(url)
        broken = reader.read(_BARE.sub(b"&amp;", body))
    if reader.root not in ("urlset", "sitemapindex") or (broken and not reader.located):
        raise FetchError(url, _not_a_sitemap("html" if _HTML.match(body[:1024]) else reader.root))
    return Listing(reader.root == "sitemapindex", tuple(reader.located), reader.is_news)


def _not_a_sitemap(root: str) -> str:
    if root in _FEEDS:
        return 'a feed came instead of a sitemap; it can be read with kind = "feed"'
    return "a web page came instead of a sitemap" if root == "html" else "the answer is not a sitemap"


def _unpacked(body: bytes, url: str) -> bytes:
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gzip.GzipFile(fileobj=io.BytesIO(body)).read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise FetchError(url, "the sitemap cannot be unpacked") from error
    if len(body) > MOST_BYTES:
        raise FetchError(url, f"the sitemap is larger than {MOST_BYTES / 1e6:g} MB", retriable=False)
    return body


def _lines(body: bytes) -> tuple[Located, ...]:
    """The addresses of a text sitemap; none where it isn't one."""
    if body.removeprefix(b"\xef\xbb\xbf")[:4].lower() != b"http":
        return ()
    lines = body.decode("utf-8-sig", errors="replace").split()
    return tuple(Located(loc=line) for line in lines if _LINE.fullmatch(line))


class _Reader:
    """Expat's handlers. ``root`` is the outermost element's name, ``located`` what was read whole.

    Names are taken with their usual prefixes, since many sitemaps don't declare what "news:" stands for.
    """

    def __init__(self, url: str) -> None:
        self.root = ""
        self.is_news = False
        self.located: list[Located] = []
        self._url = url
        self._elements = 0
        self._values: dict[str, str] = {}
        self._field = ""
        self._text: list[str] = []
        self._length = 0

    def read(self, body: bytes) -> bool:
        """Read the document; whether it broke off. Raises :class:`FetchError` for what is refused."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(body, True)
        except (expat.ExpatError, LookupError, ValueError):
            return True
        return False

    def _doctype(self, name: str, *_: object) -> None:
        if name.lower() == "html":
            raise FetchError(self._url, _not_a_sitemap("html"))
        raise FetchError(
            self._url, "the sitemap has a document type, which is refused: it could hold entities"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise FetchError(self._url, "the sitemap is too large to be read", retriable=False)
        prefix, _colon, local = name.rpartition(":")
        if not self.root:
            self.root = local
            self.is_news = any(_NEWS in value for value in attributes.values())
        if local in _ITEMS:
            self._values = {}
        self._field = _FIELDS.get(name if prefix in _OTHERS else local, "")
        self._text, self._length = [], 0

    def _characters(self, text: str) -> None:
        if self._field and self._length < _LONGEST:
            self._text.append(text)
            self._length += len(text)

    def _end(self, name: str) -> None:
        if self._field:
            self._values[self._field] = " ".join("".join(self._text).split())
        self._field = ""
        if name.rpartition(":")[2] in _ITEMS and self._values.get("loc"):
            self.located.append(Located(**self._values))
            self._values = {}
