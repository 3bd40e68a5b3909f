"""An Atom document (RFC 4287): written, and read again to be continued. Only our own are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4
from xml.etree import ElementTree as ET
from xml.parsers import expat

from presswatch.times import to_text

_ATOM = "http://www.w3.org/2005/Atom"
_GENERATOR = "Presswatch"
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2 and 2.11


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: ``id`` is an IRI, ``html`` the content, ``category`` a term and what to call it."""

    id: str
    title: str
    updated: datetime
    published: datetime
    authors: tuple[str, ...]
    html: str
    link: str | None = None
    category: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a feed holds so far: its ``id``, which it keeps for ever, and its entries as elements."""

    id: str
    entries: tuple[ET.Element, ...] = ()


class NotOurs(ValueError):
    """A file that is no Atom feed of ours."""


def new_document() -> Document:
    """A feed without entries, with an id that no other has."""
    return Document(uuid4().urn)


def read_document(content: bytes) -> Document:
    """A feed that :func:`write_document` has written. Raises :class:`NotOurs` for anything else."""
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise NotOurs from error
    feed = builder.close()
    identity = feed.findtext("id")
    if feed.get("xmlns") != _ATOM or feed.findtext("generator") != _GENERATOR or not identity:
        raise NotOurs
    return Document(identity, tuple(feed.findall("entry")))


def continued(document: Document, entries: Sequence[Entry], most: int) -> Document:
    """The feed with these entries too, the newest first, and no more than ``most`` of them.

    Of two with one id the one updated last stays (RFC 4287, section 4.1.1), the given one if they are equal.
    """
    by_id = {element.findtext("id"): element for element in map(_element, entries)}
    for element in document.entries:
        identity = element.findtext("id")
        if identity not in by_id or _age(element)[0] > _age(by_id[identity])[0]:
            by_id[identity] = element
    newest = sorted(by_id.values(), key=_age, reverse=True)
    return Document(document.id, tuple(newest[:most]))


def write_document(
    document: Document, title: str, subtitle: str, now: datetime, url: str | None = None
) -> bytes:
    """The feed as UTF-8; ``url`` is where it is to be had (RFC 4287, section 4.1.1: a feed should say so)."""
    feed = ET.Element("feed", xmlns=_ATOM)  # as an attribute: ElementTree would write ns0: before each name
    _add(feed, "id", document.id)
    _add(feed, "title", title)
    _add(feed, "subtitle", subtitle)
    _add(feed, "updated", max([to_text(now), *(_age(entry)[0] for entry in document.entries)]))
    _add(feed, "generator", _GENERATOR)
    if url:
        _add(feed, "link", rel="self", href=url)
    _person(feed, _GENERATOR)
    feed.extend(document.entries)
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _element(entry: Entry) -> ET.Element:
    element = ET.Element("entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", to_text(entry.updated))
    _add(element, "published", to_text(entry.published))
    for author in entry.authors:
        _person(element, author)
    if entry.link:
        _add(element, "link", rel="alternate", href=entry.link)
    if entry.category:
        term, label = entry.category
        _add(element, "category", term=term, label=label)
    _add(element, "content", entry.html, type="html")
    return element


def _age(element: ET.Element) -> tuple[str, str]:
    return element.findtext("updated", ""), element.findtext("published", "")


def _person(parent: ET.Element, name: str) -> None:
    _add(_add(parent, "author"), "name", name)


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, {name: _in_xml(value) for name, value in attributes.items()})
    child.text = _in_xml(text) or None
    return child


def _in_xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)


def _refuse_doctype(name: str, system: str | None, public: str | None, has_subset: bool) -> None:
    raise NotOurs  # ours have none, and one could declare entities that grow without end
