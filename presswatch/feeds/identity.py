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

from presswatch.feeds.likeness import (
    are_titles_alike,
    is_long,
    is_nearly,
    is_repaired,
    is_the_same,
    is_told_alike,
    stands_in,
)
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
_MIDNIGHT = re.compile(r"(?<![\d:+-])00:00(?::00)?(?![\d:])")  # as written, and no zone
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
    """A release in the archive that was once seen under ``key``, and in the entry's own feed if ``here``.
    ``text`` is needed for ``title:``, ``link:`` and ``guid:`` keys.
    """

    release_id: int
    key: str
    title: str
    link: str
    published: datetime | None
    content_hash: str
    text: str = ""
    language: str = ""
    here: bool = True


def same_release(
    entry: Entry, candidates: Iterable[Candidate], *, titles_suffice: bool = False
) -> int | None:
    """The id of the release that the entry is, or ``None`` where it is new.

    Among several the one known by the strongest key wins, then the newest. ``titles_suffice`` says that
    an equal title is enough, where no day speaks against it: see :mod:`presswatch.feeds.moved`.
    """
    ranks = {key: rank for rank, key in enumerate(entry.keys)}
    agreeing = [
        c
        for c in candidates
        if c.key in ranks
        and _agrees(entry, c, titles_suffice=titles_suffice)
        and (titles_suffice or not _has_a_page_of_its_own(entry, c))
    ]
    best = min(agreeing, key=lambda c: (ranks[c.key], -c.release_id), default=None)
    return best.release_id if best else None


def _has_a_page_of_its_own(entry: Entry, candidate: Candidate) -> bool:
    """Whether a title, or a text that many may have, is all that two releases share, and each has a page:
    reports have the same title each month, and what two offices announce may have it on one day.

    The same moment says that they are one. So does, on the same day, nearly the same text, with the same
    numbers; on another day, the same text, if it is long; where nobody says the day, a text that stands in
    the other.
    """
    if not candidate.key.startswith(("title:", "text:")) or not leads_elsewhere(entry.link, candidate.link):
        return False
    one, other = entry.published, candidate.published
    text = entry.text if candidate.key.startswith("text:") else candidate.text
    if one is None and other is None:
        return not stands_in(entry.text, text)
    if one is None or other is None or (one == other and not _is_a_day(entry)):
        return False
    if one.date() == other.date():
        return not is_repaired(entry.text, text)
    return not (is_long(entry.text) and is_the_same(entry.text, text))


def leads_elsewhere(link: str, other: str) -> bool:
    """Whether both are addresses, and of different pages."""
    ours, theirs = canonical_link(link), canonical_link(other)
    return bool(ours and theirs) and ours != theirs


def _agrees(entry: Entry, candidate: Candidate, *, titles_suffice: bool) -> bool:
    """Whether anything besides the key says that they are one release.

    A guid made to be unique in the world, and a path of the site, need any one sign more. A guid that is
    only a number, and a link, which may be that of the whole newsroom, need a better one: title and
    date may each be those of another release of the same day. A title, which some newsrooms give to each
    week's bulletin, needs the moment, or the day and nearly the same text, or the same text. In another
    language, at an address of its own, it is another release.
    """
    kind, _, rest = candidate.key.partition(":")
    if _is_a_translation(entry, candidate):
        return False
    if kind == "title":
        return _agrees_beside_title(entry, candidate, titles_suffice=titles_suffice)
    # Two sites of one publisher may both have a /news/1, of which their sitemaps say nothing more.
    means_nothing = kind == "path" and not candidate.here and not (entry.title or entry.text)
    if kind == "text" or (candidate.content_hash == entry.content_hash and not means_nothing):
        return True
    if kind == "link":
        return _agrees_beside_link(entry, candidate, rest)
    return _agrees_beside_guid(entry, candidate, is_global=kind == "path" or _is_global(rest))


def _agrees_beside_link(entry: Entry, candidate: Candidate, link: str) -> bool:
    """Title and date may both be mended: then a title that is nearly the same will do, of the same day, or
    for a link that looks like a release's own a text that is nearly the same.
    """
    if _has_the_title_of(entry, candidate) or (_has_the_date_of(entry, candidate) and not _is_a_day(entry)):
        return True
    one, other = entry.published, candidate.published
    may_be_of_one_day = one is None or other is None or one.date() == other.date()
    if may_be_of_one_day and are_titles_alike(entry.title, candidate.title):
        return True
    return is_own_page(link) and is_told_alike(entry.text, candidate.text)


def _agrees_beside_guid(entry: Entry, candidate: Candidate, *, is_global: bool) -> bool:
    ours, theirs = canonical_link(entry.link), canonical_link(candidate.link)
    same_link = bool(ours) and ours == theirs
    same_title, same_date = _has_the_title_of(entry, candidate), _has_the_date_of(entry, candidate)
    if is_global:
        if same_title or same_date or (same_link and not says_link_twice(entry.guid, entry.link)):
            return True
    elif (same_title and (same_date or same_link or not ours or not theirs)) or (same_link and (same_date or is_own_page(ours))):
        return True
    alike = are_titles_alike(entry.title, candidate.title)
    return alike and ((same_link and not is_global) or is_told_alike(entry.text, candidate.text))


def _is_global(guid: str) -> bool:
    return guid.lower().startswith(_GLOBAL_GUIDS)


def _has_the_title_of(entry: Entry, candidate: Candidate) -> bool:
    return bool(entry.title) and candidate.title == entry.title


def _has_the_date_of(entry: Entry, candidate: Candidate) -> bool:
    return entry.published is not None and candidate.published == entry.published


def _is_a_translation(entry: Entry, candidate: Candidate) -> bool:
    """Whether another edition of the site shows it, which may keep guid and date."""
    ours, theirs = (tag.partition("-")[0].lower() for tag in (entry.language, candidate.language))
    return (
        bool(ours and theirs)
        and ours != theirs
        and entry.title != candidate.title
        and leads_elsewhere(entry.link, candidate.link)
    )


def says_link_twice(guid: str, link: str) -> bool:
    """Whether the guid is the link, and that not a release's own: then both are one sign, and a weak one."""
    canonical = canonical_link(link)
    return bool(canonical) and canonical_link(guid) == canonical and not is_own_page(canonical)


def _agrees_beside_title(entry: Entry, candidate: Candidate, *, titles_suffice: bool) -> bool:
    if entry.published is not None and candidate.published is not None:
        if entry.published == candidate.published and not _is_a_day(entry):
            return True
        same_day = entry.published.date() == candidate.published.date()
    else:
        same_day = True  # as far as anybody can tell
    if same_day and titles_suffice:
        return True
    alike = is_nearly if same_day else is_the_same
    return alike(entry.text, candidate.text)


def _is_a_day(entry: Entry) -> bool:
    """Whether its date has no time of day, in whatever zone: all that came out that day may have it."""
    moment = entry.published
    if moment is None:
        return False
    at_midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return at_midnight or _MIDNIGHT.search(entry.published_raw) is not None
