"""A clock that is wrong for a run: nothing owed is lost, comes twice, or waits for that day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.cycle import load_ready
from presswatch.cycle import Sent
from presswatch.times import to_text
from storage.archive import Archive
from tests.pipeline.edited import ANA, BO, DAY, HOUR, WEEKLY, Desk


def test_one_run_with_the_clock_ahead_costs_a_daily_digest_nothing(desk: Desk) -> None:
    """It comes on the next day, with what was found since; and `status` says what the clock did."""
    desk.edit({**WEEKLY, "schedule": "0 8 * * *"})
    desk.cycle()
    desk.publish()
    desk.cycle(DAY)
    assert len(desk.told()) == 1
    right = desk.now
    desk.cycle(30 * DAY)
    desk.now = right
    desk.publish()
    desk.cycle(HOUR)
    desk.cycle(22 * HOUR)
    assert len(desk.told()) == 2
    with Archive(load_ready(desk.config).archive, read_only=True) as archive:
        (clock,) = archive.database.table("clock").rows
    assert clock["ahead"] == to_text(right + 30 * DAY)


def test_what_was_put_off_by_a_clock_that_was_ahead_is_due(desk: Desk) -> None:
    """A delivery that was delayed then does not wait for that day."""
    desk.edit({**WEEKLY, "schedule": "at-once"})
    desk.cycle()
    right = desk.now
    desk.publish()
    desk.mailbox.refused[ANA] = "450 Later"
    assert desk.cycle(12 * HOUR * 20).pending == 1
    desk.mailbox.refused.clear()
    desk.now = right
    assert desk.cycle(HOUR) == Sent(sent=1)


def test_a_clock_that_was_ahead_makes_no_false_gap(desk: Desk) -> None:
    """What the feed showed then is known when it is shown again, and told once."""
    desk.edit({**WEEKLY, "schedule": "at-once"})
    desk.cycle()
    right = desk.now
    desk.publish(3)
    desk.cycle(30 * DAY)
    desk.now = right
    desk.cycle(HOUR)
    desk.publish()
    desk.cycle(HOUR)
    assert len(desk.told()) == 2
    with Archive(load_ready(desk.config).archive, read_only=True) as archive:
        assert archive.database.table("gaps").count == 0


def test_status_says_that_the_clock_was_ahead(desk: Desk) -> None:
    """As a reason to look while times lie ahead; and in a line, once that is put right."""
    desk.edit({**WEEKLY, "schedule": "0 8 * * *"})
    desk.now = datetime.now(UTC) - HOUR
    desk.cycle()
    desk.cycle(30 * DAY)
    ahead = desk.call("status")
    assert ahead.exit_code == 1
    assert "the clock: the archive was written at" in ahead.output
    desk.now = datetime.now(UTC)
    desk.cycle()
    after = desk.call("status")
    assert after.output.startswith("All is well")
    assert "was ahead, up to" in after.output


@pytest.mark.parametrize("wrong", [30 * DAY, -2000 * DAY], ids=["ahead", "behind"])
@pytest.mark.parametrize("when", ["it leaves", "it is back"])
def test_gone_for_one_run_while_the_clock_is_wrong(desk: Desk, wrong: timedelta, when: str) -> None:
    """That run is no month, for what is gone; what was owed then, and under way, is told when it is right."""
    quick = {**WEEKLY, "id": "quick", "schedule": "at-once", "recipients": [BO]}
    desk.edit(WEEKLY, quick)
    desk.cycle()
    desk.publish()
    desk.mailbox.refused[BO] = "450 Later"
    assert desk.cycle(HOUR).pending == 1
    desk.edit()
    right = desk.now
    desk.cycle(wrong if when == "it leaves" else HOUR)
    desk.edit(WEEKLY, quick)
    desk.now = right + 2 * HOUR
    desk.cycle(wrong if when == "it is back" else HOUR)
    desk.mailbox.refused.clear()
    desk.now = right + 4 * HOUR
    desk.cycle()
    desk.cycle(8 * DAY)
    assert sorted(desk.told()) == [ANA, BO]
