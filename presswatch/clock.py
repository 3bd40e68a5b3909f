"""The machine's clock, judged by what it has shown before.

A clock may be wrong: a machine without a battery wakes in another year, somebody sets the wrong date. What
was noted meanwhile lies in the future once the clock is right again, and what waits for such a moment would
wait for weeks. And what is counted in days (for how long a subscription was gone, how old a text is) must not
pass in a single run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SKEW = timedelta(minutes=2)
"""By how much clocks differ that are right: one that goes back by less was only adjusted."""

JUMP = timedelta(days=1)
"""A clock that goes ahead by more between two runs is believed when it has shown such times for a day; and so
is one that goes back behind what it had shown before.
"""


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock has shown, as the archive remembers it.

    ``latest`` is the latest moment of a run, ``previous`` that of the run before the present one. ``steady``
    is as ``latest``, unless the clock has jumped ahead at ``jumped``: then it is the moment before the jump.
    Since ``behind`` the clock has shown times before ``steady``. At ``set_back`` it became plain that the
    clock had been ahead; it had shown times up to ``ahead``.
    """

    latest: datetime
    steady: datetime
    previous: datetime | None = None
    jumped: datetime | None = None
    behind: datetime | None = None
    set_back: datetime | None = None
    ahead: datetime | None = None

    def is_ahead_of(self, now: datetime) -> bool:
        """Whether it has shown times that have not come yet."""
        return now < self.latest - SKEW


def read_clock(known: Clock | None, now: datetime) -> Clock:
    """What is known of the clock once a run has begun at ``now``; its ``set_back`` is ``now`` where this run
    shows that the clock had been ahead, and what was noted then is to be put right.

    A clock that jumped ahead and then shows again what it showed before was wrong in between: that is plain
    at once. Whether one that goes back further was ahead all the time, or is wrong only now, nobody knows; it
    is believed after a day. So is one that stays ahead; a machine that slept shows the same, and to wait for
    a day costs it nothing, since nothing was noted while it slept.
    """
    if known is None:
        return Clock(latest=now, steady=now)
    if known.is_ahead_of(now):
        return _gone_back(known, now)
    ticked = replace(known, latest=max(now, known.latest), previous=known.latest, behind=None)
    in_doubt = known.jumped is not None and now - known.jumped < JUMP
    if now - known.latest > JUMP:  # also where runs are always so far apart
        return replace(ticked, steady=known.steady if in_doubt else known.latest, jumped=now)
    return ticked if in_doubt else replace(ticked, steady=ticked.latest, jumped=None)


def _gone_back(known: Clock, now: datetime) -> Clock:
    undone = known.jumped is not None and now >= known.steady - SKEW
    stayed = known.behind is not None and now - known.behind >= JUMP
    if undone or stayed:
        return Clock(now, min(known.steady, now), now, set_back=now, ahead=known.latest)
    return replace(known, previous=now, behind=now if known.behind is None else min(known.behind, now))
