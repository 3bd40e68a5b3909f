"""Whether a list shows what it showed before, at new addresses: decided for all of it, not for one item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from presswatch.feeds.identity import Candidate, known_by, same_release
from presswatch.feeds.keys import canonical_link, folded_title
from presswatch.feeds.likeness import is_nearly
from presswatch.feeds.values import Entry

_DATED = re.compile(r"(?<!\d)20\d\d[-_/.]?[01]?\d(?:[-_/.]?[0-3]?\d)?(?!\d)")
_DIGITS = re.compile(r"\d+")
_FEWEST_MOVED = 3
_ONE_DAY = timedelta(days=1)


def all_have_moved(entries: Iterable[Entry], candidates: Mapping[str, Sequence[Candidate]]) -> bool:
    """Whether a document shows what it showed before, at new addresses: several titles that were there before
    by the same day, or where nobody says the day.

    Of one item whose title was there before, its own new address says that it is another release, as of a
    bulletin that has the same title each week. Of several titles at once it says that the site was rebuilt;
    but not where the addresses differ by a date that stands in them.
    """
    moved = set()
    for entry in entries:
        known = [c for c in known_by(entry, candidates) if not _are_of_a_series(entry.link, c.link)]
        if same_release(entry, known) is None and same_release(entry, known, titles_suffice=True) is not None:
            moved.add(folded_title(entry.title))
    return len(moved) > 1


def _are_of_a_series(link: str, other: str) -> bool:
    """Whether the addresses are equal but for the date in them ("/reports/2026-11-25")."""
    ours, theirs = canonical_link(link), canonical_link(other)
    if ours == theirs or not (_DATED.search(ours) and _DATED.search(theirs)):
        return False
    return _DIGITS.sub("0", ours) == _DIGITS.sub("0", theirs)


def dates_are_of_a_move(entries: Sequence[Entry], candidates: Mapping[str, Sequence[Candidate]]) -> bool:
    """Whether a document shows what it showed before, at new addresses, all with the date of the day on which
    the site was rebuilt.

    That is so if more than half of it, three titles or more, was there before, by days that are now one day,
    with the same texts or without any. Bulletins that have the same titles each day don't look like that:
    what was there before is of one day, too, or each title is of several releases.
    """
    now: list[datetime] = []
    before: list[datetime] = []
    for entry in entries:
        known = known_by(entry, candidates)
        if entry.published is None or same_release(entry, known) is not None:
            continue
        titled = {c.release_id: c for c in known if c.key.startswith("title:")}
        if len(titled) != 1:
            continue
        (one,) = titled.values()
        if one.published is not None and is_nearly(entry.text, one.text):
            now.append(entry.published)
            before.append(one.published)
    if len(now) < _FEWEST_MOVED or 2 * len(now) <= len(entries):
        return False
    return max(now) - min(now) <= _ONE_DAY and max(before) - min(before) > 2 * _ONE_DAY
