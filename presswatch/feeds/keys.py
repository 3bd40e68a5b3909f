"""The keys under which a release is looked up when an entry comes.

A key only nominates: it says which releases of the publisher an entry may be. Whether it is one of them,
:mod:`presswatch.feeds.identity` decides. Publishers repeat guids, change them all when a site is rebuilt, or
write them now with ``http`` and now with ``https``. So an entry has several keys, the strongest first:

1. ``guid:`` the guid as given (RSS 2.0 ``guid``, Atom ``id``);
2. ``path:`` the guid without scheme and host, for a site that moved;
3. ``link:`` the canonical link;
4. ``title:`` the title within its publisher, whatever its case and punctuation;
5. ``opening:`` the first words of the text, which an edit or a cut may leave. Without a text: the moment;
6. ``text:`` the words of the text, and the date. Without words: title and date.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from presswatch.masking import BY_NAME
from presswatch.times import is_midnight, to_text

_TRACKING = frozenset(
    "fbclid gclid dclid msclkid mc_cid mc_eid igshid _hsenc _hsmi yclid cmpid ncid sr_share".split()
)
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_")
_GLOBAL_GUIDS = ("http://", "https://", "urn:", "tag:")
_NO_WORD = re.compile(r"[\W_]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGIT = re.compile(r"\d")
_BETWEEN_WORDS = re.compile(r"[-_]+")
_WORDS_OF_A_RELEASE = 4  # "press-and-media" is a section
_LONGEST_TITLE = 200
_OPENING = 10  # words
_OPENING_LETTERS = 400


def digest(*parts: str) -> str:
    """SHA-256, in hexadecimal, of the parts; no two lists of parts run together."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        sha.update(b"%d:" % len(data) + data)
    return sha.hexdigest()


@lru_cache(maxsize=4096)
def canonical_link(link: str) -> str:
    """The link without what changes between visits: scheme, ``www.``, port 80 or 443, fragment, tracking
    parameters and trailing slash. Empty where it is not an http(s) address.
    """
    try:
        parts = urlsplit(link.strip())
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    host = parts.hostname.lower().removeprefix("www.")
    if port not in (None, 80, 443):
        host += f":{port}"
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _TRACKING and not name.lower().startswith(_TRACKING_PREFIXES)
    ]
    return host + parts.path.rstrip("/") + ("?" + urlencode(query) if query else "")


def host_in(link: str) -> str:
    """The host of an http(s) address, without ``www.``, and with its port if that is an unusual one; empty
    where it is none.
    """
    return re.split(r"[/?]", canonical_link(link), maxsplit=1)[0]


def host_of_feed(url: str) -> str:
    """The host that a feed is of, by the address that it is stored under. Where that is only the name of the
    variable that holds the address, it is the name: no other feed is known to be of the same host.
    """
    return host_in(url) or (url if url.startswith(BY_NAME) else "")


def is_own_page(canonical: str) -> bool:
    """Whether a canonical link looks like a release's own page, not a section's: the last part of the address
    holds a number (that is no year), or four words or more.
    """
    last = canonical.partition("/")[2].rpartition("/")[2]
    if _DIGIT.search(_YEAR.sub("", last)):
        return True
    return sum(map(bool, _BETWEEN_WORDS.split(last))) >= _WORDS_OF_A_RELEASE


def keys_of(
    *, publisher: str, guid: str, link: str, title: str, published: datetime | None, text: str
) -> tuple[str, ...]:
    """The keys of an entry, the strongest first. A guid that is not made to be unique in the world
    ("1234") holds only for its publisher.
    """
    keys = [key] if (key := guid_key(publisher, guid)) else []
    path = canonical_link(guid).partition("/")[2]
    if not path and "?" in guid:
        path = canonical_link(guid).partition("?")[2]
    if path:
        keys.append(f"path:{publisher}|{path}")
    if of_link := link_key(link):
        keys.append(of_link)
    folded = folded_title(title)
    if folded:
        keys.append(f"title:{publisher}|{folded}")
    if opening := opening_key(publisher, published, text):
        keys.append(opening)
    keys.append(text_key(publisher, title, published, text))
    return tuple(keys)


def guid_key(publisher: str, guid: str) -> str:
    """The key of a guid; empty if there is none."""
    if guid.lower().startswith(_GLOBAL_GUIDS):
        return f"guid:{guid}"
    return f"guid:{publisher}|{guid}" if guid else ""


def link_key(link: str) -> str:
    """The key of a link; empty if it is no web address."""
    canonical = canonical_link(link)
    return f"link:{canonical}" if canonical else ""


def opening_key(publisher: str, published: datetime | None, text: str) -> str:
    """The key of how a text begins, or of the moment of its publication where there is no text; empty where
    there are too few words, or no time of day.
    """
    words = _NO_WORD.sub(" ", text[:_OPENING_LETTERS].casefold()).split()[:_OPENING]
    if len(words) == _OPENING:
        return f"opening:{digest(publisher, *words)[:32]}"
    if text or published is None or is_midnight(published):
        return ""
    return f"opening:{digest(publisher, to_text(published))[:32]}"


def text_key(publisher: str, title: str, published: datetime | None, text: str) -> str:
    """The key of what an entry says. The title is left out if there is a text, for a redesign may change all
    titles; typography doesn't matter.
    """
    date = to_text(published) if published else ""
    words = _NO_WORD.sub(" ", text.casefold()).strip()
    said = (words,) if words else (title, text)
    return f"text:{digest(publisher, date, *said)[:32]}"


def folded_title(title: str) -> str:
    """The title's letters and digits in small letters, one space between words; empty if it has none."""
    return _NO_WORD.sub(" ", title.casefold()).strip()[:_LONGEST_TITLE]


def leads_elsewhere(link: str, other: str) -> bool:
    """Whether both are addresses, and of different pages."""
    ours, theirs = canonical_link(link), canonical_link(other)
    return bool(ours and theirs) and ours != theirs


def says_link_twice(guid: str, link: str) -> bool:
    """Whether the guid is the link, and that not a release's own: then both are one sign, and a weak one."""
    canonical = canonical_link(link)
    return bool(canonical) and canonical_link(guid) == canonical and not is_own_page(canonical)


def is_global(guid: str) -> bool:
    """Whether the guid is made to be unique in the world."""
    return guid.lower().startswith(_GLOBAL_GUIDS)
