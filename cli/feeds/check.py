"""``presswatch feeds check``: does every newsroom answer, and with what?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.feeds.showing import NOTHING, Showing, doubts, showing_of
from cli.feeds.words import count, day
from cli.options import config_option, console
from cli.run import progress_bar
from config import load
from config.mistake import did_you_mean
from config.repeats import same_url
from presswatch.feeds.hosts import by_host
from presswatch.feeds.shard import read_shard
from presswatch.feeds.values import Failed, FeedState, Postponed, Read, Reading, ShardJob
from presswatch.times import to_text, utc_now
from presswatch.watch import Feed, FetchRules


@dataclass(frozen=True, slots=True)
class Checked:
    """A newsroom and how it answered: why not, or with what. ``moved_to`` is where it is now, if moved."""

    feed: Feed
    failure: str = ""
    status: int | None = None
    shown: Showing = NOTHING
    moved_to: str = ""
    notes: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """ "failed" for no usable answer, "doubtful" for one that makes one think twice, else "well"."""
        if self.failure:
            return "failed"
        return "doubtful" if self.notes or self.moved_to else "well"


_ORDER = {"failed": 0, "doubtful": 1, "well": 2}
_STYLES = {"failed": "red", "doubtful": "yellow", "well": "green"}


@click.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
@click.argument("which", nargs=-1, metavar="[URL-OR-PUBLISHER]...")
def check(config: Path, as_json: bool, which: tuple[str, ...]) -> None:
    """Fetch the configured newsrooms now, and say how each answers. The archive is not touched.

    Without arguments, all of them. With arguments, those with that address, or with that in the
    publisher's name. Several of one host are asked one after the other.

    Newest is the newest date that an item gives. Teasers are items that hold only the first lines; for
    them the page behind is read, unless fulltext = "never".

    Exit code 0 when all can be read, 1 when any cannot, 2 for a mistake in the configuration or the call.
    """
    watch = load(config)
    feeds = _chosen(watch.feeds, which)
    checked: list[Checked] = []
    with progress_bar() as on_progress:
        on_progress(0, len(feeds))
        for some in _check(feeds, watch.fetch):
            checked += some
            on_progress(len(checked), len(feeds))
    checked.sort(key=lambda one: _ORDER[one.state])
    if as_json:
        click.echo(json.dumps([_plain(one) for one in checked], ensure_ascii=False))
    else:
        _print(checked, console())
    if any(one.failure for one in checked):
        sys.exit(1)


def _chosen(feeds: Sequence[Feed], which: Sequence[str]) -> list[Feed]:
    """The feeds that are meant; ``click.BadParameter`` for words that mean none."""
    wanted: set[str] = set()
    for words in which:
        meant = {
            feed.url
            for feed in feeds
            if same_url(words) in (same_url(feed.url), same_url(feed.asked))
            or words.casefold() in feed.publisher.casefold()
        }
        if not meant:
            remedy = did_you_mean(words, [feed.publisher for feed in feeds])
            raise click.BadParameter(
                f"no newsroom that is watched has that address, or {words!r} in its name. {remedy}".rstrip(),
                param_hint="URL-OR-PUBLISHER",
            )
        wanted |= meant
    return [feed for feed in feeds if not which or feed.url in wanted]


def _check(feeds: Sequence[Feed], rules: FetchRules) -> Iterator[list[Checked]]:
    """Check host by host, in threads; yield what was found at each as it is done."""
    hosts = list(by_host(feeds).values())
    pool = ThreadPoolExecutor(min(rules.connections, len(hosts)))
    try:
        for done in as_completed([pool.submit(_check_host, host, rules) for host in hosts]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _check_host(feeds: Sequence[Feed], rules: FetchRules) -> list[Checked]:
    states = tuple(
        FeedState(
            feed_id=number,
            url=feed.url,
            address=feed.address,
            publisher=feed.publisher,
            kind=feed.kind,
            selectors=feed.selectors,
            only=feed.only,
        )
        for number, feed in enumerate(feeds)
    )
    now = utc_now()
    found = []
    for reading in read_shard(ShardJob(states, (), rules)):
        number = reading.feed_id if isinstance(reading, Postponed) else reading.fetched.feed_id
        found.append(_judge(feeds[number], reading, now))
    return found


def _judge(feed: Feed, reading: Reading, now: datetime) -> Checked:
    if isinstance(reading, Postponed):
        return Checked(feed, "not asked: its host wants to be left alone at present")
    if isinstance(reading, Failed):
        return Checked(feed, reading.reason, reading.fetched.status)
    shown = showing_of([matched.entry for matched in reading.entries] if isinstance(reading, Read) else [])
    notes = doubts(shown, feed.kind, now)
    if isinstance(reading, Read) and reading.warning:
        notes.append(reading.warning)
    return Checked(
        feed,
        status=reading.fetched.status,
        shown=shown,
        moved_to=reading.fetched.moved_to,
        notes=tuple(notes),
    )


def _plain(one: Checked) -> dict[str, Any]:
    shown = asdict(one.shown)
    return {
        "publisher": one.feed.publisher,
        "url": one.feed.url,
        "kind": one.feed.kind,
        "state": one.state,
        "failure": one.failure,
        "status": one.status,
        **shown,
        "newest": to_text(one.shown.newest) if one.shown.newest else None,
        "moved_to": one.moved_to,
        "notes": list(one.notes),
    }


def _print(checked: Sequence[Checked], out: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Newsroom", ratio=5, overflow="fold")
    table.add_column("State", ratio=5, overflow="fold")
    table.add_column("Items", justify="right")
    table.add_column("Newest", min_width=10)
    table.add_column("Teasers", justify="right")
    for one in checked:
        items = one.shown.items
        table.add_row(
            Text.assemble((one.feed.publisher, "bold"), "\n", (one.feed.url, "dim")),
            _state(one),
            "" if one.failure else str(items),
            day(one.shown.newest) if items else "",
            f"{one.shown.teasers / items:.0%}" if items else "",
        )
    out.print(table)
    states = [one.state for one in checked]
    counts = {state: states.count(state) for state in ("well", "doubtful", "failed")}
    words = ", ".join(f"{number} {state}" for state, number in counts.items())
    out.print(Text(f"{count(len(checked), 'newsroom')} checked: {words}."))


def _state(one: Checked) -> Text:
    text = Text(one.failure or one.state, style=_STYLES[one.state])
    for note in one.notes:
        text.append(f"\n{note}", style="dim")
    if one.moved_to:
        text.append(f"\nmoved to {one.moved_to}", style="yellow")
    return text
