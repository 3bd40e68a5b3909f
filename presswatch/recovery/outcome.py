"""What one way of recovering led to, and what all of them come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch.feeds.values import Entry
from presswatch.recovery.known import is_among

MOST_ENTRIES = 300
"""Of a gap."""
TOO_MANY = f"there are more than {MOST_ENTRIES} releases"
_LONGEST = 500  # characters


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a way led to. ``way`` names it for people; ``reached``: nothing is missing any more; otherwise
    ``reason`` says why it is not, and ``retriable`` whether it may go better later. ``listed``: the
    entries are addresses only. ``honoured``: the way exists there, wherever it led.
    """

    way: str
    entries: tuple[Entry, ...] = ()
    reached: bool = False
    reason: str = ""
    retriable: bool = False
    listed: bool = False
    honoured: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a gap: ``entries`` newest first within each way; of those in ``listed`` only the
    address is known, so that their pages must be read. The rest is as in
    :class:`presswatch.recovery.values.Recovered`.
    """

    entries: tuple[Entry, ...]
    listed: frozenset[str]
    closed: bool
    how: str
    retriable: bool


def summed_up(outcomes: Sequence[Outcome]) -> Found:
    """What the ways that were tried come to; the last one decides whether the gap is closed.

    An entry that two ways found is taken from the first of them. ``listed`` holds fingerprints.
    """
    entries: list[Entry] = []
    listed: set[str] = set()
    ways: list[str] = []
    keys: set[str] = set()
    for outcome in outcomes:
        new = [entry for entry in outcome.entries if not is_among(entry.keys, keys)]
        room = MOST_ENTRIES - len(entries)
        entries += new[:room]
        keys.update(key for entry in new for key in entry.keys)
        if outcome.listed:
            listed.update(entry.fingerprint for entry in new)
        if new or outcome.reached:
            ways.append(outcome.way)
        if len(new) > room:
            closed, reason = False, TOO_MANY
            break
    else:
        closed = bool(outcomes) and outcomes[-1].reached
        reason = _reasons(outcomes)
    retriable = not closed and any(outcome.retriable for outcome in outcomes)
    how = _in_words(ways, len(entries), closed=closed, retriable=retriable, reason=reason)
    return Found(tuple(entries), frozenset(listed), closed, how, retriable)


def _reasons(outcomes: Sequence[Outcome]) -> str:
    told = {outcome.way: outcome.reason for outcome in outcomes if outcome.reason}
    return "; ".join(f"{way}: {reason}" for way, reason in told.items())


def _in_words(ways: Sequence[str], count: int, *, closed: bool, retriable: bool, reason: str) -> str:
    releases = f"{count} release{'' if count == 1 else 's'}"
    by = " and ".join(dict.fromkeys(ways))
    if closed:
        return f"recovered by {by}: {releases}" if count else f"nothing is missing, by {by}"
    if count:
        return f"recovered in part by {by}: {releases}; {reason}"[:_LONGEST]
    if retriable:
        return f"what the site keeps could not be read: {reason}"[:_LONGEST]
    return f"the site keeps no older pages that we can reach: {reason}"[:_LONGEST]
