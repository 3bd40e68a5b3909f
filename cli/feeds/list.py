"""``presswatch feeds list``: how the watched newsrooms fare, from the archive."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.feeds.words import ago, count, every, until
from cli.options import config_option, console
from config.edit import load_for_editing
from presswatch.feeds.health_report import NOT_YET_READ, FeedHealth
from presswatch.times import to_text, utc_now
from presswatch.watch import Watch
from storage.archive import Archive

_LEAST_FOR_TABLE = 72  # columns
_STYLES = {"well": "green", "failing": "red", "gone": "red", "silent": "yellow"}


@click.command("list")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
@click.option("--bad", is_flag=True, help="Only those that fail, are gone or silent, or had a gap lately.")
def list_feeds(config: Path, as_json: bool, bad: bool) -> None:
    """Show how each watched newsroom fares, as the archive knows it. Nothing is fetched.

    \b
    well     it can be read
    failing  it could not be read several times, or has never been; the reason is that of the last time
    gone     it said several times that it is gone for good (HTTP 410)
    silent   it can be read, and has shown nothing new for longer than is its habit

    A gap is a time between two readings in which releases may have rolled past. Counted are those that could
    not be recovered; "+1?" is one for which that is still being tried.
    """
    watch = load_for_editing(config)
    now = utc_now()
    known = _from_archive(watch)
    found = [
        known.get(feed.url) or FeedHealth(feed.url, feed.publisher, feed.kind, NOT_YET_READ, feed.interval)
        for feed in watch.feeds
    ]
    shown = [health for health in found if not bad or health.needs_a_look(now)]
    if as_json:
        click.echo(json.dumps([_plain(health, now) for health in shown], ensure_ascii=False))
    else:
        _print(shown, len(found), console(), now)


def _from_archive(watch: Watch) -> dict[str, FeedHealth]:
    if not watch.archive.exists():
        return {}
    with Archive(watch.archive, read_only=True) as archive:
        return {health.url: health for health in archive.feed_health()}


def _plain(health: FeedHealth, now: datetime) -> dict[str, Any]:
    """The values as JSON takes them: times as text, the interval in seconds."""
    plain = asdict(health) | {"needs_a_look": health.needs_a_look(now)}
    return {
        key: to_text(value)
        if isinstance(value, datetime)
        else value.total_seconds()
        if isinstance(value, timedelta)
        else value
        for key, value in plain.items()
    }


def _print(shown: list[FeedHealth], watched: int, out: Console, now: datetime) -> None:
    if not watched:
        out.print("No newsroom is watched yet: `presswatch feeds add URL` finds one's feed and adds it.")
        return
    if shown and out.width < _LEAST_FOR_TABLE:
        for health in shown:
            _print_below(health, out, now)
    elif shown:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        table.add_column("Newsroom", ratio=4, overflow="fold")
        table.add_column("Health", ratio=3, overflow="fold")
        table.add_column("Last read,\nrelease", no_wrap=True)
        table.add_column("Next,\nhow often", no_wrap=True)
        table.add_column("Gaps", justify="right")
        for health in shown:
            release = ago(health.last_release, now) if health.last_release else "–"
            table.add_row(
                Text.assemble((health.publisher, "bold"), "\n", (health.url, "dim")),
                _health(health, now),
                Text(f"{ago(health.last_success, now)}\n{release}"),
                Text(f"{until(health.next_due, now)}\n{every(health.interval)}"),
                _gaps(health),
            )
        out.print(table)
    out.print(Text(_sum(shown, watched, now)))


def _print_below(health: FeedHealth, out: Console, now: datetime) -> None:
    """What a row of the table says, one below the other: for a terminal that is too narrow for columns."""
    out.print(Text(health.publisher, style="bold"))
    out.print(Text(health.url, style="dim", overflow="fold"))
    out.print(_health(health, now))
    release = f", release {ago(health.last_release, now)}" if health.last_release else ""
    out.print(Text(f"read {ago(health.last_success, now)}{release}"))
    out.print(Text(f"next {until(health.next_due, now)}, {every(health.interval)}"))
    gaps = _gaps(health)
    if gaps:
        out.print(Text.assemble("gaps ", Text(" ").join(gaps.split())))
    out.print()


def _health(health: FeedHealth, now: datetime) -> Text:
    text = Text(health.state, style=_STYLES.get(health.state, ""))
    since = health.since if health.state != "well" else None
    if since:
        text.append(f" since {since:%Y-%m-%d}")
    if health.failures:
        failed = f"{count(health.failures, 'failure')} in a row"
        said = f"{failed}: {health.last_error}" if health.last_success else _never(health, failed)
        text.append(f"\n{said}", style="red")
    if health.warning:
        text.append(f"\n{health.warning}", style="yellow")
    if health.moved_to:
        text.append(f"\nmoved to {health.moved_to}", style="yellow")
    return text


def _never(health: FeedHealth, failed: str) -> str:
    return f"never read: {health.last_error}" + (f" ({failed})" if health.failures > 1 else "")


def _gaps(health: FeedHealth) -> Text:
    text = Text(str(health.open_gaps) if health.open_gaps else "", style="yellow")
    if health.pending_gaps:
        text.append(f"\n+{health.pending_gaps}?", style="dim")
    return text


def _sum(shown: list[FeedHealth], watched: int, now: datetime) -> str:
    bad = sum(health.needs_a_look(now) for health in shown)
    unread = sum(health.state == NOT_YET_READ for health in shown)
    parts = [f"{count(watched, 'newsroom')} watched", f"{bad} to look at" if bad else "nothing wrong"]
    if unread:
        parts.append(f"{unread} not yet read: `presswatch run` reads them")
    return "; ".join(parts) + "."
