"""Checks of the network: the newsrooms' hosts, the clock, the Prefect server."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from statistics import median
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from cli.doctor.finding import Finding
from cli.feeds.words import count
from flows.serving.server_health import answers, trouble_at
from presswatch.times import utc_now
from presswatch.watch import FetchRules, Watch
from presswatch.web.addresses import resolve
from presswatch.web.limits import limits
from presswatch.web.session import open_session

_AT_ONCE = 16
_CLOCKS_ASKED = 3
_TIMEOUT = 5.0
_MOST_SECONDS, _MOST_BYTES = 15.0, 1_000_000
_OFF_BY = 60.0
_FAR_OFF_BY = 3600.0


def addresses(watch: Watch) -> Iterator[Finding]:
    """Whether the newsrooms' hosts have addresses that may be connected to. One look-up takes as long as the
    system's resolver lets it.
    """
    hosts = sorted({urlsplit(feed.url).hostname or "" for feed in watch.feeds})
    public_only = not watch.fetch.allow_private_addresses

    def why_not(host: str) -> str:
        try:
            resolve(host, 443, public_only=public_only)
        except socket.gaierror as error:
            return error.strerror or "no address"
        except (OSError, ValueError, HTTPError) as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        failed = {host: why for host, why in zip(hosts, pool.map(why_not, hosts), strict=True) if why}
    if failed and len(failed) == len(hosts):
        why = next(iter(failed.values()))
        do = "Is this machine online, and its DNS resolver set?"
        yield Finding("addresses", "broken", f"none of {count(len(hosts), 'host')} has an address: {why}", do)
        return
    for host, why in failed.items():
        do = "Has the newsroom moved? `presswatch feeds check` tries its feed."
        yield Finding("addresses", "look", f"{host}: {why}", do)
    if len(failed) < len(hosts):
        yield Finding(
            "addresses", "well", f"{len(hosts) - len(failed)} of {count(len(hosts), 'host')} resolve"
        )


def clock(watch: Watch) -> Iterator[Finding]:
    """Whether the clock agrees with the Date that some newsrooms' servers give (RFC 9110, section 6.6.1)."""
    rules = replace(watch.fetch, timeout=_TIMEOUT)
    found: list[float] = []
    for url in _one_a_host(watch, 3 * _CLOCKS_ASKED):
        offset = _offset(url, rules)
        found += [] if offset is None else [offset]
        if len(found) == _CLOCKS_ASKED:
            break
    if not found:
        yield Finding("clock", "look", "no newsroom's server gave a time to compare with", "Try again later.")
        return
    off = median(found)
    said = f"this machine's clock is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}"
    do = "Let the system set it (`timedatectl set-ntp true`): what is due goes by it."
    if abs(off) < _OFF_BY:
        yield Finding("clock", "well", f"within {_OFF_BY:.0f} s of {count(len(found), 'server')}")
    else:
        yield Finding("clock", "broken" if abs(off) >= _FAR_OFF_BY else "look", said, do)


def _one_a_host(watch: Watch, most: int) -> Sequence[str]:
    by_host = {urlsplit(feed.url).hostname: feed.url for feed in watch.feeds}
    return list(by_host.values())[:most]


def _offset(url: str, rules: FetchRules) -> float | None:
    """By how many seconds our clock is ahead of that server's; ``None`` if it doesn't say. What a cache kept
    for a while is too old by that (Age).
    """
    try:
        with (
            limits(_MOST_SECONDS, _MOST_BYTES),
            open_session(rules) as session,
            session.head(url, timeout=_TIMEOUT, allow_redirects=False) as answer,
        ):
            theirs = parsedate_to_datetime(answer.headers["Date"])
            age = float(answer.headers.get("Age", 0))
    except (requests.RequestException, HTTPError, OSError, ValueError, TypeError, KeyError):
        return None
    return (utc_now() - _aware(theirs)).total_seconds() - age


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def engine(watch: Watch) -> Iterator[Finding]:
    """Whether the Prefect server that the environment names, if any, answers and lets just us in."""
    api_url = os.environ.get("PREFECT_API_URL")
    if not api_url:
        home = watch.archive.parent / "prefect"
        yield Finding("prefect", "well", f"`presswatch serve` starts a server of its own, data in {home}")
    elif answers(api_url):
        door = trouble_at(api_url, os.environ)
        if door is None:
            yield Finding("prefect", "well", f"the server at {api_url} answers")
        else:
            said = f"the server at {api_url} {door.what}"
            yield Finding("prefect", "broken" if door.state == "refuses" else "look", said, door.remedy)
    else:
        do = "Start it, or correct PREFECT_API_URL; without it `presswatch serve` starts one of its own."
        yield Finding("prefect", "broken", f"the server at {api_url} does not answer", do)
