"""Where a digest that is under way goes when the configuration changes: it follows its subscription."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from presswatch.watch import Subscription

Address = tuple[str, str]
"""A channel and a recipient; a channel that needs no recipients is its own only one."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """One delivery of a digest. It is ``settled`` if it was sent, or has failed for good."""

    id: int
    address: Address
    state: Literal["pending", "withdrawn", "settled"]


@dataclass(frozen=True, slots=True)
class Redirection:
    """What is to be done with a delivery. ``move``: it goes to ``address``, as the same message; ``hand on``:
    a delivery of its own goes there instead (``id`` is one whose place it takes); ``withdraw``: it goes to
    nobody; ``revive``: it was withdrawn, and is pending again.
    """

    what: Literal["move", "hand on", "withdraw", "revive"]
    id: int
    address: Address


def redirected(deliveries: Sequence[Addressed], present: Sequence[Address]) -> list[Redirection]:
    """How the deliveries of a digest follow its subscription, which is told at the addresses ``present`` now
    (nowhere, if it left the configuration).

    - Who is there again gets what was withdrawn.
    - Who is told by another channel now gets by that what is pending; one place that takes the place of
      another (a hook, a folder) is the same.
    - Who isn't to be told any more gets nothing. If others have come instead, what is pending goes to them: a
      mistyped address was mended, somebody took over. Those who were there before, and those that came beside
      them, have no part in it.
    """
    here = set(present)
    changes = [
        Redirection("revive", one.id, one.address)
        for one in deliveries
        if one.state == "withdrawn" and one.address in here
    ]
    kept = {change.address for change in changes}
    kept |= {one.address for one in deliveries if one.state == "pending" and one.address in here}
    served = {recipient for _, recipient in kept}
    served |= {one.address[1] for one in deliveries if one.state == "settled"}
    leaving = [one for one in deliveries if one.state == "pending" and one.address not in here]
    free = [address for address in dict.fromkeys(present) if address not in kept and address[1] not in served]
    for one in list(leaving):
        for address in free:
            if address[1] == one.address[1] or (_is_place(address) and _is_place(one.address)):
                changes.append(Redirection("move", one.id, address))
                leaving.remove(one)
                free.remove(address)
                break
    if leaving:
        changes += [Redirection("hand on", leaving[0].id, address) for address in free]
    changes += [Redirection("withdraw", one.id, one.address) for one in leaving]
    return changes


def addresses_of_once(
    deliveries: Sequence[Addressed], subscription: Subscription | None, channels: frozenset[str]
) -> list[Address]:
    """Where a digest goes that a person had sent once: to whom that person named, by the channel that was
    meant; if there is no such channel any more, by that of its subscription.
    """
    present = []
    for one in deliveries:
        channel, recipient = one.address
        if channel not in channels and subscription is not None:
            place = subscription.channel
            present.append((place, recipient if subscription.recipients else place))
        else:
            present.append(one.address)
    return present


def _is_place(address: Address) -> bool:
    """Whether it is a channel that is its own only recipient."""
    return address[0] == address[1]
