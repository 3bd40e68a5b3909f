"""``presswatch search``: look into the archive."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cli.options import config_option, console
from config.loader import load
from notifiers import plain
from storage.archive import Archive
from storage.query import fts_expression
from storage.search import MARK_END, MARK_START, Filters, Hit

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@click.command(context_settings={"ignore_unknown_options": False})
@config_option
@click.option("--program", default="", metavar="ID", help="Only releases that mention this program.")
@click.option(
    "--publisher", default="", metavar="NAME", help="Only this publisher; a part of the name will do."
)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="From this day on (2026-11-25)."
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Up to and with this day.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most.")
@click.option("--json", "form", flag_value="json", help="One JSON array.")
@click.option("--csv", "form", flag_value="csv", help="CSV, safe to open in a spreadsheet.")
@click.argument("query", nargs=-1)
def search(
    config: Path,
    program: str,
    publisher: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    form: str | None,
    query: tuple[str, ...],
) -> None:
    """Find releases in the archive, those seen last first.

    QUERY is words that must all occur; "a phrase"; AND, OR and NOT in capitals; deport* for any
    ending. Brackets don't group: S-Comm and 287(g) are found as you type them. Without a query,
    everything that passes the filters. Dates are the publisher's, else those first seen.
    """
    watch = load(config)
    text = " ".join(query)
    if text.strip() and not fts_expression(text):
        raise click.UsageError(
            f"there is no word to look for in {text!r}: type a word, or nothing for everything"
        )
    known = {p.id for p in watch.programs}
    filters = Filters(program, publisher, _day(since), _day(until))
    with Archive(watch.archive, read_only=True) as archive:
        hits = archive.search(text, filters, limit=limit)
    if program and program not in known and not hits:
        raise click.BadParameter(
            f"no program has the id {program!r}; there are: {', '.join(sorted(known))}",
            param_hint="--program",
        )
    if form == "json":
        click.echo(json.dumps([_plain(hit) for hit in hits], ensure_ascii=False))
    elif form == "csv":
        _write_csv(hits)
    else:
        print_hits(hits, console(), limit)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _plain(hit: Hit) -> dict[str, Any]:
    return {**asdict(hit), "snippet": hit.snippet.replace(MARK_START, "**").replace(MARK_END, "**")}


def _write_csv(hits: Sequence[Hit]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(["id", "title", "publisher", "url", "published", "first_seen", "programs", "snippet"])
    for hit in hits:
        row = _plain(hit) | {"programs": " ".join(hit.programs)}
        writer.writerow([_cell(value) for value in row.values()])


def _cell(value: object) -> object:
    """A cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe
    (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def print_hits(hits: Sequence[Hit], out: Console, limit: int) -> None:
    """Show what was found to a person, the found words marked."""
    for hit in hits:
        day = (hit.published or hit.first_seen)[:10]
        out.print(Text(plain.line(hit.title) or "Untitled release", style="bold"))
        line = f"{plain.line(hit.publisher)} · {day} · release {hit.id}"
        out.print(Text(line + (" · " + ", ".join(hit.programs) if hit.programs else ""), style="dim"))
        out.print(_highlighted(hit.snippet))
        out.print(Text(plain.line(hit.url), style="blue"))
        out.print()
    if not hits:
        out.print("Nothing found.")
    elif len(hits) == limit:
        out.print(f"The newest {limit}; --limit shows more.", style="dim")


def _highlighted(snippet: str) -> Text:
    text = Text("  ")
    for place, piece in enumerate(" ".join(snippet.split()).replace(MARK_END, MARK_START).split(MARK_START)):
        text.append(plain.squeeze(piece), style="black on yellow" if place % 2 else None)
    return text
