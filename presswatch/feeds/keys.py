"""The keys by which a release can be known again.

A guid is a hint, not a key: publishers repeat them, change them all when a site is rebuilt, or write
them now with ``http`` and now with ``https``. So an entry has several keys, the strongest first:

1. ``guid:`` the guid as given (RSS 2.0 ``guid``, Atom ``id``);
2. ``path:`` the guid without scheme and host, for a site that moved;
3. ``link:`` the canonical link;
4. ``title:`` the title within its publisher, whatever its case and punctuation;
5. ``text:`` title, date and text together.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from presswatch.times import to_text

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
    keys = []
    if guid.lower().startswith(_GLOBAL_GUIDS):
        keys.append(f"guid:{guid}")
    elif guid:
        keys.append(f"guid:{publisher}|{guid}")
    path = canonical_link(guid).partition("/")[2]
    if not path and "?" in guid:
        path = canonical_link(guid).partition("?")[2]
    if path:
        keys.append(f"path:{publisher}|{path}")
    canonical = canonical_link(link)
    if canonical:
        keys.append(f"link:{canonical}")
    folded = folded_title(title)
    if folded:
        keys.append(f"title:{publisher}|{folded}")
    date = to_text(published) if published else ""
    keys.append(f"text:{digest(publisher, title, date, text)[:32]}")
    return tuple(keys)


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
