"""``presswatch feeds add``: find the newsroom behind an address, look at it, and watch it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.console import SafeConsole
from cli.feeds.showing import doubts, showing_of
from cli.feeds.words import count, day
from cli.options import config_option, console
from config.checks import check_url
from config.durations import parse_duration
from config.edit import Edit, NewFeed, carry_out, load_for_editing, one_line, plan
from config.mistake import Mistake
from config.repeats import same_url
from presswatch.discovery import Candidate, Discovery, discover
from presswatch.masking import masked
from presswatch.times import utc_now
from presswatch.watch import FetchRules, Kind, Watch
from presswatch.web.session import open_session

SHOWN = 5
"""How many items of what was found are shown."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _address(ctx: click.Context, parameter: click.Parameter, text: str) -> str:
    """The address in full; what names no scheme is taken for https."""
    address = text if "://" in text else f"https://{text}"
    try:
        return check_url(address)
    except Mistake as mistake:
        raise click.BadParameter(str(mistake)) from mistake


def _interval(ctx: click.Context, parameter: click.Parameter, text: str | None) -> str:
    try:
        if text:
            parse_duration(text)
    except Mistake as mistake:
        raise click.BadParameter(str(mistake)) from mistake
    return text or ""


@click.command(short_help="Find the newsroom at an address, look at it, and add it.")
@config_option
@click.option("--publisher", default="", metavar="NAME", help="The name in digests; else the title found.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A tag of yours. May be repeated.")
@click.option(
    "--kind", type=click.Choice(["feed", "page", "sitemap"]), help="Look for this only; else a feed is best."
)
@click.option("--interval", callback=_interval, metavar="DURATION", help='How often to read it: "2h".')
@click.option(
    "--pick", type=click.IntRange(1), metavar="N", help="Of several, take the one with that number."
)
@click.option("-y", "--yes", is_flag=True, help="Add it without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what was found and what would be written.")
@click.argument("url", callback=_address)
def add(
    config: Path,
    publisher: str,
    tags: tuple[str, ...],
    kind: Kind | None,
    interval: str,
    pick: int | None,
    yes: bool,
    dry_run: bool,
    url: str,
) -> None:
    """Find the newsroom at URL, show what it publishes, and add it to the configuration.

    URL may be a feed, a page that lists releases, or the organisation's home page; without a scheme,
    https:// is put before it. Feeds are looked for first: those that the page names, then the usual places.
    Failing that, a page's list of releases, for which CSS selectors are guessed, and the site's sitemap.

    Of several, you are asked which; without a terminal the best is taken. The table is written after the last
    feed of the configuration; comments and order stay as they are. Addresses on your own network are
    refused unless the configuration allows them. If URL itself can't be read, what was found elsewhere on the
    site is never added by --yes alone.

    Exit code 0 when it was added (or shown, with --dry-run), 1 when nothing was found or you said no, 2 for a
    mistake in the configuration or the call, such as a newsroom that is watched already.
    """
    watch = load_for_editing(config)
    _refuse_known(url, watch)
    out = console()
    found = _search(url, watch.fetch)
    candidates = [one for one in found.found if kind in (None, one.kind)]
    if not candidates:
        _say_nothing_found(url, kind, found)
        sys.exit(1)
    if found.itself:
        _say_elsewhere(url, found.itself)
        if yes and pick is None:
            click.echo("Nothing was added: --pick N takes what was found elsewhere on the site.", err=True)
            _print_candidates(candidates, watch, out)
            sys.exit(1)
    new = [one for one in candidates if _known_as(one.url, watch) is None]
    _print_candidates(candidates, watch, out)
    if not new:
        _refuse_known(candidates[0].url, watch)
    chosen = _choose(candidates, new, pick, ask=not (yes or dry_run) and sys.stdin.isatty(), out=out)
    _refuse_known(chosen.url, watch)
    name = one_line(publisher) or one_line(chosen.title) or urlsplit(chosen.url).hostname or chosen.url
    _print_items(chosen, out)
    for doubt in _doubts(chosen, watch):
        out.print(Text(f"Mind: {doubt}.", style="yellow"))
    feed = NewFeed(
        url=chosen.url,
        publisher=name,
        tags=tuple(dict.fromkeys(tag for tag in map(one_line, tags) if tag)),
        kind=chosen.kind,
        selectors=chosen.selectors,
        only=chosen.only,
        interval=interval,
    )
    edit = plan(config, [feed])
    out.print(Text(f"\n{edit.added.rstrip()}\n", style="cyan"))
    if not one_line(publisher):
        out.print("The publisher is the title that was found; --publisher NAME sets another.", style="dim")
    if dry_run:
        out.print(Text(f"It would be added to {edit.file}."))
    elif yes or _confirmed(edit):
        carry_out(edit)
        out.print(Text(f"Added to {edit.file}. The next `presswatch run` reads it."))
    else:
        out.print("Nothing was added.")
        sys.exit(1)


def _known_as(url: str, watch: Watch) -> str | None:
    """The publisher as which the address is watched already."""
    return next((feed.publisher for feed in watch.feeds if same_url(feed.asked) == same_url(url)), None)


def _refuse_known(url: str, watch: Watch) -> None:
    publisher = _known_as(url, watch)
    if publisher is not None:
        raise click.UsageError(f"{url} is watched already, as {publisher}. Nothing was added.")


def _search(url: str, rules: FetchRules) -> Discovery:
    waiting = SafeConsole(stderr=True).status(f"Looking at {urlsplit(url).hostname} …")
    with waiting if sys.stderr.isatty() else nullcontext(), closing(open_session(rules)) as session:
        return discover(session, url, rules)


def _say_elsewhere(url: str, answered: str) -> None:
    click.secho(f"{url} itself answered: {one_line(answered, longest=200)}.", fg="yellow", err=True)
    click.echo("What follows was found elsewhere on the site.", err=True)


def _say_nothing_found(url: str, kind: Kind | None, found: Discovery) -> None:
    others = sorted({one.kind for one in found.found})
    if others:
        click.secho(
            f"{url}: there is no {kind}, but there is a {' and a '.join(others)}.", fg="red", err=True
        )
        click.echo("Leave out --kind to add that.", err=True)
        return
    click.secho(f"{url}: no newsroom was found, after {count(found.asked, 'request')}.", fg="red", err=True)
    for problem in found.problems:
        click.echo(f"  {one_line(problem, longest=500)}", err=True)
    click.echo(
        "Try the address of the page that lists the press releases. If that fails too, add the page by hand,"
        '\nas kind = "page" with selectors of your own: see docs/newsrooms.md.',
        err=True,
    )


def _print_candidates(candidates: Sequence[Candidate], watch: Watch, out: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column("Kind")
    table.add_column("Found", ratio=1, overflow="fold")
    table.add_column("Items", justify="right")
    table.add_column("Newest", min_width=10)
    for number, one in enumerate(candidates, 1):
        shown = showing_of(one.entries)
        text = Text.assemble((one_line(one.title) or "without a title", "bold"), "\n", masked(one.url))
        text.append(f"\n{one_line(one.how)}", style="dim")
        known = _known_as(one.url, watch)
        if known is not None:
            text.append(f"\nwatched already, as {known}", style="yellow")
        newest = day(shown.newest) if shown.items else ""
        table.add_row(str(number), one.kind, text, str(shown.items), newest)
    out.print(table)


def _choose(
    candidates: Sequence[Candidate], new: Sequence[Candidate], pick: int | None, *, ask: bool, out: Console
) -> Candidate:
    if pick is not None:
        if pick > len(candidates):
            raise click.BadParameter(f"{pick}, where {len(candidates)} were found", param_hint="--pick")
        return candidates[pick - 1]
    best = candidates.index(new[0]) + 1
    if len(candidates) == 1:
        return candidates[0]
    if not ask:
        out.print(f"Number {best} is taken, as the best; --pick N takes another.")
        return candidates[best - 1]
    number = click.prompt("Which", type=click.IntRange(1, len(candidates)), default=best, err=True)
    return candidates[number - 1]


def _print_items(chosen: Candidate, out: Console) -> None:
    if not chosen.entries:
        return
    out.print("\nIts last items:")
    newest = sorted(chosen.entries, key=lambda entry: entry.published or _LONG_AGO, reverse=True)
    for entry in newest[:SHOWN]:
        title = one_line(entry.title, longest=120) or one_line(entry.link) or "without a title"
        out.print(Text.assemble((f"  {day(entry.published)}  ", "dim"), title))


def _doubts(chosen: Candidate, watch: Watch) -> list[str]:
    found = doubts(showing_of(chosen.entries), chosen.kind, utc_now())
    if chosen.warning:
        found.append(chosen.warning)
    host = _host(chosen.url)
    same_host = [feed for feed in watch.feeds if _host(feed.url) == host]
    if same_host:
        found.append(f"another of {host} is watched already: {same_host[0].publisher}, {same_host[0].url}")
    return found


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _confirmed(edit: Edit) -> bool:
    try:
        return click.confirm(f"Add this to {edit.file}?", default=True, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise click.UsageError("there is nobody to ask; --yes adds it without asking.") from None
