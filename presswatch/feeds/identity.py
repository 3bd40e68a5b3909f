"""Which release an entry is: one that was ever seen under a key of its own (:mod:`presswatch.feeds.keys`).

A key found in the archive still needs one more sign (title, link, date or text) before two entries
count as one release; only ``text:`` needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from presswatch.feeds.keys import (
    canonical_link,
    is_global,
    is_own_page,
    leads_elsewhere,
    says_link_twice,
)
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
from presswatch.times import is_midnight

_MIDNIGHT = re.compile(r"(?<![\d:+-])00:00(?::00)?(?![\d:])")  # as written, and no zone


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


def known_by(entry: Entry, by_key: Mapping[str, Sequence[Candidate]]) -> list[Candidate]:
    """Those of the candidates, which are given by their keys, that share one with the entry."""
    return [candidate for key in entry.keys for candidate in by_key.get(key, ())]


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
    one, other, text = entry.published, candidate.published, candidate.text
    if candidate.key.startswith("text:"):  # which says that both were the same when it was noted
        other, text = one, entry.text
    if one is None and other is None:
        return not stands_in(entry.text, text)
    if one is None or other is None or (one == other and not _is_a_day(entry)):
        return False
    if one.date() == other.date():
        return not is_repaired(entry.text, text)
    return not (is_long(entry.text) and is_the_same(entry.text, text))


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
    return _agrees_beside_guid(entry, candidate, unique=kind == "path" or is_global(rest))


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


def _agrees_beside_guid(entry: Entry, candidate: Candidate, *, unique: bool) -> bool:
    ours, theirs = canonical_link(entry.link), canonical_link(candidate.link)
    same_link = bool(ours) and ours == theirs
    same_title, same_date = _has_the_title_of(entry, candidate), _has_the_date_of(entry, candidate)
    if unique:
        enough = same_title or same_date or (same_link and not says_link_twice(entry.guid, entry.link))
    else:
        several = same_title + same_date + same_link > 1
        enough = several or (same_link and is_own_page(ours)) or (same_title and not (ours and theirs))
    if enough:
        return True
    alike = are_titles_alike(entry.title, candidate.title)
    return alike and ((same_link and not unique) or is_told_alike(entry.text, candidate.text))


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
    return is_midnight(moment) or _MIDNIGHT.search(entry.published_raw) is not None
