"""Whether releases may have rolled past between two readings of a feed. Decisions only, no I/O.

The rule. A feed shows its newest items, so as long as one of the last reading is still there, below what
is new, nothing can have rolled past. If none is, something may have, unless the items themselves rule it
out:

- by date: an item shown now is older than the newest shown before, or as old. The feed then reaches back
  to where we had been, and what is gone was taken down, or the site was rebuilt. It does not if much more
  has gone from there than is new there: then the old one is of another list in the document. Dates without a
  time of day that are equal rule nothing out.
- by number: where guids or links are numbered, the number after the highest seen before is there, or all
  are lower than those seen before. Numbers that lie among these say nothing: the site's don't rise with time.
  A rebuilt site may give its numbers again, so that they follow each other by chance. Where the document
  names the one before it, a look there tells; where it doesn't, the numbers are believed.

- by age: a news sitemap keeps what is younger than two days, however much that is. What has gone from it was
  older, and nothing rolls past a reader who comes more often. That it is one, it says, or has shown.

To suspect a gap takes some evidence that the feed has an order at all: dates, numbers, or that in the past
new items came while others stayed. Of a list without any that shows other items each time (search results,
"most popular", a feed that is read too seldom) nobody can tell, and just that is said.

A feed that shows only one or two items gets no mercy: if it shows another one, and neither date nor number
says that there was none between, there may have been. What the site itself keeps decides then, and where
it keeps nothing, a reader must know that such a feed can't be relied on.

A pinned item, which stays above what is new, is not a sign that nothing rolled past: it counts only where
it stands in order. Nor is one that has outlived newer ones, as in a document of two lists, or in one that is
sorted by the last change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from presswatch.recovery.known import is_among
from presswatch.recovery.numbers import number_of
from presswatch.times import is_midnight
from presswatch.watch import Kind

_AHEAD = timedelta(days=1)
_IN_ORDER = 0.8  # of the neighbours in a list
_MANY = 3
_AN_HOUR = timedelta(hours=1)
NEWS_SITEMAP_KEEPS = timedelta(days=2)
"""As https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap asks for."""
WHY_UNKNOWABLE = (
    "nothing of what it showed before was left, and no dates or numbers tell whether more was published in "
    "between: that cannot be known"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An item that a reading showed: its keys (:mod:`presswatch.feeds.keys`) and the publisher's date;
    ``known`` where the archive had it before this reading, by whatever sign; ``at_its_place`` where it
    stood at the same place in the last one.
    """

    keys: tuple[str, ...]
    published: datetime | None = None
    known: bool = False
    at_its_place: bool = False


def may_have_missed(
    before: Sequence[Shown],
    shown: Sequence[Shown],
    *,
    seen_before: datetime,
    now: datetime,
    kind: Kind = "feed",
    steady: bool = False,
    keeps: timedelta | None = None,
    names_older: bool = False,
) -> bool | None:
    """Whether items may have rolled past between two readings of a feed, by the rule above; ``None`` where
    nothing tells.

    ``before`` is what the last reading that wasn't empty showed, ``shown`` what this one shows at ``now``,
    each in the feed's order; ``seen_before`` is when it was last seen so, in UTC. ``steady``: in earlier
    readings, new items came while others stayed. ``keeps``: how long the list keeps each item, if it
    leaves out by age and not by number. ``names_older``: the document names one with what came before.

    An empty list, on either side, is no gap: a feed that is empty for a while is compared with what it
    showed before that.
    """
    if not before or not shown:
        return False
    seen = frozenset(key for item in before for key in item.keys)
    left = [item.known or is_among(item.keys, seen) for item in shown]
    fresh = [item for item, stays in zip(shown, left, strict=True) if not stays]
    if _in_rising_order(fresh):  # by what is new alone: a pinned item is older than what follows it
        shown, left, fresh = shown[::-1], left[::-1], fresh[::-1]
    stayed = any(left) and _anchor(before, shown, left)
    if not fresh or stayed or (keeps is not None and _all_is_kept(before, shown, seen_before, now, keeps)):
        return False
    missed = _missed_by_signs(before, fresh, seen_before, kind, names_older=names_older)
    return True if missed is None and steady else missed


@dataclass(frozen=True, slots=True)
class Count:
    """How many items a list showed, ``times`` times, until ``at``; and the dates of all it had ever shown."""

    items: int
    times: int
    at: datetime
    known: Sequence[datetime | None]


def keeps_by_age(counts: Iterable[Count], keeps: timedelta) -> bool:
    """Whether a list showed only what was younger than that each time, and no longer something that was older
    three times or more: then it leaves out by age. One that leaves out by number shows what is old where
    little is published.
    """
    left_out = 0
    for count in counts:
        oldest = count.at - keeps - _AN_HOUR
        young = sum(date is not None and date > oldest for date in count.known)
        if count.items > young:
            return False
        left_out += count.times if young < len(count.known) else 0
    return left_out >= _MANY


def _missed_by_signs(
    before: Sequence[Shown], fresh: Sequence[Shown], seen_before: datetime, kind: Kind, *, names_older: bool
) -> bool | None:
    """What dates and numbers say; ``None`` where they say nothing."""
    numbers = _Numbers.of(before, fresh)
    follow = numbers is not None and numbers.follow_at_once
    if follow and not names_older:
        return False
    by_date = _missed_by_date(before, fresh, seen_before, kind)
    if follow:
        return by_date is not False
    if by_date is None and numbers is not None and (numbers.leave_some_out or numbers.go_back):
        return numbers.leave_some_out
    return by_date


def _all_is_kept(
    before: Sequence[Shown], shown: Sequence[Shown], seen_before: datetime, now: datetime, keeps: timedelta
) -> bool:
    """Whether the list still has all that came since it was seen: it keeps that for longer, and did so with
    what it showed before. One that has gone younger may have been taken down.
    """
    here = frozenset(key for item in shown for key in item.keys)
    gone = [item for item in before if not is_among(item.keys, here)]
    young = sum(now - date < keeps - _AN_HOUR for date in _dates(gone))
    return now - seen_before < keeps and young <= 1


def _anchor(before: Sequence[Shown], shown: Sequence[Shown], left: Sequence[bool]) -> bool:
    """Whether what stayed tells that nothing rolled past."""
    return not _are_pinned(before, shown, left) and not _have_outlived(before, shown, left)


def _are_pinned(before: Sequence[Shown], shown: Sequence[Shown], left: Sequence[bool]) -> bool:
    """Whether the items that stayed all stand above the others, though their dates are older, and
    something newer than they has gone; or something has gone, and the others are sorted newest first. Where
    there are no dates: whether they stand where they stood, and all that stood below them has gone.
    """
    count = sum(left)
    if not all(left[:count]):
        return False
    pinned, others, gone = _dates(shown[:count]), _dates(shown[count:]), _dates(before)
    if not pinned and not others:
        return count < len(before) and all(item.at_its_place for item in shown[:count])
    if not pinned or not others or max(pinned) >= min(others):
        return False
    falling = others[0] > others[-1] and _are_in_order(others)
    return max(pinned) < max(gone, default=min(pinned)) or (falling and count < len(before))


def _have_outlived(before: Sequence[Shown], shown: Sequence[Shown], left: Sequence[bool]) -> bool:
    """Whether two or more that have gone are newer than all that stayed; one may have been taken down."""
    stayed = [item for item, stays in zip(shown, left, strict=True) if stays]
    dates = _dates(stayed)
    return len(dates) == len(stayed) and sum(date > max(dates) for date in _dates(before)) > 1


def _in_rising_order(items: Sequence[Shown]) -> bool:
    """Whether the list is sorted the other way, oldest first."""
    values = [date.timestamp() for date in _dates(items)]
    if len(set(values)) < 2:
        values = [number for item in items if (number := number_of(item.keys)) is not None]
    steps = [(one < other) - (one > other) for one, other in pairwise(values)]
    return len(values) >= _MANY and sum(steps) > 0


def _dates(items: Sequence[Shown]) -> list[datetime]:
    return [item.published for item in items if item.published is not None]


def _missed_by_date(
    before: Sequence[Shown], fresh: Sequence[Shown], seen_before: datetime, kind: Kind
) -> bool | None:
    """What the dates say; ``None`` where they say nothing."""
    dates = _dates(fresh)
    believed = [date for date in _dates(before) if date <= seen_before + _AHEAD]  # later ones were mistakes
    newest_before = max(believed, default=None)
    if newest_before is None or 2 * len(dates) < len(fresh) or _are_those_of_the_document(dates):
        return None
    oldest = dates[-1] if kind != "sitemap" and _are_in_order(dates) else min(dates)
    if oldest == newest_before:
        return is_midnight(oldest) or _share_their_time(dates)
    if oldest > newest_before:
        return True
    gone = sum(date >= oldest for date in believed)
    return gone > 1 and 2 * sum(date <= newest_before for date in dates) < gone


def _are_in_order(dates: Sequence[datetime]) -> bool:
    """Whether the list is sorted by date, newest first, but for a few."""
    pairs = list(pairwise(dates))
    return sum(one >= other for one, other in pairs) >= _IN_ORDER * len(pairs)


def _are_those_of_the_document(dates: Sequence[datetime]) -> bool:
    """Whether all items have one date, to the second: then it is when the document was made."""
    return len(dates) >= _MANY and len(set(dates)) == 1 and not is_midnight(dates[0])


def _share_their_time(dates: Sequence[datetime]) -> bool:
    """Whether the dates are days, as midnight of another zone or noon, and not moments."""
    ((_, most),) = Counter(date.time() for date in dates).most_common(1)
    return len(dates) >= _MANY and most >= _IN_ORDER * len(dates)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers in use before, and those of what is new."""

    old: Sequence[int]
    new: Sequence[int]

    @classmethod
    def of(cls, before: Sequence[Shown], fresh: Sequence[Shown]) -> _Numbers | None:
        """``None`` where not every item is numbered, or the new ones not in order."""
        old = [number for item in before if (number := number_of(item.keys)) is not None]
        new = [number for item in fresh if (number := number_of(item.keys)) is not None]
        if len(old) < len(before) or len(new) < len(fresh) or len(set(old)) < len(old):
            return None
        if any(one <= other for one, other in pairwise(new)):
            return None
        return cls(old, new)

    @property
    def follow_at_once(self) -> bool:
        return min(self.new) == max(self.old) + 1

    @property
    def leave_some_out(self) -> bool:
        return min(self.new) > max(self.old) + 1

    @property
    def go_back(self) -> bool:
        return max(self.new) < min(self.old)
