"""``presswatch search``: look into the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cli.looking.filters import filter_options, filters
from cli.looking.output import write_csv, written_to
from cli.looking.safe import json_text
from cli.options import config_option, console, form_of
from config.loader import load
from notifiers.looks import plain
from storage.archive import Archive
from storage.looking.query import oddities
from storage.looking.search import MARK_END, MARK_START, Hit

_COLUMNS = tuple(column.name for column in fields(Hit))
_LARGEST = 2**63 - 1  # of SQLite's integers


@click.command()
@config_option
@filter_options
@click.option(
    "--by",
    type=click.Choice(["newest", "rank"]),
    default="newest",
    show_default=True,
    help="What comes first: what was seen last, or where the words weigh most.",
)
@click.option(
    "--before",
    type=click.IntRange(1, _LARGEST),
    metavar="ID",
    help="Go on after this release, the last of the page before.",
)
@click.option("--page", type=click.IntRange(1, 10**6), metavar="N", help="The page, by rank.")
@click.option(
    "--limit", type=click.IntRange(1, 10**6), default=20, show_default=True, help="How many at most."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV, safe to open in a spreadsheet.")
@click.argument("query", nargs=-1)
def search(
    config: Path,
    by: str,
    before: int | None,
    page: int | None,
    limit: int,
    as_json: bool,
    as_csv: bool,
    query: tuple[str, ...],
    **options: Any,
) -> None:
    """Find releases in the archive, those seen last first.

    QUERY is words that must all occur; "a phrase"; AND, OR and NOT in capitals; (brackets) for groups;
    deport* for any ending; title:word, publisher:name, program:id. S-Comm and 287(g) are found as you type
    them, with or without accents. Without a query, everything that passes the filters; a filter that is
    repeated means any of its values. Dates are the publisher's, else those first seen.
    """
    form = form_of("words", json=as_json, csv=as_csv)
    by_rank = by == "rank"
    if before is not None and by_rank:
        raise click.UsageError("--before goes on from a release by newest; by rank, --page counts the pages")
    if page is not None and not by_rank:
        raise click.UsageError("--page is for --by rank; by newest, --before ID goes on after a release")
    watch = load(config)
    with Archive(watch.archive, read_only=True) as archive:
        asked, wanted = " ".join(query), filters(options)
        archive.must_be_known(wanted)
        hits = archive.search(
            asked,
            wanted,
            limit=limit,
            before=before,
            by_rank=by_rank,
            page=page or 1,
        )
        for hint in (*oddities(asked), *(archive.hints(asked) if not hits else ())):
            click.secho(plain.line(hint), fg="yellow", err=True)
    if form == "json":
        click.echo(json_text([_plain(hit) for hit in hits]))
    elif form == "csv":
        with written_to(None) as stream:
            write_csv(stream, _COLUMNS, map(_plain, hits))
    else:
        print_hits(hits, console(), limit, page=(page or 1) if by_rank else None)


def _plain(hit: Hit) -> dict[str, Any]:
    return {**asdict(hit), "snippet": hit.snippet.replace(MARK_START, "**").replace(MARK_END, "**")}


def print_hits(hits: Sequence[Hit], out: Console, limit: int, *, page: int | None = None) -> None:
    """Show what was found to a person, the found words marked, and how to see more; ``page`` is by rank."""
    for hit in hits:
        is_claimed = hit.published and not hit.published_note
        day = plain.line(hit.published or "")[:10] if is_claimed else f"first seen {hit.first_seen[:10]}"
        out.print(Text(plain.line(hit.title) or "Untitled release", style="bold"))
        line = f"{plain.line(hit.publisher)} · {day} · release {hit.id}"
        out.print(Text(line + (" · " + ", ".join(hit.programs) if hit.programs else ""), style="dim"))
        out.print(_highlighted(hit.snippet))
        out.print(Text(plain.line(hit.url), style="blue"))
        out.print()
    if not hits:
        out.print("Nothing found.")
    elif len(hits) == limit and page:
        out.print(f"Page {page}; --page {page + 1} shows the next.", style="dim")
    elif len(hits) == limit:
        out.print(
            f"The newest {limit}; --before {hits[-1].id} shows those before, --limit more at once.",
            style="dim",
        )


def _highlighted(snippet: str) -> Text:
    text = Text("  ")
    for place, piece in enumerate(" ".join(snippet.split()).replace(MARK_END, MARK_START).split(MARK_START)):
        text.append(plain.squeeze(piece), style="black on yellow" if place % 2 else None)
    return text
