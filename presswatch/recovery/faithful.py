"""Whether another list of a site's pages is the list of the feed's releases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from presswatch.feeds.values import Entry
from presswatch.recovery.values import Gap
from presswatch.recovery.walk import Standing, since, standing

_SHOWN_TO_A_STRANGER = 4
_FEW = 3


def is_faithful(entries: Sequence[Entry], gap: Gap) -> bool:
    """Whether a site's list holds what the feed shows, and hardly anything else.

    A site may list its blog, its staff and its recipes beside its releases. So the list is held against
    what the feed did show: of all that the list dates as late as the oldest of these, four in five must be
    known.
    """
    stands = [(entry, standing(entry, gap)) for entry in entries if entry.published is not None]
    dates = [entry.published for entry, stand in stands if stand is Standing.SHOWN and entry.published]
    if not dates:
        return False
    oldest = min(dates)
    strangers = sum(
        stand is Standing.MISSING and entry.published is not None and oldest < entry.published
        for entry, stand in stands
    )
    return strangers * _SHOWN_TO_A_STRANGER <= len(dates)


def dates_by_edits(entries: Sequence[Entry], gap: Gap) -> bool:
    """Whether the list gives recent dates to releases that were known long before: then its dates are
    those of edits, or of a rebuilt site, and don't tell what is new.
    """
    known = [entry for entry in entries if standing(entry, gap) is Standing.KNOWN and entry.published]
    recent = [entry for entry in known if entry.published and entry.published > gap.seen_before]
    return len(recent) >= _FEW and 2 * len(recent) > len(known)


def missing_among(entries: Iterable[Entry], gap: Gap) -> tuple[Entry, ...]:
    """The entries of a list without order that are not known and whose dates lie in the gap or later: a date
    that is still to come is a slip of the publisher's, and what came after the gap is known.
    """
    oldest = since(gap)
    return tuple(
        entry
        for entry in entries
        if entry.published is not None
        and entry.published >= oldest
        and standing(entry, gap) is Standing.MISSING
    )
