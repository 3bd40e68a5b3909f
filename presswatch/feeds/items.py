"""Where the items lie in a feed's bytes, so that only those that are new need to be parsed.

feedparser takes some hundred times as long for an item as expat takes to step over it. So the document is
stepped through with expat, each item's bytes get a mark, and a document with only the wanted items (all
that is outside of items intact) is made for feedparser. Elements of items that nobody here asks for
(authors, categories, counts of comments) are left out of both. An item parsed so gives the same entry as
when it is parsed in the whole document; where that is not certain, the document isn't split.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from xml.parsers import expat

from presswatch.feeds.bounds import MOST_ATTRIBUTES, MOST_LISTED

_ITEMS = frozenset({"item", "entry"})
_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_SLASH = "http://purl.org/rss/1.0/modules/slash/"
_WFW = "http://wellformedweb.org/CommentAPI/"
_UNUSED = frozenset(
    "category author comments".split()
    + [f"{_ATOM} {name}" for name in ("category", "author", "contributor")]
    + [f"{_DC} {name}" for name in ("creator", "contributor", "subject")]
    + [f"{_SLASH} {name}" for name in ("comments", "department", "section", "hit_parade")]
    + [f"{_WFW} {name}" for name in ("comment", "commentRss", "commentRSS")]
)
_DECLARED = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=['\"]([\w.:-]+)['\"]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_END_TAG = re.compile(rb"</(?:[^<>:/\s]+:)?([^<>:/\s]+)\s*>")
_NOT_LIKE_ASCII = ("utf-16", "utf-32", "utf-7", "cp037")

Item = tuple[int, ...]
"""Where an item lies: its start, the ends and starts around each piece that is left out, its end."""


@dataclass(frozen=True, slots=True)
class Split:
    """A document and where its items lie, in order; each has a mark, a hash of its bytes, of their encoding,
    and of the attributes of what holds it.
    """

    body: bytes
    items: tuple[Item, ...]
    marks: tuple[str, ...]

    def only(self, wanted: Collection[int]) -> bytes:
        """The document with only the items at these places."""
        pieces = []
        place, wanted = 0, frozenset(wanted)
        for number, item in enumerate(self.items):
            pieces.append(self.body[place : item[0]])
            if number in wanted:
                pieces.extend(_pieces(self.body, item))
            place = item[-1]
        pieces.append(self.body[place:])
        return b"".join(pieces)


def _pieces(body: bytes, item: Item) -> list[bytes]:
    return [body[item[at] : item[at + 1]] for at in range(0, len(item), 2)]


class TooMuch(Exception):
    """The document holds more than is read of any; says what."""


class _Unsplittable(Exception):
    """The document is such that a part of it could be read otherwise than the whole."""


def split(body: bytes, content_type: str) -> Split | None:
    """Find the items, or ``None`` where the document must be parsed whole.

    That is: one that is not well-formed with namespaces, has a document type declaration (which can
    define entities), an encoding that expat doesn't read or about which the server and the document
    disagree, items within items, or items without an end tag. Raises :class:`TooMuch`.
    """
    try:
        encoding, forced = _encoding(body, content_type)
        steps = _Steps(body, encoding if forced else None)
    except (_Unsplittable, expat.ExpatError, LookupError, ValueError):
        return None
    items = tuple(map(tuple, steps.items))
    marks = tuple(
        hashlib.blake2b(
            b"".join([encoding.encode(), around, *_pieces(body, item)]), digest_size=8
        ).hexdigest()
        for item, around in zip(items, steps.around, strict=True)
    )
    return Split(body, items, marks)


def _encoding(body: bytes, content_type: str) -> tuple[str, bool]:
    """The encoding, and whether it is to be forced on expat, since the document doesn't declare it."""
    declared = _DECLARED.match(body)
    charset = _CHARSET.search(content_type)
    names = [declared[1].decode() if declared else "", charset[1] if charset else ""]
    in_document, on_the_way = (codecs.lookup(name).name if name else "" for name in names)
    if any(name.startswith(_NOT_LIKE_ASCII) for name in (in_document, on_the_way)):
        raise _Unsplittable
    if body.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)) or b"\x00" in body[:64]:
        raise _Unsplittable
    marked = body.startswith(codecs.BOM_UTF8)
    if (marked or in_document) and on_the_way and on_the_way not in (in_document or "utf-8", "ascii"):
        raise _Unsplittable
    forced = not (in_document or marked or on_the_way in ("", "ascii"))
    return (on_the_way if forced else in_document or "utf-8"), forced


class _Steps:
    """One walk through the document."""

    def __init__(self, body: bytes, encoding: str | None) -> None:
        self.items: list[list[int]] = []
        self.around: list[bytes] = []  # of each item, a hash of what the elements that hold it say
        self._holding = [hashlib.blake2b(digest_size=8)]  # of each open element, with those that hold it
        self._body = body
        self._parser = parser = expat.ParserCreate(encoding, namespace_separator=" ")
        self._depth = 0
        self._item_depth = 0  # of the item that is open; 0 outside
        self._unused_depth = 0  # of the element in it that is left out
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(body, True)
        finally:
            parser.StartElementHandler = parser.EndElementHandler = None  # they hold this walk, it the parser
            parser.StartDoctypeDeclHandler = None

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if len(attributes) > MOST_ATTRIBUTES:
            raise TooMuch(f"an element of it has more than {MOST_ATTRIBUTES:,} attributes")
        if self._item_depth == 0:
            around = self._holding[-1]
            if attributes:
                around = around.copy()
                around.update(f"{attributes}".encode("utf-8", "surrogatepass"))
            self._holding.append(around)
        if name[-5:].lower().endswith(("item", "entry")) and name.rpartition(" ")[2].lower() in _ITEMS:
            if self._item_depth:
                raise _Unsplittable
            if len(self.items) == MOST_LISTED:
                raise TooMuch(f"it shows more than {MOST_LISTED:,} items")
            self._item_depth = self._depth
            self.items.append([self._parser.CurrentByteIndex])
            self.around.append(self._holding[-1].digest())
        elif name in _UNUSED and self._depth == self._item_depth + 1 and self._item_depth:
            self._unused_depth = self._depth
            self.items[-1].append(self._parser.CurrentByteIndex)

    def _close(self, name: str) -> None:
        if self._depth == self._unused_depth:
            self.items[-1].append(self._end_of_element(name))
            self._unused_depth = 0
        elif self._depth == self._item_depth:
            self.items[-1].append(self._end_of_element(name))
            self._item_depth = 0
        self._depth -= 1
        if not self._item_depth:
            self._holding.pop()

    def _end_of_element(self, name: str) -> int:
        """Where the element ends: expat stands at its end tag, or behind it if it is an empty one."""
        index = self._parser.CurrentByteIndex
        tag = _END_TAG.match(self._body, index)
        if tag is not None and tag[1] == name.rpartition(" ")[2].encode():
            return tag.end()
        if not self._body.endswith(b"/>", 0, index):
            raise _Unsplittable
        return index

    def _refuse(self, *_: object) -> None:
        raise _Unsplittable
