"""Making an entry of what a newsroom says of a release, whatever the format it said it in."""

from __future__ import annotations

from datetime import datetime

from presswatch.feeds.keys import digest, keys_of
from presswatch.feeds.values import Entry
from presswatch.wellformed import well_formed


def make_entry(
    *,
    publisher: str,
    guid: str = "",
    link: str = "",
    title: str = "",
    content: str = "",
    text: str = "",
    language: str = "",
    published: datetime | None = None,
    published_raw: str = "",
    updated: datetime | None = None,
) -> Entry:
    """The entry, with its keys and hash. Halves of surrogate pairs are replaced, so that it
    can be stored as UTF-8. ``title`` is one line of plain text, ``text`` what a person reads of ``content``.
    """
    guid, link = well_formed(guid).strip(), well_formed(link).strip()
    title, content, text = well_formed(title), well_formed(content), well_formed(text)
    published_raw = well_formed(published_raw).strip()
    content_hash = digest(title, text)
    return Entry(
        guid=guid,
        link=link,
        title=title,
        content=content,
        text=text,
        language=well_formed(language).strip().lower(),
        published=published,
        published_raw=published_raw,
        keys=keys_of(publisher=publisher, guid=guid, link=link, title=title, published=published, text=text),
        content_hash=content_hash,
        updated=updated,
    )
