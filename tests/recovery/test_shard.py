"""Recovering a share of the gaps."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from werkzeug import Response

from presswatch.matching.program import Program
from presswatch.recovery import shard
from presswatch.recovery.shard import recover_shard
from presswatch.recovery.values import RecoveryJob
from tests.recovery.conftest import RULES
from tests.recovery.office import PUBLISHER, Office, down, numbers_of

MATTER = Program(id="matter", name="Matter 12", terms=("matter 12",))


def test_each_gap_has_its_outcome(office: Office) -> None:
    """Gaps of one host and of another come back, with what is mentioned in what was found."""
    office.answers["/feed/"] = office.paged(down(20, 16), down(15, 6))
    office.answers["/other.xml"] = office.rss(down(20, 16))
    first = office.gap(down(8, 1), down(20, 16), path="/feed/")
    second = replace(office.gap(down(8, 1), down(20, 16), path="/other.xml"), gap_id=2, feed_id=2)
    third = replace(first, gap_id=3, feed_id=3, url="http://127.0.0.1:1/feed.xml")
    job = RecoveryJob((first, second, third), (MATTER,), RULES)
    found = {one.gap_id: one for one in recover_shard(pickle.loads(pickle.dumps(job)))}
    assert [(found[n].closed, found[n].retriable, found[n].feed_id) for n in (1, 2, 3)] == [
        (True, False, 1),
        (False, False, 2),
        (False, True, 3),
    ]
    assert numbers_of(matched.entry for matched in found[1].entries) == down(15, 9)
    mentioning = [matched.entry for matched in found[1].entries if matched.mentions]
    assert numbers_of(mentioning) == [12]
    assert not any(matched.needs_page for matched in found[1].entries)
    assert found[1].url == first.url
    assert found[1].started.utcoffset() is not None
    assert pickle.loads(pickle.dumps(found[1])) == found[1]


def test_what_only_a_sitemap_lists_needs_its_page(office: Office) -> None:
    """Even where pages are never read otherwise: without it nothing is known of the release."""
    office.answers["/feed.xml"] = office.rss(down(60, 56))
    office.answers["/feed.xml?paged=2"] = Response(status=404)
    office.answers["/sitemap.xml"] = office.sitemap(office.pages(down(60, 1)))
    gap = office.gap(down(48, 1), down(60, 56))
    (found,) = recover_shard(RecoveryJob((gap,), (MATTER,), RULES))
    assert len(found.entries) == 7
    assert all(matched.needs_page for matched in found.entries)
    assert gap.publisher == PUBLISHER


def test_no_gaps_are_no_work() -> None:
    """Nothing comes of nothing."""
    assert recover_shard(RecoveryJob((), (MATTER,), RULES)) == []


def test_what_cannot_be_looked_into_is_not_lost(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours in one release leaves the gap pending."""

    def broken(*args: object, **more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(shard, "confined", broken)
    office.answers["/feed/"] = office.paged(down(20, 16), down(15, 6))
    (found,) = recover_shard(
        RecoveryJob((office.gap(down(8, 1), down(20, 16), path="/feed/"),), (MATTER,), RULES)
    )
    assert (found.entries, found.closed, found.retriable) == ((), False, True)
    assert found.how == "what was found could not be read: unexpected: ZeroDivisionError"


def test_what_there_is_no_time_for_stays_due(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither after the cycle's end nor on a slow host is another gap begun."""
    office.answers["/feed/"] = office.paged(down(20, 16), down(15, 6))
    gap = office.gap(down(8, 1), down(20, 16), path="/feed/")
    job = RecoveryJob((gap, replace(gap, gap_id=2)), (MATTER,), RULES)
    ended = replace(job, deadline=gap.found.replace(year=2020))
    assert (recover_shard(ended), office.asked) == ([], [])
    monkeypatch.setattr(shard, "LONGEST_PER_HOST", -1.0)
    assert recover_shard(job) == []


def test_a_host_that_has_had_enough_is_left_alone(office: Office) -> None:
    """Also by the gaps of its other feeds; they are tried again later."""
    office.answers["/feed/"] = office.rss(down(20, 16))
    office.answers["/feed/?paged=2"] = Response(status=429)
    gap = office.gap(down(8, 1), down(20, 16), path="/feed/")
    found = recover_shard(RecoveryJob((gap, replace(gap, gap_id=2)), (MATTER,), RULES))
    assert [(one.closed, one.retriable) for one in found] == [(False, True)] * 2
    assert office.asked == ["/feed/", "/feed/?paged=2"]
    assert "the site wants to be left alone" in found[1].how
