"""What a digest adds to a feed of matches."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifiers.files.atom import Entry
from notifiers.looks.plain import line
from notifiers.looks.view import Part, Release, View, view
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest, DigestItem, Section
from presswatch.times import to_text

_TEMPLATES = Path(__file__).parent / "templates"
_NAMES = UUID("7d2c1f0a-8f39-5d0e-9a53-0c1f7d2b6e41")
"""The namespace of our entries' ids (RFC 9562, section 5.5)."""


def entries(delivery: Delivery) -> list[Entry]:
    """One for each release and program that the digest tells; and one, if need be, for what is no release:
    feeds that turned bad or mended, later publishers of what was told before.
    """
    digest = delivery.digest
    shown = view(digest)
    found = [
        _told(digest, section, item, part, release)
        for section, part in zip(digest.sections, shown.parts, strict=True)
        for item, release in zip(section.items, part.releases, strict=True)
    ]
    if shown.turned or shown.later:
        found.append(_notes(delivery, shown))
    return found


def _told(digest: Digest, section: Section, item: DigestItem, part: Part, release: Release) -> Entry:
    """The id goes by release and program, so that what becomes of the mention later updates the entry. The
    time makes it another one where an archive was begun anew, and counts its releases from 1 again.
    """
    title = "".join(piece.text for piece in release.title)
    publishers = tuple(dict.fromkeys(name for each in item.publishers if (name := line(each))))
    return Entry(
        id=_urn(f"{item.release_id}/{to_text(item.first_seen)}/{section.program}"),
        title=" · ".join(text for text in (title, part.name, release.badge) if text),
        updated=digest.created,
        # A date in the future is a mistake.
        published=min(item.published or item.first_seen, item.first_seen),
        authors=publishers or (release.publisher,),
        html=_drawn("release.html.j2", release=release),
        link=release.link,
        category=(section.program, part.name),
    )


def _notes(delivery: Delivery, shown: View) -> Entry:
    created = delivery.digest.created
    return Entry(
        id=_urn(f"{delivery.identity}/notes"),
        title="Feeds in trouble or back" if shown.turned else "Told before, now also published by others",
        updated=created,
        published=created,
        authors=("Presswatch",),
        html=_drawn("notes.html.j2", shown=shown),
    )


def _urn(name: str) -> str:
    return uuid5(_NAMES, name).urn


def _drawn(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
