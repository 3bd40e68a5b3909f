"""``presswatch export``: tables for spreadsheets and programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli.looking.filters import filter_options, filters
from cli.looking.output import write_csv, write_json_lines, written_to
from cli.options import config_option, form_of
from config.loader import load
from notifiers.looks import plain
from storage.archive import Archive
from storage.looking.exporting import COLUMNS, Table
from storage.looking.query import oddities


@click.command()
@config_option
@filter_options
@click.option("--csv", "as_csv", is_flag=True, help="CSV, safe in a spreadsheet (the default).")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="One JSON object a line.")
@click.option("--bom", is_flag=True, help="CSV that begins with a mark by which Excel knows UTF-8.")
@click.option("--text", "with_text", is_flag=True, help="Releases with their whole text.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Into this file, which is replaced once all is written.",
)
@click.argument("table", type=click.Choice([*COLUMNS]))
@click.argument("query", nargs=-1)
def export(
    config: Path,
    as_csv: bool,
    as_jsonl: bool,
    bom: bool,
    with_text: bool,
    output: Path | None,
    table: Table,
    query: tuple[str, ...],
    **options: Any,
) -> None:
    """Export releases, mentions or deliveries, the oldest first.

    QUERY and the filters are those of `presswatch search`; without any, everything.
    """
    if with_text and table != "releases":
        raise click.UsageError("--text is for releases")
    form = form_of("csv", csv=as_csv, jsonl=as_jsonl)
    if bom and form != "csv":
        raise click.UsageError("--bom is for CSV")
    columns = COLUMNS[table] + (("text",) if with_text else ())
    with Archive(load(config).archive, read_only=True) as archive, written_to(output) as stream:
        wanted = filters(options)
        archive.must_be_known(wanted)
        for oddity in oddities(" ".join(query)):
            click.secho(plain.line(oddity), fg="yellow", err=True)
        rows = archive.export(table, " ".join(query), wanted, with_text=with_text)
        if bom:
            stream.write("\ufeff")
        count = write_csv(stream, columns, rows) if form == "csv" else write_json_lines(stream, rows)
    if output:
        click.echo(f"{output}: {count} {table if count != 1 else _ONE[table]}")


_ONE = {"releases": "release", "mentions": "mention", "deliveries": "delivery"}
