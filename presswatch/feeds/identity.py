"""Identity: which release of the archive an entry is, told by weighing what speaks for it and against it.

Keys (:mod:`presswatch.feeds.keys`) only nominate candidates, of the entry's own publisher. Of each candidate
all signs are weighed: guid, address, title, text, date, language, the host that it was seen on, and what else
the reading showed. No sign decides alone. An entry is the candidate if more speaks for it than against it; in
doubt it is a release of its own, for told twice is better than never.

There are two cases, and a sign weighs differently in each:

- *A name in common*, the guid or the address. The question is whether the release was edited, or the name
  used again: node numbers of a rebuilt site, a bulletin's landing page. A title, text and day that all differ
  say that it was used again.
- *No name in common*. The question is whether the release is shown under a new name (a site rebuilt, a
  headline edited where its address follows it), or looks like another (a monthly report, two offices that
  fill in one template). What it says must agree; another day, a generic title, the old release still being
  shown beside it, and another host speak against that.

What can't be told apart is told as a release of its own: one that changes its names, its title and its words
at once; a report that comes under last year's title with last year's words, though it may be an old one that
was dated anew; two chapters of one publisher that say the same in a few words on one day, without the hour. A
site rebuilt with new dates is known by what else was shown (:mod:`presswatch.feeds.moved`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from presswatch.feeds.keys import (
    canonical_link,
    host_in,
    is_global,
    is_own_page,
    leads_elsewhere,
    says_link_twice,
)
from presswatch.feeds.likeness import compare_texts
from presswatch.feeds.titles import TitleLikeness, compare_titles, is_generic, is_inviting
from presswatch.feeds.values import Entry
from presswatch.times import is_midnight

_MIDNIGHT = re.compile(r"(?<![\d:+-])00:00(?::00)?(?![\d:])")  # as written, and no zone
_DATED = re.compile(r"(?<!\d)20\d\d[-_/.]?[01]?\d(?:[-_/.]?[0-3]?\d)?(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+(?!\w)")
_AT_SITE = re.compile(r"^\d+ at ")
_LONG_NUMBER = re.compile(r"\d{4}")
_OPAQUE = 16  # characters of a guid that no counting gives: a UUID, a hash
_ZONES = timedelta(hours=12)  # by which a date may be off where its zone was mistaken
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A release that an entry may be. ``keys`` are those of the entry's keys under which it was ever seen;
    the other fields are as it stands in the archive, with guid and link as it was seen first.

    ``elsewhere``: only other feeds have shown it, and they are still read; ``other_host``: all of them on
    other hosts. ``recurring``: the publisher gave its title to several releases.
    """

    release_id: int
    keys: frozenset[str]
    title: str
    link: str
    published: datetime | None
    content_hash: str
    text: str = ""
    language: str = ""
    guid: str = ""
    published_raw: str = ""
    elsewhere: bool = False
    other_host: bool = False
    recurring: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What else a reading showed that bears on an entry and a candidate.

    ``beside``: the candidate is shown in the same document, by another item. ``in_place``: the entry stands
    where the candidate stood in the reading before. ``rebuilt``: several releases are shown at new addresses,
    so that new names say nothing; ``redated``: and all of one day, so that dates don't either. ``site``: the
    words with which all titles of the document begin or end. ``dated_as_read``: its items have one date,
    which is that of the reading, and none of theirs.
    """

    beside: bool = False
    in_place: bool = False
    rebuilt: bool = False
    redated: bool = False
    site: frozenset[str] = frozenset()
    dated_as_read: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that speaks for an entry's being a release (``weight`` above 0) or against it (below), in
    words. One of weight 0 was looked at and says nothing here.
    """

    name: str
    weight: int
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an entry is a release, and why."""

    release_id: int
    signs: tuple[Sign, ...]

    @property
    def score(self) -> int:
        """The sum of the weights."""
        return sum(sign.weight for sign in self.signs)

    @property
    def is_same(self) -> bool:
        """Whether more speaks for it than against it."""
        return self.score > 0

    def has(self, *names: str) -> bool:
        """Whether a sign of one of these names was found."""
        return any(sign.name in names for sign in self.signs)

    @property
    def why(self) -> str:
        """The reason in a sentence for people: what speaks for it, and what against it."""
        strongest = sorted(self.signs, key=lambda sign: -abs(sign.weight))
        pro = ", ".join(sign.words for sign in strongest if sign.weight > 0) or "nothing"
        contra = ", ".join(sign.words for sign in strongest if sign.weight < 0)
        return pro + (f"; though {contra}" if contra else "")


_WEIGHTS: Mapping[str, tuple[int, int, int, str]] = {
    # sign: weight beside a name in common, without one, and without one on another host; words
    "guid": (3, 0, 0, "the same guid"),
    "path": (2, 0, 0, "the same guid but for its host"),
    "number": (2, 0, 0, "the same number as guid"),
    "weak guid": (1, 0, 0, "the same guid, which others may have too"),
    "page": (3, 0, 0, "the same address"),
    "section": (1, 0, 0, "the same address, which others may have too"),
    "guid and address": (1, 0, 0, "guid and address both"),
    "other guid": (-3, -1, 0, "another guid"),
    "other address": (-1, -2, 0, "another address"),
    "series": (-1, -3, 0, "an address that differs by its date"),
    "title": (2, 2, 2, "the same title"),
    "generic title": (0, 0, 0, "the same title, which others have too"),
    "title alike": (2, 2, 1, "nearly the same title"),
    "title reworded": (0, 0, 0, "a title in part the same"),
    "title numbered": (-2, -5, -5, "a title with another number"),
    "other title": (-2, -1, -1, "another title"),
    "text: same whole": (5, 5, 5, "the same text word for word"),
    "text: same": (3, 3, 3, "the same words"),
    "text: same words": (1, 1, 1, "the same few words"),
    "text: inviting": (0, 0, 0, "a text that only invites to read"),
    "text: nearly": (2, 2, 0, "nearly the same text"),
    "text: edited": (1, 0, 0, "a text in part the same"),
    "text: template": (-2, -3, -3, "other names or numbers in the text"),
    "text: other": (-3, -3, -3, "another text"),
    "text: other words": (-1, -1, -1, "other words"),
    "says nothing": (3, 1, 0, "no title and no text, as before"),
    "moment": (3, 3, 3, "the same moment of publication"),
    "day": (0, 0, 0, "the same day"),
    "days apart": (-2, -4, -1, "another day"),
    "other day": (-2, -4, -4, "another day"),
    "no day": (0, -3, 0, "no date that would tell"),
    "other language": (-10, -10, -10, "another language at an address of its own"),
    "elsewhere": (0, 0, -5, "shown on another host"),
    "beside": (0, -4, 0, "that one still being shown beside it"),
    "in its place": (0, 2, 0, "its place in the list"),
}
_SAME_TEXT = frozenset({"text: same whole", "text: same", "text: nearly"})
_NEW_NAMES = frozenset({"other guid", "other address", "series"})
_DATES_APART = frozenset({"days apart", "other day"})
_EXPLAINED_BY_REBUILDING = frozenset({"other guid", "other address", "no day"})


def weigh(entry: Entry, candidate: Candidate, around: Around = Around()) -> Verdict:
    """Weigh all signs for and against the entry's being the candidate."""
    names = _names(entry, candidate)
    found = _contents(entry, candidate, around.site)
    if _is_a_translation(entry, candidate):
        found.append("other language")
    if candidate.elsewhere and "page" not in names and _is_another_host(entry, candidate):
        # What two hosts number or call alike is not one; that they do it otherwise says nothing either.
        names, column = ["elsewhere"], 2
    elif any(_WEIGHTS[name][0] > 0 for name in names):
        column = 0
        if around.dated_as_read:
            found = [name for name in found if name not in _DATES_APART]
    else:
        undated = entry.published is None and candidate.published is None
        found, column = _beside_no_name([*names, *found], around, undated=undated), 1
        names = []
    signs = []
    for name in (*names, *found):
        *weights, words = _WEIGHTS[name]
        signs.append(Sign(name, weights[column], words))
    return Verdict(candidate.release_id, tuple(signs))


def _beside_no_name(found: list[str], around: Around, *, undated: bool) -> list[str]:
    """The signs where there is no name in common, with those that the rest of the reading gives.

    A place in the list counts where a headline was edited, and the text stayed: a title that stays, at a
    place that stays, is as well that of the next bulletin.
    """
    proof = _SAME_TEXT | {"moment"}
    if around.in_place and "title" not in found and not proof.isdisjoint(found):
        found = [*found, "in its place"]
    elif undated and not _NEW_NAMES.isdisjoint(found) and "text: same whole" not in found:
        found = [*found, "no day"]
    if around.beside:
        return [*found, "beside"]
    explained = _EXPLAINED_BY_REBUILDING if around.rebuilt or around.redated else frozenset()
    if around.redated:
        explained |= _DATES_APART
    return [name for name in found if name not in explained]


def identify(
    entry: Entry,
    candidates: Iterable[Candidate],
    around: Callable[[Entry, Candidate], Around] = lambda *_: Around(),
) -> Verdict | None:
    """The release that the entry is, with the reasons; ``None`` where it is new.

    Of several the one wins for which most speaks, then the one known by the strongest key, then the newest.
    """
    ranks = {key: rank for rank, key in enumerate(entry.keys)}
    verdicts = [
        (weigh(entry, c, around(entry, c)), min((ranks[key] for key in c.keys), default=len(ranks)))
        for c in nominated(entry, candidates)
    ]
    agreeing = [(v, rank) for v, rank in verdicts if v.is_same]
    if not agreeing:
        return None
    best, _ = max(agreeing, key=lambda one: (one[0].score, -one[1], one[0].release_id))
    return best


def nominated(entry: Entry, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those of the candidates that share a key with the entry, each once, with the keys that they share; and
    those without keys, whose words are the same. The title of several says little.
    """
    merged: dict[int, Candidate] = {}
    ours = frozenset(entry.keys)
    for candidate in candidates:
        shared = candidate.keys & ours
        if shared or not candidate.keys:
            before = merged.get(candidate.release_id)
            keys = shared if before is None else before.keys | shared
            merged[candidate.release_id] = replace(candidate, keys=keys)
    of_title = [c.release_id for c in merged.values() if any(k.startswith("title:") for k in c.keys)]
    if len(of_title) > 1:
        return [replace(c, recurring=c.recurring or c.release_id in of_title) for c in merged.values()]
    return list(merged.values())


def is_of_a_series(link: str, other: str) -> bool:
    """Whether the addresses are equal but for the date in them ("/reports/2026-11-25")."""
    ours, theirs = canonical_link(link), canonical_link(other)
    if ours == theirs:
        return False
    dated = all(map(_DATED.search, (ours, theirs))) or all(map(_YEAR.search, (ours, theirs)))
    return dated and _DIGITS.sub("0", ours) == _DIGITS.sub("0", theirs)


def _names(entry: Entry, candidate: Candidate) -> list[str]:
    """The signs of guid and address. One that others in its document have too is not among the entry's keys,
    and says nothing.
    """
    keys = {key.partition(":")[0]: key for key in entry.keys}
    found = []
    same_guid = any(keys[kind] in candidate.keys for kind in ("guid", "path") if kind in keys)
    same_link = keys.get("link") in candidate.keys
    if same_guid:
        kind = _kind_of_guid(entry)
        moved = keys.get("guid") not in candidate.keys and host_in(entry.guid) != host_in(candidate.guid)
        found.append("path" if moved and kind == "guid" else kind)
    elif "guid" in keys and candidate.guid and not (same_link and _is_address(entry, candidate)):
        found.append("other guid")
    if same_link:
        found.append("page" if is_own_page(canonical_link(entry.link)) else "section")
    elif "link" in keys and leads_elsewhere(entry.link, candidate.link):
        if is_of_a_series(entry.link, candidate.link):
            found.append("series")
        elif not _has_only_moved(entry.link, candidate.link):
            found.append("other address")
    if same_guid and same_link:
        if _are_one_sign(entry):
            found = [max(found, key=lambda name: _WEIGHTS[name][0])]
        else:
            found.append("guid and address")
    return found


def _kind_of_guid(entry: Entry) -> str:
    """How much the guid says: whether it was made for this release alone, or is a long number, or one that a
    rebuilt site, or another one, may give again, or the address of a section.
    """
    if not is_global(entry.guid):
        if _AT_SITE.search(entry.guid):
            return "weak guid"
        if len(entry.guid) >= _OPAQUE and _DIGITS.search(entry.guid):
            return "guid"
        return "number" if _LONG_NUMBER.search(_YEAR.sub("", entry.guid)) else "weak guid"
    canonical = canonical_link(entry.guid)
    if says_link_twice(entry.guid, entry.link):
        return "weak guid"
    return "guid" if not canonical or "?" in canonical or is_own_page(canonical) else "weak guid"


def _is_address(entry: Entry, candidate: Candidate) -> bool:
    """Whether one has its own address as guid, which then says nothing more."""
    return any(
        guid and canonical_link(guid) == canonical_link(link)
        for guid, link in ((entry.guid, entry.link), (candidate.guid, candidate.link))
    )


def _are_one_sign(entry: Entry) -> bool:
    """Whether the guid is the address, or the number in it ("41 at https://…", "/node/41")."""
    link = canonical_link(entry.link)
    if canonical_link(entry.guid) == link:
        return True
    number = _NUMBER.match(entry.guid)
    return number is not None and number.group() in _DIGITS.findall(link.partition("/")[2])


def _has_only_moved(link: str, other: str) -> bool:
    """Whether the addresses differ in their host alone."""
    ours, theirs = (canonical_link(one).partition("/")[2] for one in (link, other))
    return ours == theirs and bool(ours)


def _is_another_host(entry: Entry, candidate: Candidate) -> bool:
    """Whether it is of another host, by the addresses; where one has none, by those of the feeds."""
    ours, theirs = host_in(entry.link), host_in(candidate.link)
    return ours != theirs if ours and theirs else candidate.other_host


def _contents(entry: Entry, candidate: Candidate, site: frozenset[str]) -> list[str]:
    """The signs of title, text and date."""
    found = []
    title: TitleLikeness = "same"
    if not any(key.startswith("title:") for key in candidate.keys):
        title = compare_titles(entry.title, candidate.title, site)
    if title == "same":
        found.append("generic title" if candidate.recurring or is_generic(entry.title) else "title")
    elif title != "none":
        found.append("other title" if title == "other" else f"title {title}")
    text = compare_texts(entry.text, candidate.text)
    if text != "same whole" and entry.text and any(key.startswith("text:") for key in candidate.keys):
        text = compare_texts(entry.text, entry.text)  # it once said so
    if text in ("same", "same words") and is_inviting(entry.text):
        found.append("text: inviting")
    elif text != "none":
        found.append(f"text: {text}")
    if title == text == "none" and entry.content_hash == candidate.content_hash:
        found.append("says nothing")
    date = _compare_dates(entry, candidate)
    return [*found, date] if date else found


def _compare_dates(entry: Entry, candidate: Candidate) -> str:
    one, other = entry.published, candidate.published
    if one is None or other is None:
        return ""
    as_written = bool(entry.published_raw) and entry.published_raw == candidate.published_raw
    if one == other or as_written:  # one in the future is stored as the moment when it was seen
        return "day" if is_a_day(entry) else "moment"
    if one.date() == other.date() or abs(one - other) <= _ZONES:
        return "day"
    return "days apart" if abs(one - other) <= _A_WEEK else "other day"


def is_a_day(entry: Entry) -> bool:
    """Whether its date has no time of day, in whatever zone: all that came out that day may have it."""
    moment = entry.published
    if moment is None:
        return False
    return is_midnight(moment) or _MIDNIGHT.search(entry.published_raw) is not None


def _is_a_translation(entry: Entry, candidate: Candidate) -> bool:
    """Whether another edition of the site shows it, which may keep guid and date."""
    ours, theirs = (tag.partition("-")[0].lower() for tag in (entry.language, candidate.language))
    return (
        bool(ours and theirs)
        and ours != theirs
        and entry.title != candidate.title
        and leads_elsewhere(entry.link, candidate.link)
    )
