"""Lists of feeds as other readers write and read them: OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.parsers import expat

from config.checks import check_url
from config.edit import NewFeed, one_line
from config.mistake import Mistake
from presswatch.watch import Feed

LARGEST = 20_000_000
"""Bytes. The longest lists that people exchange have some thousand feeds, and are a hundredth of that."""

_MOST_TAGS = 5
"""So many outlines around a feed name it, the nearest ones; nobody sorts deeper."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def read_opml(content: bytes) -> tuple[list[NewFeed], list[str]]:
    """The feeds of an OPML document, in their order, and a line for each that cannot be used.

    The publisher is the outline's title, else its text, else the host; tags are the names of the outlines
    around it, and its categories that are no paths. Raises :class:`config.mistake.Mistake` where the
    document is not OPML, is not well-formed, or has a DOCTYPE: that may declare entities that grow
    without end, and no list of feeds needs one.
    """
    if len(content) > LARGEST:
        raise Mistake(f"is larger than {LARGEST / 1e6:g} MB.", "Is it the right file?")
    outlines = _Outlines()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = outlines.doctype
    parser.StartElementHandler = outlines.start
    parser.EndElementHandler = outlines.end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Mistake(f"is not well-formed XML: {error}.", "Export it once more.") from error
    except (LookupError, ValueError) as error:  # an encoding that is not known, or not a text's
        if isinstance(error, Mistake):
            raise
        raise Mistake(f"cannot be decoded: {error}.", "Save it as UTF-8.") from error
    return outlines.feeds, outlines.unusable


class _Outlines:
    """Gathers the feeds from the elements as they start and end."""

    def __init__(self) -> None:
        self.feeds: list[NewFeed] = []
        self.unusable: list[str] = []
        self._around: list[str] = []
        self._in_opml = False

    def doctype(self, name: str, system: str | None, public: str | None, has_subset: bool) -> None:
        raise Mistake("has a DOCTYPE, which could be used to do harm.", "Remove it: OPML has none.")

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if not self._in_opml and element.lower() != "opml":
            raise Mistake(f'is not OPML: it begins with "{one_line(element)}".', "Is it the right file?")
        self._in_opml = True
        if element.lower() != "outline":
            return
        said = {name.lower(): value for name, value in attributes.items()}
        if said.get("xmlurl"):
            self._add(said)
        self._around.append(one_line(said.get("text") or said.get("title") or ""))

    def end(self, element: str) -> None:
        if element.lower() == "outline":
            self._around.pop()

    def _add(self, said: dict[str, str]) -> None:
        url = _plain_url(said["xmlurl"].strip())
        name = one_line(said.get("title") or said.get("text") or "")
        try:
            check_url(url)
        except Mistake as mistake:
            self.unusable.append(f"{name or one_line(url)}: the address {mistake}")
            return
        categories = [one_line(part) for part in said.get("category", "").split(",") if "/" not in part]
        tags = tuple(dict.fromkeys(tag for tag in (*self._around[-_MOST_TAGS:], *categories) if tag))
        self.feeds.append(NewFeed(url, name or urlsplit(url).hostname or url, tags))


def _plain_url(url: str) -> str:
    """``feed://example.org/`` stands for ``http://example.org/``, and ``feed:https://…`` for what follows."""
    rest = re.sub(r"\Afeed:(?=https?://)", "", url, flags=re.I)
    return re.sub(r"\Afeed://", "http://", rest, flags=re.I)


def write_opml(feeds: Sequence[Feed], now: datetime) -> bytes:
    """The feeds as OPML, UTF-8: grouped by their first tag, with all their tags as categories.

    Only ``kind = "feed"`` can be said in OPML: the caller leaves out the others.
    """
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = "Newsrooms that Presswatch watches"
    ET.SubElement(head, "dateCreated").text = format_datetime(now)
    body = ET.SubElement(root, "body")
    groups: dict[str, ET.Element] = {"": body}  # what has no tag stands outside of any group
    for feed in feeds:
        group = feed.tags[0] if feed.tags else ""
        if group not in groups:
            groups[group] = ET.SubElement(body, "outline", text=_in_xml(group))
        said = {"type": "rss", "text": feed.publisher, "title": feed.publisher, "xmlUrl": feed.url}
        categories = [tag for tag in feed.tags if not {",", "/"} & set(tag)]
        if categories:
            said["category"] = ",".join(categories)
        ET.SubElement(groups[group], "outline", {name: _in_xml(value) for name, value in said.items()})
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _in_xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
