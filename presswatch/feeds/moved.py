"""Whether a list shows what it showed before, at new addresses: decided for all of it, not for one item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from presswatch.feeds.identity import Candidate, folded_title, same_release
from presswatch.feeds.values import Entry

_FEWEST_MOVED = 3
_ONE_DAY = timedelta(days=1)


def all_have_moved(entries: Iterable[Entry], candidates: Mapping[str, Sequence[Candidate]]) -> bool:
    """Whether a document without dates and texts shows what it showed before, at new addresses.

    Of one item whose title was there before, its own new address says that it is another release, as of a
    bulletin that has the same title each week. Of several titles at once it says that the site was rebuilt.
    """
    moved = set()
    for entry in entries:
        if entry.published is None and not entry.text:
            known = [c for key in entry.keys for c in candidates.get(key, ())]
            if same_release(entry, known, titles_suffice=True) != same_release(entry, known):
                moved.add(folded_title(entry.title))
    return len(moved) > 1


def dates_are_of_a_move(entries: Sequence[Entry], candidates: Mapping[str, Sequence[Candidate]]) -> bool:
    """Whether a document without texts shows what it showed before, at new addresses, all with the date of
    the day on which the site was rebuilt.

    That is so if more than half of it, three titles or more, was there before, by days that are now one day.
    Bulletins that have the same titles each day don't look like that: what was there before is of one day,
    too, or each title is of several releases.
    """
    now: list[datetime] = []
    before: list[datetime] = []
    for entry in entries:
        known = [c for key in entry.keys for c in candidates.get(key, ())]
        if entry.text or entry.published is None or same_release(entry, known) is not None:
            continue
        titled = {c.release_id: c.published for c in known if c.key.startswith("title:")}
        dates = [date for date in titled.values() if date is not None]
        if len(titled) == len(dates) == 1:
            now.append(entry.published)
            before += dates
    if len(now) < _FEWEST_MOVED or 2 * len(now) <= len(entries):
        return False
    return max(now) - min(now) <= _ONE_DAY and max(before) - min(before) > 2 * _ONE_DAY
