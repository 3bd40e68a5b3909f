"""``presswatch programs`` and ``presswatch rematch``: what is looked for, and changing that."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.lists import ListsByDefault
from cli.options import config_option, console
from cli.waiting import locked, wait_option
from config.loader import load
from presswatch.times import utc_now
from presswatch.watch import Watch
from storage.archive import Archive
from storage.taking.rematching import Change


@click.group(cls=ListsByDefault)
def programs() -> None:
    """Look at the programs that are watched.

    Without a command: `presswatch programs list`.
    """


@programs.command("list")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def list_programs(config: Path, as_json: bool) -> None:
    """List the programs.

    Each with how many terms it has, and how many releases in the archive mention it.
    """
    watch = load(config)
    mentioning = _mentioning(watch)
    found = [
        {
            "id": one.id,
            "name": one.name,
            "terms": len(one.terms) + len(one.ambiguous_terms),
            "releases": mentioning.get(one.id, 0),
        }
        for one in watch.programs
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    out = console()
    if not found:
        out.print("No program is watched: the configuration has none.")
        return
    table = Table("Id", "Name", box=SIMPLE_HEAD, pad_edge=False)
    for name in ("Terms", "Releases"):
        table.add_column(name, justify="right")
    for row in found:
        table.add_row(*(Text(str(value)) for value in row.values()))
    out.print(table)


def _mentioning(watch: Watch) -> dict[str, int]:
    if not watch.archive.exists():
        return {}
    with Archive(watch.archive, read_only=True) as archive:
        return archive.mentioning()


@programs.command()
@config_option
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="How many to show each.")
def preview(config: Path, limit: int) -> None:
    """Show what the configured programs would add and drop.

    They are tried over the whole archive. Nothing is changed or sent.

    Edit programs.toml, look, edit again; then `presswatch rematch` adopts it.
    """
    watch = load(config)
    with Archive(watch.archive, read_only=True) as archive:
        found = archive.changes(watch.programs)
    print_changes(watch, found, console(), limit)


@click.command()
@config_option
@click.option("--announce", is_flag=True, help="Tell the subscriptions what is added, as if it were new.")
@wait_option(600)
def rematch(config: Path, announce: bool, wait: float) -> None:
    """Adopt the configured programs for the whole archive.

    Every release that it holds is looked at again.

    Nobody is told, unless you ask. What was found before and is found again keeps its explanation.
    """
    watch = load(config)
    with locked(watch.archive, wait), Archive(watch.archive) as archive:
        count = archive.rematch(watch, utc_now(), announce=announce)
    told = ", to be told with the next digests" if announce else ", nobody is told"
    click.echo(f"{count} changes adopted{told if count else ''}.")


def print_changes(watch: Watch, found: Sequence[Change], out: Console, limit: int) -> None:
    """What would be added and dropped: counts by program, then the releases."""
    if not found:
        out.print("The archive holds just what these programs find.")
        return
    table = Table("Program", "Added", "Dropped")
    added = Counter(change.program for change in found if change.added)
    dropped = Counter(change.program for change in found if not change.added)
    for program in sorted({change.program for change in found}):
        name = Text(watch.program_name(program))
        table.add_row(name, str(added[program]), str(dropped[program]))
    out.print(table)
    for sign, style, wanted in (("+", "green", True), ("-", "red", False)):
        of_kind = [change for change in found if change.added is wanted]
        for change in of_kind[:limit]:
            out.print(Text(f"{sign} {change.program}  {change.title or 'Untitled release'}", style=style))
            out.print(
                Text(f"    {change.publisher} · release {change.release_id} · {change.why}", style="dim")
            )
            if change.mentions:
                out.print(Text(f"    {' '.join(change.mentions[0].snippet.split())}"))
        if len(of_kind) > limit:
            out.print(f"  … and {len(of_kind) - limit} more; --limit shows them.", style="dim")
