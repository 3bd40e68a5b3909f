"""Subscriptions that leave the configuration, and those that take their place.

A subscription is known by its id. Where an id is gone and another one is new, it may have been renamed: then
what the one was told and is owed belongs to the other. If nothing but the id differs, that is certain; a
configuration can say so (``formerly``); else a person is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from presswatch.watch import Subscription

REMEMBERED = timedelta(days=7)
"""For so long a subscription may be out of the configuration and still go on where it was."""


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """What a subscription is owed that is no longer configured: so many ``releases``, of which it was not
    told, and ``deliveries``, which were under way to its recipients. ``gone_since`` is ``None`` where the
    next run will be the first without it; ``perhaps`` are the subscriptions that came since then.
    """

    id: str
    releases: int
    deliveries: int
    gone_since: datetime | None
    perhaps: tuple[str, ...]

    def __str__(self) -> str:
        """What is owed, and what a person can do about it."""
        owed = [
            f"{number} {thing if number == 1 else things}"
            for number, thing, things in (
                (self.releases, "release", "releases"),
                (self.deliveries, "delivery", "deliveries"),
            )
            if number
        ]
        said = f'The subscription "{self.id}" is not in the configuration any more, and is owed '
        said += f"{' and '.join(owed)}. "
        if self.perhaps:
            new = " or ".join(f'"{name}"' for name in self.perhaps)
            return f'{said}If {new} takes its place, write there: formerly = "{self.id}"'
        until = f" until {self.gone_since + REMEMBERED:%Y-%m-%d}" if self.gone_since else " within a week"
        return f"{said}It gets that if it comes back{until}; else nobody does."


def takes_place_of(gone: Iterable[Subscription], come: Sequence[Subscription]) -> dict[str, str]:
    """For each subscription that has certainly taken another's place, the id of that one.

    ``gone`` left the configuration lately, ``come`` are new in it. Certain is what ``formerly`` says; and
    where the same is told to the same people over the same channel, whenever that is, if there is one such on
    either side. Where several are alike nothing says which is which, and a recipient more or less may be
    another subscription altogether.
    """
    found = {one.id: one.formerly for one in come if one.formerly}
    left = [one for one in gone if one.id not in found.values()]
    before, after = _alike(left), _alike(one for one in come if not one.formerly)
    for what, old in before.items():
        new = after.get(what, [])
        if len(old) == len(new) == 1:
            found[new[0].id] = old[0].id
    return found


def _alike(subscriptions: Iterable[Subscription]) -> dict[tuple[object, ...], list[Subscription]]:
    groups: defaultdict[tuple[object, ...], list[Subscription]] = defaultdict(list)
    for one in subscriptions:
        chosen = (one.recipients, one.programs, one.publishers, one.tags, one.languages, one.leave_out)
        groups[one.channel, *map(frozenset, chosen)].append(one)
    return groups
