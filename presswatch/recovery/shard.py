"""Recovering a share of the gaps, host by host, and finding what is mentioned in what was found.

A plain function on plain, picklable values, as :mod:`presswatch.feeds.shard` is: it knows no archive
and no engine.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from presswatch.confined.bounds import OutOfBounds
from presswatch.confined.parent import confined
from presswatch.feeds.hosts import by_host
from presswatch.feeds.reading import match_entry
from presswatch.feeds.values import Entry, MatchedEntry
from presswatch.masking import masked
from presswatch.matching.matcher import Matcher, matcher_for
from presswatch.matching.program import Program
from presswatch.pages.robots import Robots
from presswatch.recovery.outcome import Found
from presswatch.recovery.recover import recover
from presswatch.recovery.values import Gap, Recovered, RecoveryJob
from presswatch.recovery.visit import Pace
from presswatch.times import utc_now
from presswatch.web.fetch import open_session

log = logging.getLogger(__name__)

_MATCH = f"{__name__}:match_found"

LONGEST_PER_HOST = 240.0
"""Seconds after which no further gap of a host is begun in a job, so that a slow one holds up nobody."""


def recover_shard(job: RecoveryJob) -> list[Recovered]:
    """Try to recover the job's gaps and return what became of each, in no particular order.

    Gaps of one host are looked into one after the other. One gap's trouble is nobody else's. A gap for
    which there is no time, or not enough, has no outcome, and stays due.
    """
    hosts = list(by_host(job.gaps).values())
    robots = Robots(job.rules)

    def is_late() -> bool:
        return job.deadline is not None and utc_now() > job.deadline

    def recover_host(gaps: Sequence[Gap]) -> list[tuple[Gap, datetime, Found]]:
        pace, begun, outcomes = Pace(), time.monotonic(), []
        with open_session(job.rules) as session:
            for gap in gaps:
                started = utc_now()
                if is_late() or time.monotonic() - begun > LONGEST_PER_HOST:
                    break
                found = recover(session, gap, job.rules, robots=robots, pace=pace, is_late=is_late)
                if found.closed or not is_late():
                    outcomes.append((gap, started, found))
        return outcomes

    with ThreadPoolExecutor(min(job.rules.connections, max(len(hosts), 1))) as pool:
        found = [one for host in pool.map(recover_host, hosts) for one in host]
    return [_matched(gap, started, one, job.programs) for gap, started, one in found]


def _matched(gap: Gap, started: datetime, found: Found, programs: tuple[Program, ...]) -> Recovered:
    entries: tuple[MatchedEntry, ...]
    try:
        entries = confined(_MATCH, found, gap, given=programs) if found.entries else ()
        closed, how, retriable = found.closed, found.how, found.retriable
    except OutOfBounds as error:
        entries, closed, retriable = (), False, not error.lasting
        how = f"what was found could not be read: it {error.said}"
    except Exception as error:
        log.exception(
            "looking into what %s lost failed in a way that Presswatch did not expect", masked(gap.url)
        )
        entries, closed, retriable = (), False, True
        how = f"what was found could not be read: unexpected: {type(error).__name__}"
    return Recovered(gap.gap_id, gap.feed_id, masked(gap.url), started, entries, closed, how, retriable)


def match_found(found: Found, gap: Gap, programs: tuple[Program, ...]) -> tuple[MatchedEntry, ...]:
    """What the entries mention; for the process of :mod:`presswatch.confined`."""
    matcher = matcher_for(programs)
    return tuple(_match(entry, found, gap, matcher) for entry in found.entries)


def _match(entry: Entry, found: Found, gap: Gap, matcher: Matcher) -> MatchedEntry:
    """The entry with what it mentions. Of one that only a sitemap lists, the page must be read."""
    matched = match_entry(entry, publisher=gap.publisher, fulltext=gap.fulltext, matcher=matcher)
    return replace(matched, needs_page=True) if entry.fingerprint in found.listed else matched
