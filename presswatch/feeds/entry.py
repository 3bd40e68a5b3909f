"""Making an entry of what a newsroom says of a release, whatever the format it said it in."""

from __future__ import annotations

from datetime import datetime

from presswatch.feeds.bounds import LONGEST_ADDRESS, LONGEST_CONTENT, LONGEST_LINE, LONGEST_TEXT
from presswatch.feeds.keys import digest, keys_of
from presswatch.feeds.values import Entry
from presswatch.wellformed import well_formed

_LONGEST = (LONGEST_ADDRESS, LONGEST_ADDRESS, LONGEST_TEXT, LONGEST_CONTENT, LONGEST_TEXT, LONGEST_LINE)
_LONGEST_LANGUAGE = 35  # characters, of a language tag (RFC 5646, section 4.4.1)


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
    What is longer than is kept (:mod:`presswatch.feeds.bounds`) is cut, but for addresses.
    """
    guid, link = well_formed(guid).strip(), well_formed(link).strip()
    title, content, text = well_formed(title), well_formed(content), well_formed(text)
    published_raw = well_formed(published_raw).strip()
    lengths = (len(guid), len(link), len(title), len(content), len(text), len(published_raw))
    cut = any(length > longest for length, longest in zip(lengths, _LONGEST, strict=True))
    if cut:
        guid = guid if len(guid) <= LONGEST_ADDRESS else f"sha256:{digest(guid)}"
        link = link if len(link) <= LONGEST_ADDRESS else ""
        title, published_raw = title[:LONGEST_TEXT], published_raw[:LONGEST_LINE]
        content, text = content[:LONGEST_CONTENT], text[:LONGEST_TEXT]
    content_hash = digest(title, text)
    return Entry(
        guid=guid,
        link=link,
        title=title,
        content=content,
        text=text,
        language=well_formed(language).strip().lower()[:_LONGEST_LANGUAGE],
        published=published,
        published_raw=published_raw,
        keys=keys_of(publisher=publisher, guid=guid, link=link, title=title, published=published, text=text),
        content_hash=content_hash,
        updated=updated,
        cut=cut,
    )
