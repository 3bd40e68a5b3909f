"""Whatever is edited in the configuration: nothing owed is lost, and nobody is told who isn't to be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.cycle import load_ready
from presswatch.cycle import Sent
from presswatch.errors import ConfigError
from storage.archive import Archive
from tests.pipeline.conftest import Mailbox
from tests.pipeline.edited import ANA, BO, CY, DAY, HOUR, WEEKLY, Desk
from tests.pipeline.test_cycle import mail_channel
from tests.support.ports import free_port
from tests.support.receiver import Receiver

# Out of the configuration, and back


@pytest.mark.parametrize(("away", "told"), [(HOUR, True), (6 * DAY, True), (8 * DAY, False)])
def test_a_subscription_that_is_out_for_a_while_goes_on(desk: Desk, away: timedelta, told: bool) -> None:
    """Also one whose digests are more than a week apart: counted is how long it was gone; after a week it
    begins anew.
    """
    twice_a_month = {**WEEKLY, "schedule": "0 8 1,15 * *"}
    desk.edit(twice_a_month)
    desk.cycle()
    desk.publish()
    desk.cycle(10 * HOUR)
    desk.cycle(datetime(2026, 11, 4, 12, tzinfo=UTC) - desk.now)
    desk.edit()
    gone_at = desk.now + HOUR
    while desk.now < gone_at + away:
        desk.cycle(min(HOUR if away == HOUR else 12 * HOUR, gone_at + away - desk.now))
    desk.edit(twice_a_month)
    desk.cycle(timedelta(minutes=5))
    desk.cycle(datetime(2026, 11, 15, 9, tzinfo=UTC) - desk.now)
    assert desk.told() == ([ANA] if told else [])


# Another id


def test_two_that_differ_in_publishers_are_renamed(desk: Desk) -> None:
    """Each goes on as what it was."""
    both = [
        {**WEEKLY, "id": name, "publishers": publishers}
        for name, publishers in (("a", ["Organisation A"]), ("all", []))
    ]
    desk.edit(*both)
    desk.cycle()
    desk.publish()
    desk.cycle(HOUR)
    desk.edit(*({**one, "id": f"new-{one['id']}"} for one in both))
    desk.cycle(HOUR)
    desk.cycle(7 * DAY)
    assert desk.told() == [ANA, ANA]


def test_a_doubt_is_said_and_a_person_answers(desk: Desk) -> None:
    """One was renamed and has a recipient more: `check`, `run` and `status` say what is owed, and ask."""
    desk.edit(WEEKLY)
    desk.cycle()
    desk.publish(2)
    desk.cycle(HOUR)
    mondays = {**WEEKLY, "id": "mondays", "recipients": [ANA, BO]}
    desk.edit(mondays)
    asked = 'formerly = "weekly"'
    assert asked in desk.call("check").output.replace("\n", " ")
    run = desk.call("run")
    assert "is owed 2 releases" in run.output.replace("\n", " ")
    assert asked in run.output.replace("\n", " ")
    assert asked in desk.call("status").output
    assert json.loads(desk.call("status", "--json").output)["unclaimed"][0]["perhaps"] == ["mondays"]
    (owed,) = json.loads(desk.call("run", "--json").output)["unclaimed"]
    assert (owed["id"], owed["releases"]) == ("weekly", 2)
    desk.edit({**mondays, "formerly": "weekly"})
    assert "weekly" not in desk.call("check").output
    desk.now = datetime.now(UTC)
    desk.cycle()
    desk.cycle(8 * DAY)
    assert desk.got() == [(ANA, 2), (BO, 2)]
    desk.publish()
    desk.cycle(7 * DAY)
    assert desk.got()[2:] == [(ANA, 1), (BO, 1)]


def test_who_left_is_owed_nothing_of_what_comes_later(desk: Desk) -> None:
    """So nobody is asked about a subscription that was deleted when it had been told all."""
    at_once = {**WEEKLY, "schedule": "at-once"}
    desk.edit(at_once)
    desk.cycle()
    desk.edit({**at_once, "id": "other", "recipients": [BO]})
    desk.cycle(HOUR)
    desk.publish()
    desk.cycle(HOUR)
    assert desk.told() == [BO]
    assert json.loads(desk.call("status", "--json").output)["unclaimed"] == []


def test_what_is_under_way_goes_with_a_new_id(desk: Desk) -> None:
    """A digest that was frozen for the one is sent by the other, also if that is said later."""
    at_once = {**WEEKLY, "schedule": "at-once"}
    desk.edit(at_once)
    desk.cycle()
    desk.publish()
    desk.mailbox.refused[ANA] = "450 Later"
    assert desk.cycle(HOUR).pending == 1
    other = {**at_once, "id": "now", "programs": ["secure-communities"]}
    desk.edit(other)
    assert desk.cycle(HOUR) == Sent()
    assert desk.statuses() == [(ANA, "withdrawn")]
    desk.mailbox.refused.clear()
    desk.edit({**other, "formerly": "weekly"})
    assert desk.cycle(10 * DAY) == Sent(sent=1)
    assert desk.cycle(HOUR) == Sent()


def test_formerly_names_one_that_is_gone(desk: Desk) -> None:
    """One that is still there, or named twice, is a mistake that is named."""
    desk.edit(WEEKLY, {**WEEKLY, "id": "other", "formerly": "weekly"})
    with pytest.raises(
        ConfigError, match=r'subscriptions\[1\].formerly: there is a subscription "weekly" still'
    ):
        load_ready(desk.config)
    desk.edit(*({**WEEKLY, "id": name, "formerly": "old"} for name in ("a", "b")))
    with pytest.raises(ConfigError, match=r"subscriptions\[1\].formerly: is there already"):
        load_ready(desk.config)


# Recipients and channels


def pending_for(desk: Desk, *people: str) -> dict[str, Any]:
    """An at-once subscription whose digest each of its people is owed."""
    told = {**WEEKLY, "id": "desk", "schedule": "at-once", "recipients": list(people)}
    desk.edit(told)
    desk.cycle()
    desk.publish()
    desk.mailbox.refused.update(dict.fromkeys(people, "450 Later"))
    assert desk.cycle(HOUR).pending == len(people)
    desk.mailbox.refused.clear()
    return told


def test_who_is_removed_gets_nothing_more(desk: Desk) -> None:
    """What was pending is withdrawn, and `deliveries` says so."""
    told = pending_for(desk, ANA, BO)
    desk.edit({**told, "recipients": [ANA]})
    assert desk.cycle(HOUR) == Sent(sent=1)
    assert desk.told() == [ANA]
    assert "withdrawn" in desk.call("deliveries").output
    assert "doesn't go to bo@example.org any more" in desk.call("deliveries", "show", "2").output
    assert "was withdrawn" in str(desk.call("deliveries", "retry", "2").exception)
    desk.edit(told)
    assert desk.cycle(HOUR) == Sent(sent=1)
    assert desk.told() == [ANA, BO]


def test_who_takes_over_gets_what_was_pending(desk: Desk) -> None:
    """A mistyped address is mended; who had the digest doesn't get it again."""
    told = pending_for(desk, ANA, BO)
    desk.edit({**told, "recipients": [ANA, CY]})
    assert desk.cycle(HOUR) == Sent(sent=2)
    assert desk.told() == [ANA, CY]
    desk.edit({**told, "recipients": [CY, ANA]})
    assert desk.cycle(HOUR) == Sent()


def test_a_deleted_subscription_sends_nothing(desk: Desk) -> None:
    """Neither what was pending nor what comes; for a week, what is pending waits for it."""
    pending_for(desk, ANA)
    desk.edit()
    desk.publish()
    assert desk.cycle(HOUR) == Sent()
    assert desk.cycle(9 * DAY) == Sent()
    assert desk.told() == []
    assert desk.statuses() == [(ANA, "withdrawn")]


@pytest.mark.parametrize("recipients", [True, False])
def test_a_renamed_channel_strands_nothing(
    desk: Desk, hook: Receiver, mailbox: Mailbox, recipients: bool
) -> None:
    """What is pending goes by the channel that the subscription has now, as the same message."""
    if recipients:
        told = pending_for(desk, ANA)
        channels = [{**mail_channel(mailbox), "id": "letters"}]
        desk.edit({**told, "channel": "letters"}, channels=channels)
    else:
        hook.answer = 503
        desk.edit({"id": "wire", "channel": "hook"})
        desk.cycle()
        desk.publish()
        assert desk.cycle(HOUR).pending == 1
        hook.answer = 204
        channels = [{"id": "wire-hook", "type": "webhook", "url": hook.url}]
        desk.edit({"id": "wire", "channel": "wire-hook"}, channels=channels)
    assert desk.cycle(HOUR) == Sent(sent=1)
    with Archive(load_ready(desk.config).archive, read_only=True) as archive:
        (state,) = archive.deliveries()
    sent = str(mailbox.messages[0][1]["Message-ID"]) if recipients else hook.received[0][0]
    assert state.identity in sent
    assert state.status == "sent"


def test_from_mail_to_a_hook(desk: Desk, hook: Receiver) -> None:
    """What was pending for people goes to the place where they are told now, once."""
    pending_for(desk, ANA, BO)
    desk.edit({"id": "desk", "channel": "hook"})
    assert desk.cycle(HOUR) == Sent(sent=1)
    assert (len(hook.received), desk.told()) == (1, [])


# When


def test_a_retry_waits_for_the_morning(desk: Desk) -> None:
    """What was not accepted in the evening is not tried at night; `status` minds no delivery that waits."""
    quiet = {**WEEKLY, "schedule": "at-once", "quiet_hours": "22:00-07:00"}
    desk.edit(quiet)
    desk.cycle(9 * HOUR)
    desk.publish()
    desk.mailbox.refused[ANA] = "450 Later"
    assert desk.cycle(timedelta(minutes=59)).pending == 1
    desk.mailbox.refused.clear()
    for _ in range(9):
        assert desk.cycle(HOUR) == Sent(pending=1)
    assert desk.cycle(HOUR) == Sent(sent=1)


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([{"schedule": "at-once"}, {"schedule": "0 8 * * *"}], id="at once and back"),
        pytest.param([{"timezone": "Asia/Tokyo"}, {"timezone": "America/New_York"}], id="time zones"),
        pytest.param([{"programs": ["secure-communities"]}, {"programs": []}], id="programs"),
        pytest.param([{"publishers": ["Organisation A"]}, {"publishers": []}], id="publishers"),
        pytest.param([None, {}], id="removed and put back"),
        pytest.param([{"id": "other"}, {"id": "third"}], id="renamed twice"),
        pytest.param([{"quiet_hours": "22:00-07:00", "schedule": "at-once"}, {}], id="quiet hours"),
        pytest.param([{"empty": "send"}, {}], id="empty ones, too"),
    ],
)
def test_each_release_is_told_once_through_edits(desk: Desk, edits: list[dict[str, Any] | None]) -> None:
    """Whatever is edited between two runs."""
    daily = {**WEEKLY, "schedule": "0 8 * * *"}
    desk.edit(daily)
    desk.cycle()
    for edit in (None, *edits):
        desk.publish()
        desk.cycle(3 * HOUR)
        if edit is None and edits[0] is not None:
            continue
        desk.edit(*([] if edit is None else [{**daily, **edit}]))
        desk.cycle(5 * HOUR)
    desk.edit({**daily, **(edits[-1] or {})})
    for _ in range(3):
        desk.cycle(DAY)
    assert sum(number for _, number in desk.got()) == len(edits) + 1


def test_a_closed_port_doesnt_hold_up_who_takes_over(desk: Desk, mailbox: Mailbox) -> None:
    """A channel whose address was wrong is mended, and what waited goes out."""
    told = {**WEEKLY, "schedule": "at-once"}
    dead = [{**mail_channel(mailbox), "port": free_port()}]
    desk.edit(told, channels=dead)
    desk.cycle()
    desk.publish()
    assert desk.cycle(HOUR).pending == 1
    desk.edit(told)
    assert desk.cycle(HOUR) == Sent(sent=1)


def test_a_program_with_a_new_id_goes_on(desk: Desk) -> None:
    """What is owed of it is told, and what was told of it isn't again; nor is the rest of the archive."""
    daily = {**WEEKLY, "schedule": "0 8 * * *", "programs": ["secure-communities"]}
    desk.edit(daily)
    desk.cycle()
    desk.publish()
    desk.cycle(DAY)
    desk.publish()
    desk.cycle(HOUR)
    desk.edit({**daily, "programs": ["s-comm"]})
    text = desk.config.read_text(encoding="utf-8")
    desk.config.write_text(text.replace('id = "secure-communities"', 'id = "s-comm"'), encoding="utf-8")
    desk.cycle(DAY)
    desk.cycle(DAY)
    assert desk.got() == [(ANA, 1), (ANA, 1)]
    with Archive(load_ready(desk.config).archive) as archive:
        assert list(archive.database.execute("PRAGMA foreign_key_check")) == []
