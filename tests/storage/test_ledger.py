"""Deliveries can be looked at, and a person may try one again or give it up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from presswatch.errors import ArchiveError
from tests.support.press import ALIAS, JAIL, Press

HOUR = timedelta(hours=1)


@pytest.fixture
def owing(press: Press) -> Press:
    """Two digests of two subscriptions, each owed to one recipient: deliveries 1 and 2."""
    for name, text in (("desk", ALIAS), ("jail", JAIL)):
        subscription = press.subscribe(name)
        press.show("Harbour", name, text)
        assert press.digest(subscription)
    return press


def statuses(press: Press) -> dict[int, str]:
    """The status of each delivery."""
    return {state.id: state.status for state in press.archive.deliveries()}


def due(press: Press) -> list[int]:
    """The deliveries whose time has come."""
    return [one.delivery.id for one in press.archive.pending(press.now)]


def attempt(press: Press, delivery_id: int, outcome: str) -> None:
    """Let the other side accept or refuse, or put off by an hour."""
    delivery = next(
        due.delivery for due in press.archive.pending(press.now) if due.delivery.id == delivery_id
    )
    press.archive.claim(delivery, press.now, press.now + HOUR)
    if outcome == "delayed":
        press.archive.note_delayed(delivery, "450 later", press.now, press.now + HOUR)
    else:
        note = press.archive.note_accepted if outcome == "accepted" else press.archive.note_refused
        note(delivery, "250 thanks" if outcome == "accepted" else "550 unknown", press.now)


def test_deliveries_are_listed_by_status_and_subscription(owing: Press) -> None:
    """The newest first, with what the other side said last."""
    attempt(owing, 1, "refused")
    assert statuses(owing) == {2: "pending", 1: "failed"}
    (failed,) = owing.archive.deliveries(status="failed")
    assert (failed.subscription, failed.recipient, failed.last_said) == ("desk", "desk", "550 unknown")
    assert [state.id for state in owing.archive.deliveries(subscription="jail")] == [2]
    assert [state.id for state in owing.archive.deliveries(limit=1)] == [2]


def test_each_attempt_is_kept(owing: Press) -> None:
    """Also those before a delivery was tried anew."""
    attempt(owing, 1, "delayed")
    owing.now += HOUR
    attempt(owing, 1, "refused")
    owing.archive.retry([1], owing.now)
    attempt(owing, 1, "accepted")
    state, attempts = owing.archive.delivery(1)
    assert (state.status, state.finished) == ("sent", owing.now)
    assert [(a.outcome, a.said) for a in attempts] == [
        ("delayed", "450 later"),
        ("refused", "550 unknown"),
        ("accepted", "250 thanks"),
    ]


def test_what_was_put_off_can_be_due_now(owing: Press) -> None:
    """With the identity that it had."""
    identity = owing.archive.delivery(1)[0].identity
    attempt(owing, 1, "delayed")
    assert due(owing) == [2]
    owing.archive.retry([1], owing.now)
    assert due(owing) == [1, 2]
    assert owing.archive.delivery(1)[0].identity == identity


def test_what_is_abandoned_is_not_tried(owing: Press) -> None:
    """Unless a person thinks better of it."""
    owing.archive.abandon([1], owing.now)
    assert statuses(owing) == {2: "pending", 1: "abandoned"}
    assert due(owing) == [2]
    assert owing.archive.count_pending() == 1
    owing.archive.retry([1], owing.now)
    assert statuses(owing) == {2: "pending", 1: "pending"}


def test_what_cannot_be_done_changes_nothing(owing: Press) -> None:
    """Neither for one that was sent, nor for one that there is not, nor for those named beside it."""
    attempt(owing, 1, "accepted")
    with pytest.raises(ArchiveError, match="delivery 1 was accepted"):
        owing.archive.retry([2, 1], owing.now)
    with pytest.raises(ArchiveError, match="delivery 1 is sent, not pending"):
        owing.archive.abandon([2, 1], owing.now)
    with pytest.raises(ArchiveError, match="there is no delivery 3"):
        owing.archive.abandon([2, 3], owing.now)
    assert statuses(owing) == {2: "pending", 1: "sent"}
