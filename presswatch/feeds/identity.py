"""Which release an entry is: the keys by which it can be known again, and the decision.

A guid is a hint, not a key: publishers repeat them, change them all when a site is rebuilt, or write
them now with ``http`` and now with ``https``. So an entry has several keys, the strongest first:

1. ``guid:`` the guid as given (RSS 2.0 ``guid``, Atom ``id``);
2. ``path:`` the guid without scheme and host, for a site that moved;
3. ``link:`` the canonical link;
4. ``title:`` the title within its publisher, whatever its case and punctuation;
5. ``text:`` title, date and text together.

A key found in the archive still needs one more sign (title, link, date or text) before two entries
count as one release; only ``text:`` needs none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from presswatch.feeds.likeness import is_nearly, is_the_same, is_told_alike
from presswatch.feeds.values import Entry
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A release in the archive that was once seen under ``key``. ``text`` is needed for ``title:`` and
    ``link:`` keys.
    """

    release_id: int
    key: str
    title: str
    link: str
    published: datetime | None
    content_hash: str
    text: str = ""


def same_release(
    entry: Entry, candidates: Iterable[Candidate], *, titles_suffice: bool = False
) -> int | None:
    """The id of the release that the entry is, or ``None`` where it is new.

    Among several the one known by the strongest key wins, then the newest. ``titles_suffice`` says what to
    make of two pages of which nothing is known but an equal title: see :mod:`presswatch.feeds.moved`.
    """
    ranks = {key: rank for rank, key in enumerate(entry.keys)}
    agreeing = [
        c
        for c in candidates
        if c.key in ranks and _agrees(entry, c) and (titles_suffice or not _has_a_page_of_its_own(entry, c))
    ]
    best = min(agreeing, key=lambda c: (ranks[c.key], -c.release_id), default=None)
    return best.release_id if best else None


def _has_a_page_of_its_own(entry: Entry, candidate: Candidate) -> bool:
    """Whether the title is all that two releases share, and each has a page."""
    if not candidate.key.startswith(("title:", "text:")) or entry.text or candidate.text:
        return False
    if entry.published is not None or candidate.published is not None:
        return False
    return leads_elsewhere(entry.link, candidate.link)


def leads_elsewhere(link: str, other: str) -> bool:
    """Whether both are addresses, and of different pages."""
    ours, theirs = canonical_link(link), canonical_link(other)
    return bool(ours and theirs) and ours != theirs


def _agrees(entry: Entry, candidate: Candidate) -> bool:
    """Whether anything besides the key says that they are one release.

    A guid made to be unique in the world, and a path of the site, need any one sign more. A guid that is
    only a number, and a link, which may be that of the whole newsroom, need a better one: title and
    date may each be those of another release of the same day. For a link that looks like a release's own,
    words that are nearly the same will do: title and date may both be new each time. A title,
    which some newsrooms give to each week's bulletin, needs the moment, or the day and nearly the same text,
    or the same text.
    """
    kind, _, rest = candidate.key.partition(":")
    if kind == "title":
        return _agrees_beside_title(entry, candidate)
    if kind == "text" or candidate.content_hash == entry.content_hash:
        return True
    same_title = bool(entry.title) and candidate.title == entry.title
    same_date = entry.published is not None and candidate.published == entry.published
    ours, theirs = canonical_link(entry.link), canonical_link(candidate.link)
    same_link = bool(ours) and ours == theirs
    if kind == "link":
        if same_title or (same_date and not _at_midnight(entry.published)):
            return True
        return is_own_page(rest) and is_told_alike(entry.text, candidate.text)
    if kind == "guid" and not rest.lower().startswith(_GLOBAL_GUIDS):
        return same_link or (same_title and (same_date or not ours or not theirs))
    return same_title or same_date or (same_link and not says_link_twice(entry.guid, entry.link))


def says_link_twice(guid: str, link: str) -> bool:
    """Whether the guid is the link, and that not a release's own: then both are one sign, and a weak one."""
    canonical = canonical_link(link)
    return bool(canonical) and canonical_link(guid) == canonical and not is_own_page(canonical)


def _agrees_beside_title(entry: Entry, candidate: Candidate) -> bool:
    if entry.published is not None and candidate.published is not None:
        if entry.published == candidate.published and not _at_midnight(entry.published):
            return True
        same_day = entry.published.date() == candidate.published.date()
    else:
        same_day = True  # as far as anybody can tell
    alike = is_nearly if same_day else is_the_same
    return alike(entry.text, candidate.text)


def _at_midnight(moment: datetime | None) -> bool:
    """A date without a time of day, shared by all that was published that day."""
    return moment is not None and (moment.hour, moment.minute, moment.second) == (0, 0, 0)
