"""Whole cycles: from feeds on a real server to mail, hooks and files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.cycle import deliver_once, in_threads, load_ready, open_notifiers, run_once
from presswatch import pipeline
from presswatch.cycle import CycleReport, Sent
from presswatch.digests.retry import GIVE_UP_AFTER, LEAST_ATTEMPTS
from presswatch.watch import Watch
from storage.archive import Archive
from tests.pipeline.conftest import Mailbox
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

ALIAS = "The county will end S-Comm."
JAIL = "The sheriff signed a 287(g) agreement."


def mail_channel(mailbox: Mailbox) -> dict[str, Any]:
    """A channel to the test's mail server."""
    return {
        "id": "mail",
        "type": "smtp",
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": "none",
        "sender": "Presswatch <watch@example.org>",
    }


def cycle(watch: Watch, now: datetime | None = None) -> CycleReport:
    """One cycle, at a time of the test's choice."""
    with Archive(watch.archive) as archive:
        clock = (lambda: now) if now else (lambda: datetime.now(UTC))
        return pipeline.run_cycle(watch, archive, open_notifiers(watch), in_threads, clock=clock)


def test_only_what_is_new_is_told(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """A run tells what mentions a program; the next tells only what has come since."""
    feed = site.publish("/feed", rss([item(1, ALIAS), item(2, "A gala."), item(3, JAIL)]))
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook"}],
        )
    )
    first = run_once(watch, in_threads)
    assert (first.read, first.recorded.new, first.deliveries.sent) == (1, 3, 1)
    assert sorted(hook.told()) == [("287g", "Release 3"), ("secure-communities", "Release 1")]
    second = run_once(watch, in_threads)
    assert (second.unchanged, second.recorded.new, second.deliveries.sent) == (1, 0, 0)
    site.publish("/feed", rss([item(4, JAIL), item(1, ALIAS), item(2, "A gala."), item(3, JAIL)]))
    third = run_once(watch, in_threads)
    assert (third.recorded.new, third.deliveries.sent) == (1, 1)
    assert len(hook.told()) == 3
    assert hook.received[-1][1]["sections"][0]["items"][0]["title"] == "Release 4"


def test_a_subscription_gets_its_programs_only(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """What else a release mentions is not its business."""
    feed = site.publish("/feed", rss([item(1, ALIAS), item(2, JAIL), item(3, f"{ALIAS} {JAIL}")]))
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook", "programs": ["287g"]}],
        )
    )
    run_once(watch, in_threads)
    assert sorted(hook.told()) == [("287g", "Release 2"), ("287g", "Release 3")]


def test_the_digest_says_what_was_not_read(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """Coverage: feeds read, failed, and which, with the reason."""
    good = site.publish("/good", rss([item(1, ALIAS)]))
    page = site.publish("/page", b"<!DOCTYPE html><html>Welcome</html>", content_type="text/html")
    gone = site.base + "/gone"
    watch = load_ready(
        write_config(
            tmp_path,
            [good, page, gone],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook"}],
        )
    )
    report = run_once(watch, in_threads)
    assert not report.in_vain
    coverage = hook.received[0][1]["coverage"]
    assert (coverage["feeds"], coverage["read"]) == (3, 1)
    assert {failed["url"]: failed["reason"] for failed in coverage["failed"]} == {
        page: "a web page came instead of a feed",
        gone: "HTTP 404 Not Found",
    }


def test_one_refused_recipient_is_nobody_elses_trouble(site: Site, mailbox: Mailbox, tmp_path: Path) -> None:
    """The others get their mail once; the refused one fails for good, and that is reported."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    people = ["ana@example.org", "bo@example.org", "cy@example.org"]
    mailbox.refused["bo@example.org"] = "550 No such user here"
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[mail_channel(mailbox)],
            subscriptions=[{"id": "desk", "channel": "mail", "recipients": people}],
        )
    )
    report = run_once(watch, in_threads)
    assert (report.deliveries.sent, report.deliveries.pending, report.deliveries.failed) == (2, 0, 1)
    assert "550" in report.deliveries.troubles[0].said
    assert report.in_vain
    again = run_once(watch, in_threads)
    assert (again.deliveries.sent, again.in_vain) == (0, False)
    assert [recipient for recipient, _ in mailbox.messages] == ["ana@example.org", "cy@example.org"]


def test_a_delayed_delivery_is_sent_later_as_the_same_message(
    site: Site, mailbox: Mailbox, tmp_path: Path
) -> None:
    """A server that is busy gets it when it is not, and nothing is owed twice."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    mailbox.refused["ana@example.org"] = "450 Try again later"
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[mail_channel(mailbox)],
            subscriptions=[{"id": "desk", "channel": "mail", "recipients": ["ana@example.org"]}],
        )
    )
    now = datetime.now(UTC)
    assert cycle(watch, now).deliveries.pending == 1
    mailbox.refused.clear()
    assert cycle(watch, now).deliveries.sent == 0, "not before its time"
    assert cycle(watch, now + timedelta(minutes=2)).deliveries.sent == 1
    assert len(mailbox.messages) == 1
    with Archive(watch.archive, read_only=True) as archive:
        delivery = next(archive.database.table("deliveries").rows)
        assert str(mailbox.messages[0][1]["Message-ID"]) == f"<{delivery['identity']}@example.org>"
        outcomes = [row["outcome"] for row in archive.database.table("attempts").rows]
        assert outcomes == ["delayed", "accepted"]


def test_a_delivery_is_given_up_after_days_and_a_person_is_told(
    site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """It fails for good once, and the archive keeps every answer."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    hook.answer = 503
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook"}],
        )
    )
    now = datetime.now(UTC)
    for attempt in range(LEAST_ATTEMPTS - 1):
        assert cycle(watch, now + timedelta(hours=6 * attempt)).deliveries.pending == 1
    last = cycle(watch, now + GIVE_UP_AFTER)
    assert (last.deliveries.pending, last.deliveries.failed, last.in_vain) == (0, 1, True)
    assert cycle(watch, now + GIVE_UP_AFTER).deliveries.failed == 0


def test_a_scheduled_digest_waits_for_its_time(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """Nothing before eight; at eight one digest with all that has come, however many hours were missed."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[
                {"id": "desk", "channel": "hook", "schedule": "0 8 * * *", "timezone": "America/New_York"}
            ],
            fetch='announce_since = "all"',
        )
    )
    evening = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
    assert cycle(watch, evening).deliveries.sent == 0
    site.publish("/feed", rss([item(2, JAIL), item(1, ALIAS)]))
    assert cycle(watch, evening + timedelta(hours=1)).deliveries.sent == 0
    assert cycle(watch, evening + timedelta(days=3)).deliveries.sent == 1
    assert len(hook.told()) == 2
    assert hook.received[0][1]["timezone"] == "America/New_York"
    assert cycle(watch, evening + timedelta(days=3, hours=1)).deliveries.sent == 0


def test_a_new_subscription_is_not_flooded(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """It is told what comes from now on, not what the archive already held."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    run_once(load_ready(write_config(tmp_path, [feed])), in_threads)
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook"}],
        )
    )
    assert run_once(watch, in_threads).deliveries.sent == 0
    site.publish("/feed", rss([item(2, JAIL), item(1, ALIAS)]))
    run_once(watch, in_threads)
    assert hook.told() == [("287g", "Release 2")]


def test_deliveries_go_out_without_reading(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """`deliver` sends what is due and asks no feed."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    config = write_config(
        tmp_path,
        [feed],
        channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
        subscriptions=[{"id": "desk", "channel": "hook"}],
    )
    watch = load_ready(config)
    hook.answer = 503
    run_once(watch, in_threads)
    asked = site.requests.total()
    with Archive(watch.archive) as archive:
        archive.database.execute("UPDATE deliveries SET next_attempt = '2020-01-01T00:00:00Z'")
    hook.answer = 204
    assert deliver_once(watch).sent == 1
    assert site.requests.total() == asked


def test_feeds_are_due_by_the_archive(site: Site, tmp_path: Path) -> None:
    """Not before the interval has passed; all at once after a long sleep; also if the clock went back."""
    feeds = [site.publish(f"/{number}", rss([item(number)])) for number in range(3)]
    watch = load_ready(write_config(tmp_path, feeds))
    slow = watch_with_interval(watch, timedelta(minutes=30))
    now = datetime.now(UTC)
    assert cycle(slow, now).due == 3
    assert cycle(slow, now).due == 0
    assert cycle(slow, now + timedelta(hours=3)).due == 3
    assert cycle(slow, now - timedelta(days=9)).due == 3


def watch_with_interval(watch: Watch, interval: timedelta) -> Watch:
    """The same watch, its feeds read at another interval."""
    return replace(watch, feeds=tuple(replace(feed, interval=interval) for feed in watch.feeds))


@pytest.mark.parametrize("schedule", ["at-once", "* * * * *"])
def test_a_channel_that_is_gone_for_a_while_loses_nothing(
    site: Site, hook: Receiver, tmp_path: Path, schedule: str
) -> None:
    """What was frozen for a channel and a subscription that are gone goes to nobody, until they are back."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    hook.answer = 503
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook", "schedule": schedule}],
        )
    )
    now = datetime.now(UTC)
    cycle(watch, now)
    cycle(watch, now + timedelta(minutes=1))
    without = load_ready(write_config(tmp_path, [feed]))
    hook.answer = 204
    assert cycle(without, now + timedelta(hours=1)).deliveries == Sent()
    assert cycle(watch, now + timedelta(hours=2)).deliveries == Sent(sent=1)
    assert hook.told() == [("secure-communities", "Release 1")]


def test_a_dead_server_costs_one_attempt_a_cycle(site: Site, tmp_path: Path) -> None:
    """Where nothing can be sent, the other recipients wait for the next cycle without an attempt."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    people = [f"person{number}@example.org" for number in range(5)]
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[mail_channel(Mailbox(port=free_port()))],
            subscriptions=[{"id": "desk", "channel": "mail", "recipients": people}],
        )
    )
    report = run_once(watch, in_threads)
    assert (report.deliveries.pending, len(report.deliveries.troubles)) == (5, 1)


def test_a_channel_that_cannot_be_opened_is_nobody_elses_trouble(
    site: Site, hook: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that is none delays its own channel; feeds are read and other channels served."""
    monkeypatch.setenv("BAD_SECRET", "not base64!")
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[
                {"id": "bad", "type": "webhook", "url": hook.url, "secret_env": "BAD_SECRET"},
                {"id": "good", "type": "webhook", "url": hook.url},
            ],
            subscriptions=[{"id": "one", "channel": "bad"}, {"id": "two", "channel": "good"}],
        )
    )
    report = run_once(watch, in_threads)
    assert (report.deliveries.sent, report.deliveries.pending) == (1, 1)
    assert "BAD_SECRET" in report.deliveries.troubles[0].said
