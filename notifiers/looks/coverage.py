"""How the feeds fare, in words: what was read, what was not, where something may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from notifiers.looks.plain import count, line, short, web_link
from notifiers.looks.when import day, moment, window
from presswatch.digests.health import FeedTurn
from presswatch.digests.model import Coverage, Gap, Limit, UnreadPages

_LONGEST = 300  # characters of a name or a reason


@dataclass(frozen=True, slots=True)
class Note:
    """A feed, and what there is to say of it, as a sentence goes on: after a colon, or after its name."""

    publisher: str
    link: str | None
    said: str


def sentence(coverage: Coverage, zone: tzinfo) -> str:
    """``Read 52 of 55 feeds; 2 failed, 1 silent since 3 October 2026; 1 gap; 3 pages unread; only
    teasers of 2 feeds``, without its stop.
    """
    troubles = [f"{len(coverage.failed)} failed"] if coverage.failed else []
    if coverage.silent:
        since = f" since {day(coverage.silent[0].since, zone)}" if len(coverage.silent) == 1 else ""
        troubles.append(f"{len(coverage.silent)} silent{since}")
    said = [f"Read {coverage.read} of {count(coverage.feeds, 'feed')}", ", ".join(troubles)]
    said.append(count(len(coverage.gaps), "gap") if coverage.gaps else "")
    unread = sum(feed.pages for feed in _unread_else(coverage))
    said.append(f"{count(unread, 'page')} unread" if unread else "")
    teasers, parts, lists, dates = (
        sum(limit.what == what for limit in coverage.limits) for what in ("teasers", "part", "order", "dates")
    )
    said.append(f"only teasers of {count(teasers, 'feed')}" if teasers else "")
    said.append(f"{count(parts, 'feed')} not read in full" if parts else "")
    said.append(f"{count(lists, 'feed')} whose losses cannot be known" if lists else "")
    said.append(f"{count(dates, 'feed')} whose dates say nothing" if dates else "")
    return "; ".join(part for part in said if part)


def notes(coverage: Coverage, zone: tzinfo) -> tuple[Note, ...]:
    """The feeds that failed, that are silent, that have gaps, whose pages could not be read, and of which not
    all can be seen.
    """
    return (
        *(_note(feed.publisher, feed.url, feed.reason) for feed in coverage.failed),
        *(
            _note(feed.publisher, feed.url, f"nothing new since {day(feed.since, zone)}")
            for feed in coverage.silent
        ),
        *(_note(gap.publisher, gap.url, _gap(gap, zone)) for gap in coverage.gaps),
        *(_note(feed.publisher, feed.url, _unread(feed)) for feed in _unread_else(coverage)),
        *(_note(limit.publisher, limit.url, _limit(limit)) for limit in coverage.limits),
    )


def turn(turned: FeedTurn, zone: tzinfo) -> Note:
    """``stopped answering on 24 November 2026, 08:00 UTC: HTTP 503``; of silence the reason tells when."""
    reason = f": {turned.reason}" if turned.reason and turned.is_bad else ""
    said = f"{turned.what} on {moment(turned.since, zone)}{reason}"
    if turned.health == "silent" and reason:
        said = f"{turned.what}{reason}"
    elif not turned.is_bad:
        said = f"has been back since {moment(turned.since, zone)}"
    return _note(turned.publisher, turned.url, said)


def _gap(gap: Gap, zone: tzinfo) -> str:
    how = f" ({gap.how})" if gap.how else ""
    outcome = f"releases may have been missed{how}"
    if gap.status == "pending":
        outcome = "releases may have been missed; they are being looked for"
    elif gap.status == "recovered":
        outcome = f"{count(gap.recovered, 'release')} recovered{how}"
    return f"a gap, {window(gap.since, gap.until, zone)}: {outcome}"


def _unread_else(coverage: Coverage) -> list[UnreadPages]:
    """The pages that could not be read, without those of feeds of which is said anyway that only teasers are
    read.
    """
    teasers = {limit.url for limit in coverage.limits if limit.what == "teasers"}
    return [feed for feed in coverage.unread if feed.url not in teasers]


def _unread(feed: UnreadPages) -> str:
    which, what = count(feed.pages, "page"), "those releases" if feed.pages > 1 else "that release"
    return f"{which} could not be read ({feed.reason}): of {what} only what the feed carries was searched"


def _limit(limit: Limit) -> str:
    searched = "only what the feed carries was searched: "
    return f"{searched if limit.what == 'teasers' else ''}{limit.reason}"


def _note(publisher: str, url: str, said: str) -> Note:
    name = line(publisher) or line(url)
    return Note(short(name, _LONGEST), web_link(url), short(line(said), _LONGEST))
