"""Feeds for tests, written with the standard library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.etree import ElementTree as ET

CONTENT = "http://purl.org/rss/1.0/modules/content/"
ET.register_namespace("content", CONTENT)


@dataclass(frozen=True)
class Item:
    """An item of a feed; ``age`` is how long ago it was published, ``None`` for no date."""

    title: str
    text: str = ""
    guid: str | None = None
    link: str | None = None
    age: timedelta | None = timedelta(hours=1)


def rss(items: Sequence[Item], *, title: str = "Newsroom", now: datetime | None = None) -> bytes:
    """An RSS 2.0 document with the items in their order."""
    now = now or datetime.now(UTC)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    ET.SubElement(channel, "title").text = title
    for item in items:
        element = ET.SubElement(channel, "item")
        ET.SubElement(element, "title").text = item.title
        if item.guid is not None:
            ET.SubElement(element, "guid", isPermaLink="false").text = item.guid
        if item.link is not None:
            ET.SubElement(element, "link").text = item.link
        if item.age is not None:
            ET.SubElement(element, "pubDate").text = format_datetime(now - item.age)
        ET.SubElement(element, f"{{{CONTENT}}}encoded").text = item.text
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def item(number: int, text: str = "Nothing of note.", *, age: timedelta | None = timedelta(hours=1)) -> Item:
    """A plain item: guid, link and title carry its number."""
    return Item(
        title=f"Release {number}",
        text=f"<p>{text}</p>",
        guid=f"https://newsroom.example/?p={number}",
        link=f"https://newsroom.example/news/{number}",
        age=age,
    )
