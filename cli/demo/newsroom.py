"""The sample newsroom: invented organisations, their releases, and their feeds as a server would send them.

A newsroom has stages: what is out before the first run (1), and what comes out between the runs (2).
"""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from importlib import resources
from typing import Any, Literal
from xml.etree import ElementTree as ET

from presswatch.feeds.html_text import html_to_text
from presswatch.times import to_text

FIRST_STAGE, LAST_STAGE = 1, 2

_TEASER = 300
"""How many characters of a release its summary shows."""


@dataclass(frozen=True, slots=True)
class SampleRelease:
    """A release as its organisation publishes it. ``body`` is HTML, ``path`` that of its page.

    ``edited_hours_ago`` is set where the release is an edit: it takes the place of the one with the
    same ``guid`` of an earlier stage. Of a ``teaser_only`` release the feed carries the first lines.
    """

    guid: str
    path: str
    title: str
    lang: str
    stage: int
    hours_ago: float
    body: str
    edited_hours_ago: float | None = None
    teaser_only: bool = False

    def published(self, now: datetime) -> datetime:
        """When it came out."""
        return now - timedelta(hours=self.hours_ago)

    def updated(self, now: datetime) -> datetime:
        """When it was last touched."""
        return now - timedelta(
            hours=self.hours_ago if self.edited_hours_ago is None else self.edited_hours_ago
        )

    @property
    def teaser(self) -> str:
        """The first lines, as HTML."""
        lines = textwrap.shorten(html_to_text(self.body), _TEASER, placeholder=" […]")
        return f"<p>{escape(lines, quote=False)}</p>"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation with a press office. A ``broken`` one has a feed that cannot be read."""

    slug: str
    name: str
    description: str
    lang: str
    releases: tuple[SampleRelease, ...]
    format: Literal["rss", "atom"] = "rss"
    encoding: str = "utf-8"
    broken: bool = False

    @property
    def site(self) -> str:
        """Where its pages are, without a slash at the end."""
        return f"https://{self.slug}.example"

    def releases_at(self, stage: int) -> tuple[SampleRelease, ...]:
        """What its feed shows at a stage: edits in the place of what they edit, the newest first."""
        shown: dict[str, SampleRelease] = {}
        for release in sorted(self.releases, key=lambda release: release.stage):
            if release.stage <= stage:
                shown[release.guid] = release
        return tuple(sorted(shown.values(), key=lambda release: release.hours_ago))

    def last_touched(self, stage: int, now: datetime) -> datetime:
        """When anything in its feed last changed; ``now`` for an empty feed."""
        return max((release.updated(now) for release in self.releases_at(stage)), default=now)

    def feed(self, stage: int, now: datetime) -> bytes:
        """The feed at a stage, in the organisation's format and encoding, with an XML declaration.

        The releases' times are counted back from ``now``, which must be aware.
        """
        root = _atom(self, stage, now) if self.format == "atom" else _rss(self, stage, now)
        ET.indent(root)
        document: bytes = ET.tostring(root, encoding=self.encoding, xml_declaration=True)
        return document


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The organisations, in the order in which they are listed."""

    organisations: tuple[Organisation, ...]

    def organisation(self, slug: str) -> Organisation:
        """The organisation of that slug; ``KeyError`` where there is none."""
        for organisation in self.organisations:
            if organisation.slug == slug:
                return organisation
        raise KeyError(slug)


def load_newsroom() -> Newsroom:
    """The newsroom that comes with the program."""
    text = resources.files("cli.demo").joinpath("newsroom.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Newsroom(tuple(_organisation(table, data["joint"]) for table in data["organisations"]))


def _organisation(table: dict[str, Any], joint_texts: Mapping[str, str]) -> Organisation:
    closing = table.pop("closing")
    releases = [_release(release, joint_texts) for release in table.pop("releases", [])]
    return Organisation(
        **table, releases=tuple(replace(release, body=release.body + closing) for release in releases)
    )


def _release(table: dict[str, Any], joint_texts: Mapping[str, str]) -> SampleRelease:
    if "joint" in table:
        table["body"] = joint_texts[table.pop("joint")]
    return SampleRelease(**table)


# Namespaces are written as attributes: ElementTree would call them ns0, unless prefixes are registered,
# which it does for the whole process.


def _rss(organisation: Organisation, stage: int, now: datetime) -> ET.Element:
    """RSS 2.0 with the content module (https://www.rssboard.org/rss-profile)."""
    namespaces = {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}
    root = ET.Element("rss", {"version": "2.0", **namespaces})
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", organisation.name)
    _add(channel, "link", f"{organisation.site}/news/")
    _add(channel, "description", organisation.description)
    _add(channel, "language", organisation.lang)
    _add(channel, "lastBuildDate", rfc822(organisation.last_touched(stage, now)))
    for release in organisation.releases_at(stage):
        link = organisation.site + release.path
        item = ET.SubElement(channel, "item", {"xml:lang": release.lang})
        _add(item, "title", release.title)
        _add(item, "link", link)
        _add(item, "guid", release.guid, isPermaLink="true" if release.guid == link else "false")
        _add(item, "pubDate", rfc822(release.published(now)))
        _add(item, "description", release.teaser)
        if not release.teaser_only:
            _add(item, "content:encoded", release.body)
    return root


def _atom(organisation: Organisation, stage: int, now: datetime) -> ET.Element:
    """Atom (RFC 4287)."""
    namespaces = {"xmlns": "http://www.w3.org/2005/Atom"}
    root = ET.Element("feed", {**namespaces, "xml:lang": organisation.lang})
    _add(root, "id", f"{organisation.site}/")
    _add(root, "title", organisation.name)
    _add(root, "subtitle", organisation.description)
    _add(root, "link", href=f"{organisation.site}/news/")
    _add(root, "updated", to_text(organisation.last_touched(stage, now)))
    author = ET.SubElement(root, "author")
    _add(author, "name", organisation.name)
    for release in organisation.releases_at(stage):
        entry = ET.SubElement(root, "entry", {"xml:lang": release.lang})
        _add(entry, "id", release.guid)
        _add(entry, "title", release.title)
        _add(entry, "link", href=organisation.site + release.path)
        _add(entry, "published", to_text(release.published(now)))
        _add(entry, "updated", to_text(release.updated(now)))
        _add(entry, "summary", release.teaser, type="html")
        if not release.teaser_only:
            _add(entry, "content", release.body, type="html")
    return root


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def rfc822(moment: datetime) -> str:
    """A time as RSS and HTTP write it: ``Wed, 25 Nov 2026 08:00:00 GMT``."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
