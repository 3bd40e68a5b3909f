"""``presswatch status``: how the watch stands, at a glance and for a monitor."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from cli.feeds.words import ago, count, until
from cli.options import config_option
from cli.owed import as_plain
from config.durations import parse_duration
from config.edit import load_for_editing
from presswatch import __version__
from presswatch.digests.schedule import is_quiet, next_moment
from presswatch.digests.succession import Unclaimed
from presswatch.errors import ArchiveError
from presswatch.status import ArchiveState, Thresholds, needs_attention
from presswatch.times import to_text, utc_now
from presswatch.watch import Watch
from storage.keeping.glance import damage, unreadable_rows
from storage.state import archive_state
from storage.telling.unclaimed import unclaimed_in
from storage.unusable import UnusableArchive

_LOOKED_OVER_FOR = 2.0  # seconds at most: a monitor may ask every minute
_CLOCK_IS_NEWS = timedelta(days=7)
_RESTORE = "`presswatch restore` puts a backup in its place"


def _duration(value: str) -> timedelta:
    try:
        return parse_duration(value)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f'"{value}" is not a duration such as 90m or 1h.') from error


@click.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.option(
    "--late",
    type=_duration,
    default="1h",
    show_default=True,
    metavar="DURATION",
    help="How long a feed may be due, or a delivery pending.",
)
@click.option(
    "--bad-feeds",
    type=click.FloatRange(0, 100),
    default=20,
    show_default=True,
    metavar="PERCENT",
    help="What share of the feeds may be failing or gone.",
)
def status(config: Path, as_json: bool, late: timedelta, bad_feeds: float) -> None:
    """Say how the watch stands. Nothing is fetched, sent or written.

    Exit code 0 when all is well; 1 when a person should look: no feed could be read yet, feeds are due and
    nobody reads them, too many feeds can't be read, a delivery is pending for too long or has failed for good
    in the last 7 days, the disk is nearly full, the clock was or is wrong, or the archive can't be read, is
    damaged or holds rows that can't be read; 2 for a mistake in the configuration or the call.
    """
    watch = load_for_editing(config)
    now = utc_now()
    thresholds = Thresholds(late=late, bad_feeds=bad_feeds / 100)
    state: ArchiveState | None = None
    asked: list[Unclaimed] = []
    damaged: str | None = None
    try:
        quiet = [one.id for one in watch.subscriptions if is_quiet(one, now)]
        state = archive_state(watch.archive, now, thresholds, quiet=quiet)
        reasons = needs_attention(state, now, thresholds)
        asked = unclaimed_in(watch.archive, watch)
        damaged = damage(watch.archive, seconds=_LOOKED_OVER_FOR)
        if damaged:
            reasons.insert(0, f"{watch.archive} is damaged ({damaged}): keep it as it is; {_RESTORE}")
        if bad := unreadable_rows(watch.archive):
            others = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
            reasons.append(f"a row of the archive was set aside ({bad[0]}){others}: see `presswatch verify`")
    except UnusableArchive:
        raise
    except ArchiveError as error:
        reasons = [str(error)]
    if as_json:
        more = {
            "whole": None if damaged is None else not damaged,
            "unclaimed": [as_plain(one) for one in asked],
        }
        click.echo(json.dumps(_plain(watch, state, reasons, now) | more, ensure_ascii=False))
    else:
        _print(watch, state, reasons, now)
        for one in asked:
            click.echo(f"{'Owed':<12}{one}")
        if state and damaged is None:
            click.echo(
                f"{'Damage':<12}not looked for: that takes too long here; `presswatch verify --quick` does"
            )
    if reasons:
        sys.exit(1)


def _plain(watch: Watch, state: ArchiveState | None, reasons: list[str], now: datetime) -> dict[str, Any]:
    """The values as JSON takes them: times as text, sizes in bytes."""
    known = asdict(state) if state else {}
    digests = {each.id: next_moment(each, now) for each in watch.subscriptions}
    return {
        "well": not reasons,
        "reasons": reasons,
        "version": __version__,
        "now": to_text(now),
        "archive": str(watch.archive),
        **{key: to_text(value) if isinstance(value, datetime) else value for key, value in known.items()},
        "next_digests": {name: to_text(moment) if moment else None for name, moment in digests.items()},
    }


def _print(watch: Watch, state: ArchiveState | None, reasons: list[str], now: datetime) -> None:
    if reasons:
        click.secho("Needs attention", fg="red", bold=True)
        for reason in reasons:
            click.echo(f"  {reason}")
    else:
        click.secho("All is well", fg="green", bold=True)
    for name, value in _lines(watch, state, now):
        click.echo(f"{name:<12}{value}")


def _partly_read(state: ArchiveState) -> list[tuple[str, str]]:
    if not state.partly_read:
        return []
    return [("Partly", f"{count(state.partly_read, 'feed')} not read in full: `presswatch feeds` says why")]


def _lines(watch: Watch, state: ArchiveState | None, now: datetime) -> list[tuple[str, str]]:
    lines = []
    if state:
        feeds = ", ".join(f"{number} {health}" for health, number in sorted(state.feeds.items()))
        owed = f", the oldest made {ago(state.pending_since, now)}" if state.pending else ""
        lines += [
            ("Last cycle", ago(state.last_cycle, now)),
            ("Last read", ago(state.last_success, now)),
            ("Next due", until(state.next_due, now) if state.next_due else "nothing"),
            ("Feeds", feeds or "none"),
            *_partly_read(state),
            ("Deliveries", f"{state.pending} pending{owed}; {state.failed} failed for good in 7 days"),
            (
                "Gaps",
                f"{state.open_gaps} open, {state.recent_gaps} of them found in 30 days; "
                f"{state.pending_gaps} being looked into",
            ),
        ]
        if state.set_back and state.ahead and now - state.set_back < _CLOCK_IS_NEWS:
            lines.append(
                (
                    "Clock",
                    f"was ahead, up to {state.ahead:%Y-%m-%d %H:%M} UTC; put right "
                    f"{ago(state.set_back, now)}, and what was put off until then is due",
                )
            )
    for subscription in watch.subscriptions:
        moment = next_moment(subscription, now)
        lines.append(("Next digest", f"{subscription.id}: {until(moment, now) if moment else 'at once'}"))
    if state:
        size = f"{state.size / 1_000_000:.1f} MB"
        lines.append(("Archive", f"{count(state.releases, 'release')}, {size}: {watch.archive}"))
    lines.append(("Version", __version__))
    return lines
