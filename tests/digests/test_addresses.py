"""Where a digest that is under way goes when the configuration changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest

from presswatch.digests.addresses import Addressed, addresses_of_once, redirected
from presswatch.watch import Subscription

State = Literal["pending", "withdrawn", "settled"]
ANA, BO, CY = ("mail", "ana"), ("mail", "bo"), ("mail", "cy")
POST_ANA, POST_BO, POST_CY = ("post", "ana"), ("post", "bo"), ("post", "cy")
SLACK, HOOK = ("slack", "slack"), ("hook", "hook")
Addresses = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """What is pending, was withdrawn, and is settled; who is told now; and what is done, as (what,
    address).
    """

    pending: Addresses
    present: Addresses
    done: set[tuple[str, tuple[str, str]]]
    settled: Addresses = ()
    withdrawn: Addresses = ()


CASES = {
    "nothing changed": Case((ANA, BO), (ANA, BO), set()),
    "one is removed": Case((ANA, BO), (ANA,), {("withdraw", BO)}),
    "one is removed, and has it": Case((ANA,), (ANA,), set(), settled=(BO,)),
    "one is added": Case((ANA,), (ANA, BO), set()),
    "a mistyped address is mended": Case((ANA,), (BO,), {("hand on", BO), ("withdraw", ANA)}),
    "one takes over from another": Case(
        (BO,), (ANA, CY), {("hand on", CY), ("withdraw", BO)}, settled=(ANA,)
    ),
    "two are swapped, who have both": Case((ANA,), (ANA,), set(), settled=(BO,)),
    "the channel has another id": Case(
        (ANA, BO), (POST_ANA, POST_BO), {("move", POST_ANA), ("move", POST_BO)}
    ),
    "the same, and one has it": Case((ANA,), (POST_ANA, POST_BO), {("move", POST_ANA)}, settled=(BO,)),
    "the same, and one is added": Case((ANA,), (POST_ANA, POST_CY), {("move", POST_ANA)}),
    "the same, and one is removed": Case((ANA, BO), (POST_ANA,), {("move", POST_ANA), ("withdraw", BO)}),
    "a hook has another id": Case((HOOK,), (SLACK,), {("move", SLACK)}),
    "from mail to a hook": Case(
        (ANA, BO), (HOOK,), {("hand on", HOOK), ("withdraw", ANA), ("withdraw", BO)}, settled=(CY,)
    ),
    "from a hook to mail": Case((HOOK,), (ANA, BO), {("hand on", ANA), ("hand on", BO), ("withdraw", HOOK)}),
    "the subscription is gone": Case((ANA, BO), (), {("withdraw", ANA), ("withdraw", BO)}, settled=(CY,)),
    "it is back": Case((), (ANA, BO), {("revive", ANA), ("revive", BO)}, withdrawn=(ANA, BO)),
    "one is removed and put back": Case((ANA,), (ANA, BO), {("revive", BO)}, withdrawn=(BO,)),
    "it is back without one": Case((), (ANA,), {("revive", ANA)}, withdrawn=(ANA, BO)),
    "somebody comes after another has left": Case((ANA,), (ANA, CY), set(), withdrawn=(BO,)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_deliveries_follow_their_subscription(case: Case) -> None:
    """Who isn't to be told gets nothing; what is owed goes to those who took their place; nobody gets two."""
    states: list[tuple[State, Addresses]] = [
        ("pending", case.pending),
        ("withdrawn", case.withdrawn),
        ("settled", case.settled),
    ]
    known = [(state, address) for state, addresses in states for address in addresses]
    deliveries = [Addressed(n, address, state) for n, (state, address) in enumerate(known)]
    changes = redirected(deliveries, case.present)
    assert {(change.what, change.address) for change in changes} == case.done
    assert len(changes) == len(case.done)


LETTERS = Subscription("desk", "post", ("ana",))
WIRE = Subscription("desk", "slack")


@pytest.mark.parametrize(
    ("subscription", "channels", "addresses"),
    [
        (LETTERS, {"mail", "post"}, [BO, CY]),
        (LETTERS, {"post"}, [POST_BO, POST_CY]),
        (WIRE, {"slack"}, [SLACK, SLACK]),
        (None, set(), [BO, CY]),
    ],
    ids=["to others than its people", "the channel is gone", "a place instead", "the subscription is gone"],
)
def test_what_a_person_had_sent_goes_to_whom_that_person_named(
    subscription: Subscription | None, channels: set[str], addresses: list[tuple[str, str]]
) -> None:
    """Whoever the subscription's people are; by its channel, where the one that was meant is gone."""
    deliveries = [Addressed(n, address, "pending") for n, address in enumerate((BO, CY))]
    present = addresses_of_once(deliveries, subscription, frozenset(channels))
    assert present == addresses
    changes = redirected(deliveries, present)
    wanted = set(addresses) - {BO, CY}
    assert {change.address for change in changes if change.what != "withdraw"} == wanted
    assert len([change for change in changes if change.what != "withdraw"]) == len(wanted)


def test_what_was_done_is_not_done_again() -> None:
    """After the changes there are none to make."""
    for case in CASES.values():
        present = set(case.present)
        moved = {address for what, address in case.done if what != "withdraw"}
        pending = {address for address in case.pending if address in present} | moved
        gone = set(case.pending) - pending
        after = [Addressed(n, address, "pending") for n, address in enumerate(pending)]
        after += [Addressed(-n, address, "withdrawn") for n, address in enumerate(gone, 1)]
        after += [Addressed(99 + n, address, "settled") for n, address in enumerate(case.settled)]
        assert redirected(after, case.present) == []
