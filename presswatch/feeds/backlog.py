"""Old releases that a feed shows for the first time: what says that they are no news. Decisions only, no I/O.

A first reading announces what is dated within ``announce_since``; after it, what is new to the archive is
news, whatever its date, since publishers date back. Four things speak against that; what they are true of is
archived untold, and counted in the coverage:

- The feed shows releases of others (a partner's, an aggregator's), and one is dated long before the feed was
  read last: it is old where it comes from.
- The archive has held it untold, as another publisher's, since before the feed was read last: it was old
  then.
- The first document broke off, and what a later one shows below its releases was cut off then.
- It stands at the list's foot, older than all that the list ever showed: the list has grown, or others have
  left, and made room for what had rolled out before the first reading.

And one against the dates of a first reading: where all are of one moment, and that is now, it is the
document's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from presswatch.feeds.values import Entry
from presswatch.times import is_midnight

LONG_BEFORE = timedelta(days=30)
"""A partner may take a while to pass on a release; what is older than that is no news."""
_MANY = 3
_MANY_OF_A_DAY = 10  # releases: as many as no newsroom publishes on one
_AT_ONCE = timedelta(minutes=1)
_AN_HOUR = timedelta(hours=1)
_A_DAY = timedelta(days=1)
_ROOT_STARTS = re.compile(rb"<(?:rss|feed|(?:\w+:)?RDF)[\s>]", re.I)
_ROOT_ENDS = re.compile(rb"</(?:rss|feed|(?:\w+:)?RDF)\s*>", re.I)
_NEAR = 10_000  # bytes at either end


def breaks_off(body: bytes) -> bool:
    """Whether a feed's document ends before its end: it has a root element's start, and not its end."""
    start, end = (part.replace(b"\0", b"") for part in (body[:_NEAR], body[-_NEAR:]))  # it may be UTF-16
    return _ROOT_STARTS.search(start) is not None and _ROOT_ENDS.search(end) is None


def are_dated_now(entries: Sequence[Entry], now: datetime, *, cut: bool = False) -> bool:
    """Whether the dates of all that a document shows at ``now`` are when it was made: three or more within a
    minute, and within the last hour; where they are days, today's, though they are more than a newsroom
    publishes on one. Of a document that broke off, two suffice that are of one moment of the last minute.
    """
    dates = [entry.published for entry in entries if entry.published is not None]
    if len(dates) < max(2, len(entries)) or max(dates) - min(dates) > _AT_ONCE:
        return False
    if len(dates) < _MANY:
        return cut and dates[0] == dates[1] and now - dates[0] < _AT_ONCE
    if is_midnight(dates[0]):
        return now - dates[0] < _A_DAY and len(dates) >= _MANY_OF_A_DAY
    return now - max(dates) < _AN_HOUR


def why_dates_say_nothing(releases: int) -> str:
    """What is said of a feed whose first reading was dated now."""
    return (
        "it dates all that it shows now, as if it had just come: the "
        f"{releases} releases of its first reading were archived untold"
    )


def own_sites(feed_url: str, links: Iterable[str]) -> frozenset[str]:
    """The sites whose releases are a feed's own: its host's, and that to which most of its ``links`` lead."""
    sites = Counter(filter(None, map(_site, links)))
    most = {site for site, count in sites.items() if 2 * count > sites.total()}
    return frozenset({_site(feed_url), *most})


def is_old_elsewhere(
    entry: Entry, own: frozenset[str], read_before: datetime, announced_for: timedelta
) -> bool:
    """Whether an entry of a feed that was read at ``read_before`` is an old release of another site.

    ``own`` are the feed's :func:`own_sites`; ``announced_for`` is ``announce_since``. An entry without a date
    or a link to a web page is taken for new.
    """
    site = _site(entry.link)
    if not site or site in own or entry.published is None:
        return False
    return entry.published < read_before - max(LONG_BEFORE, announced_for)


def _site(url: str) -> str:
    """The last two labels of the host: "news.clinic.example" is of "clinic.example"."""
    try:
        host = (urlsplit(url.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return ".".join(host.split(".")[-2:])
