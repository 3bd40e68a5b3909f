"""``presswatch feeds import`` and ``export``: lists of feeds for, and from, other readers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from rich.text import Text

from cli.feeds.words import count
from cli.options import config_option, console
from config import load
from config.edit import NewFeed, carry_out, load_for_editing, one_line, plan
from config.mistake import Mistake
from config.opml import read_opml, write_opml
from config.repeats import same_url
from presswatch.times import utc_now


@click.command("import")
@config_option
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Give each this tag too. May be repeated.")
@click.option("--dry-run", is_flag=True, help="Only show what would be added.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_opml(config: Path, tags: tuple[str, ...], dry_run: bool, file: Path) -> None:
    """Add the feeds of FILE, an OPML list, to the configuration. None is fetched.

    An outline's title becomes the publisher; the names of the outlines around it, and its categories,
    become tags. Addresses that are watched already, or stand in FILE twice, are passed over, and said.
    Comments and order in the configuration stay as they are.

    Exit code 0 when there was nothing wrong, also if there was nothing to add; 2 for a mistake in FILE,
    the configuration or the call, and then nothing is added.
    """
    watch = load_for_editing(config)
    try:
        listed, unusable = read_opml(file.read_bytes())
    except Mistake as mistake:
        raise click.UsageError(f"{file}: {mistake}") from mistake
    own = [tag for tag in map(one_line, tags) if tag]
    known = {same_url(feed.asked): feed.publisher for feed in watch.feeds}
    new: list[NewFeed] = []
    twice: list[str] = []
    for feed in listed:
        if same_url(feed.url) in known:
            twice.append(f"{feed.publisher} ({feed.url}), as {known[same_url(feed.url)]}")
        else:
            known[same_url(feed.url)] = feed.publisher
            new.append(replace(feed, tags=tuple(dict.fromkeys((*feed.tags, *own)))))
    out = console()
    for line in unusable:
        out.print(Text.assemble(("cannot be used: ", "yellow"), line))
    for line in twice:
        out.print(Text.assemble(("there already: ", "dim"), line))
    if not new:
        out.print(f"Nothing to add: {count(len(listed), 'feed')} in the list, none of them new.")
        return
    edit = plan(config, new)
    if dry_run:
        out.print(Text(edit.added.rstrip()))
        out.print(Text(f"{count(len(new), 'feed')} would be added to {edit.file}."))
        return
    carry_out(edit)
    out.print(Text(f"{count(len(new), 'feed')} added to {edit.file}. `presswatch feeds check` tries them."))


@click.command("export")
@config_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to; otherwise it is printed.",
)
def export_opml(config: Path, output: Path | None) -> None:
    """Write the watched feeds as OPML 2.0, grouped by their first tag.

    OPML has no words for pages and sitemaps: those are left out, and counted on standard error.
    """
    watch = load(config)
    feeds = [feed for feed in watch.feeds if feed.kind == "feed"]
    content = write_opml(feeds, utc_now())
    if output is None:
        click.echo(content, nl=False)
    else:
        output.write_bytes(content)
        click.echo(f"{count(len(feeds), 'feed')} written to {output}.")
    if left_out := len(watch.feeds) - len(feeds):
        click.echo(f"{count(left_out, 'newsroom')} left out: a page or a sitemap, not a feed.", err=True)
