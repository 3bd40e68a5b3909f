"""What else a reading shows: whether an old release is still there, and whether the site was rebuilt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from presswatch.feeds.identity import Around, Candidate, Verdict, is_of_a_series, nominated, weigh
from presswatch.feeds.keys import canonical_link, folded_title, guid_key, is_global, link_key
from presswatch.feeds.naming import is_of_another_manner
from presswatch.feeds.sights import Sight, short
from presswatch.feeds.titles import words_of_the_site
from presswatch.feeds.values import Entry

_FEWEST_MOVED = 3
_FEWEST_PROVEN = 2
_IN_ORDER = 0.8  # of the neighbours in a list
_ONE_DAY = timedelta(days=1)
_SAME_TEXT = ("text: same whole", "text: same", "text: nearly")
_DATES_APART = ("days apart", "other day")


class Showing:
    """A document as the reading ``now`` shows it, beside what the one ``before`` showed, as their traces
    (:mod:`presswatch.feeds.sights`); either may be empty. ``entries`` are those that were parsed, and
    ``whole`` says that they are all that it shows. ``known_by`` gives what an entry may be.
    """

    def __init__(
        self,
        publisher: str,
        entries: Sequence[Entry],
        known_by: Callable[[Entry], Sequence[Candidate]],
        *,
        now: Sequence[Sight] = (),
        before: Sequence[Sight] = (),
        whole: bool = False,
    ) -> None:
        self._publisher = publisher
        self._now, self._before = now, before
        shown = (sight.keys for sight in now) if now else (map(short, entry.keys) for entry in entries)
        self._shown = Counter(key for keys in shown for key in keys)
        self._taken: dict[int, Entry] = {}
        self._site = words_of_the_site(entry.title for entry in entries) if whole else frozenset()
        self._holders = {key: entry for entry in entries for key in entry.keys}
        moved = list(self._moved(entries, known_by))
        items, in_order = max(len(now), len(entries)), self._are_in_order(moved)
        self.rebuilt = _is_rebuilt(moved, items, in_order=in_order)
        self.redated = whole and _is_redated(moved, items, in_order=in_order)

    @cached_property
    def _are_dated_as_read(self) -> bool:
        """Whether all items have one date, three items or more, and had another one before."""
        now, before = ({sight.date for sight in sights} for sights in (self._now, self._before))
        several = min(len(self._now), len(self._before)) >= _FEWEST_MOVED
        return several and len(now) == len(before) == 1 and now != before and "" not in now | before

    @cached_property
    def _places_now(self) -> dict[str, int]:
        return _places(self._now)

    @cached_property
    def _places_before(self) -> dict[str, int]:
        return _places(self._before)

    def around(self, entry: Entry, candidate: Candidate) -> Around:
        """What bears on whether the entry is the candidate."""
        beside = self._is_beside(entry, candidate)
        return Around(
            beside=beside,
            in_place=not (beside or _share_a_name(entry, candidate)) and self._is_in_place(entry, candidate),
            rebuilt=self.rebuilt,
            redated=self.redated,
            site=self._site,
            dated_as_read=self._are_dated_as_read,
        )

    def take(self, release_id: int, entry: Entry) -> None:
        """Note that the entry is that release: another one of the document then stands beside it."""
        self._taken.setdefault(release_id, entry)

    def _is_beside(self, entry: Entry, candidate: Candidate) -> bool:
        if self._taken.get(candidate.release_id, entry) is not entry:
            return True
        names = [link_key(candidate.link)]
        if is_global(candidate.guid):
            names.append(guid_key(self._publisher, candidate.guid))
        return any(name and name not in entry.keys and self._is_shown(name, candidate) for name in names)

    def _is_shown(self, name: str, candidate: Candidate) -> bool:
        """Whether one item has this name of the candidate's, and is it: a name may have been given again."""
        if self._shown[short(name)] != 1:
            return False
        holder = self._holders.get(name)
        if holder is None:
            return True  # an item that is as it was
        keys = candidate.keys.intersection(holder.keys) | {name}
        return weigh(holder, replace(candidate, keys=keys)).is_same

    def _is_in_place(self, entry: Entry, candidate: Candidate) -> bool:
        """Whether what stands above the entry, or below it, is what stood there of the candidate."""
        here, there = self._places(entry, candidate)
        if here is None or there is None:
            return False
        for step in (-1, 1):
            now, before = _mark(self._now, here + step), _mark(self._before, there + step)
            if now and now == before:
                return True
        return False

    def _places(self, entry: Entry, candidate: Candidate) -> tuple[int | None, int | None]:
        """Where the entry stands now, and where the candidate stood before."""
        names = [link_key(candidate.link), guid_key(self._publisher, candidate.guid), *candidate.keys]
        there = _place(self._places_before, [name for name in names if name])
        return _place(self._places_now, entry.keys), there

    def _are_in_order(self, moved: Sequence[tuple[Entry, Candidate, Verdict]]) -> bool:
        """Whether they follow each other as they did before, but for one in five."""
        places = (self._places(entry, candidate) for entry, candidate, _ in moved)
        both = sorted((here, there) for here, there in places if here is not None and there is not None)
        steps = [before < after for (_, before), (_, after) in pairwise(both)]
        return len(both) == len(moved) and sum(steps) >= _IN_ORDER * len(steps)

    def _moved(
        self, entries: Iterable[Entry], known_by: Callable[[Entry], Sequence[Candidate]]
    ) -> Iterable[tuple[Entry, Candidate, Verdict]]:
        """The entries that look like a release at a new address, with that release: of each the one that is
        most like it, by a title that says something.
        """
        for entry in entries:
            known = nominated(entry, known_by(entry))
            if any(_is_unchanged(entry, c) for c in known):
                continue
            alone = Around(site=self._site)
            found = [(weigh(entry, c, alone), c) for c in known if not self._is_beside(entry, c)]
            if any(
                v.is_same and v.has("guid", "path", "number", "page", "weak guid", "section")
                for v, _ in found
            ):
                continue
            like = [
                (v, c)
                for v, c in found
                if v.has("title", "title alike")
                and v.has("other address", "other guid")
                and not v.has("text: template", "text: other", "text: other words", "elsewhere", "series")
            ]
            if like:
                verdict, candidate = max(like, key=lambda one: (one[0].score, one[1].release_id))
                yield entry, candidate, verdict


def _share_a_name(entry: Entry, candidate: Candidate) -> bool:
    """Whether they share a guid or an address: then no place counts."""
    names = ("guid:", "path:", "link:")
    return any(key in candidate.keys for key in entry.keys if key.startswith(names))


def _is_unchanged(entry: Entry, candidate: Candidate) -> bool:
    """Whether the entry is the candidate as it is stored, by a name."""
    return (
        _share_a_name(entry, candidate)
        and entry.content_hash == candidate.content_hash
        and (entry.guid, entry.link, entry.published_raw)
        == (candidate.guid, candidate.link, candidate.published_raw)
    )


def _is_rebuilt(moved: Sequence[tuple[Entry, Candidate, Verdict]], items: int, *, in_order: bool) -> bool:
    """Whether a document shows what it showed before, at new addresses: two titles with their texts or by
    their moments. Where it says neither, three titles or more that are most of it: by their days, or in their
    order with names of another manner, as other software gives them.

    Of one item whose title was there before, its own new address says that it is another release, as of a
    bulletin that has the same title each week. Of several at once it says that the site was rebuilt; but not
    of titles alone whose names go on as they were, for so do those of next week's bulletins.
    """
    of_days = [one for one in moved if not one[2].has(*_DATES_APART)]
    proven = {folded_title(e.title) for e, _, v in of_days if v.has("moment", *_SAME_TEXT)}
    alone = {
        folded_title(e.title)
        for e, c, v in of_days
        if v.has("moment", "day", *_SAME_TEXT) or (in_order and is_of_another_manner(e, c))
    }
    return len(proven) >= _FEWEST_PROVEN or (len(alone) >= _FEWEST_MOVED and 2 * len(alone) > items)


def _is_redated(moved: Sequence[tuple[Entry, Candidate, Verdict]], items: int, *, in_order: bool) -> bool:
    """Whether a document shows what it showed before, at new addresses, all with the date of the day on which
    the site was rebuilt.

    That is so if more than half of it, three titles or more, was there before, by days that are now one day:
    with the same whole texts; without guids of their own, at addresses that end alike; or in their order,
    with names of another manner. Reports that come each year under one title don't look like that: their
    names go on as they were, or have years in them; nor do bulletins that have the same titles each day: what
    was there before is of one day, too.
    """
    now: list[datetime] = []
    before: list[datetime] = []
    for entry, candidate, verdict in moved:
        if entry.published is None or candidate.published is None or not verdict.has(*_DATES_APART):
            continue
        of_list = not _has_guid_of_its_own(entry, candidate) and _ends_alike(entry.link, candidate.link)
        of_list = of_list or (in_order and is_of_another_manner(entry, candidate))
        if verdict.has("text: same whole", "text: nearly") or of_list:
            now.append(entry.published)
            before.append(candidate.published)
    if len(now) < _FEWEST_MOVED or 2 * len(now) <= items:
        return False
    return max(now) - min(now) <= _ONE_DAY and max(before) - min(before) > 2 * _ONE_DAY


def _has_guid_of_its_own(entry: Entry, candidate: Candidate) -> bool:
    """Whether both have a guid that says more than the address."""
    return all(
        guid and canonical_link(guid) != canonical_link(link)
        for guid, link in ((entry.guid, entry.link), (candidate.guid, candidate.link))
    )


def _ends_alike(link: str, other: str) -> bool:
    ours, theirs = (canonical_link(one).rpartition("/")[2] for one in (link, other))
    return bool(ours) and ours == theirs and not is_of_a_series(link, other)


def _places(sights: Sequence[Sight]) -> dict[str, int]:
    """Where in the document each (hashed) key stands that only one item has."""
    counted = Counter(key for sight in sights for key in sight.keys)
    return {key: place for place, sight in enumerate(sights) for key in sight.keys if counted[key] == 1}


def _place(places: Mapping[str, int], keys: Iterable[str]) -> int | None:
    return next((places[hashed] for key in keys if (hashed := short(key)) in places), None)


def _mark(sights: Sequence[Sight], place: int) -> str:
    return sights[place].mark if 0 <= place < len(sights) else ""
