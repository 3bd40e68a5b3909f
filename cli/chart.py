"""``presswatch chart``: the dashboard's charts as files, for reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cli import moments
from cli.extras import lacks
from cli.looking.filters import must_follow
from cli.options import config_option
from config.loader import load
from storage.browsing.charts import CHARTS, FOLDED
from storage.browsing.charts import chart as chart_named
from storage.connection import errors_in_words, open_for_reading
from storage.looking.choosing import Filters, folded
from storage.looking.known import must_be_known

_WIDTH = 760
_VEGA_LITE = "6.4"


@click.command()
@config_option
@click.argument("name", type=click.Choice([chart.name for chart in CHARTS]), default=CHARTS[0].name)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    required=True,
    help="The file to write; it ends with .svg or .png.",
)
@click.option("--program", default="", metavar="ID", help="Only releases that mention this program.")
@click.option(
    "--publisher", default="", metavar="NAME", help="Only this publisher; a part of the name will do."
)
@click.option(
    "--since", type=moments.day, metavar="DATE", help="From this day on (2026-11-25), or that of 3d ago."
)
@click.option("--until", type=moments.day, metavar="DATE", help="Up to and with this day.")
def chart(
    config: Path,
    name: str,
    output: Path,
    program: str,
    publisher: str,
    since: date | None,
    until: date | None,
) -> None:
    """Write a chart of the archive as SVG or PNG.

    mentions: releases that mention a program, by month. publishers: who published most of them. coverage:
    how many releases of each publisher the archive holds, month by month. Dates are the publisher's, else
    those first seen. In mentions, a release that mentions two programs stands in the bar of each.
    """
    must_follow(since, until)
    kind = output.suffix.lower()
    if kind not in (".svg", ".png"):
        raise click.BadParameter(f'"{output}" ends with neither .svg nor .png', param_hint="--output")
    try:
        import vl_convert
    except ModuleNotFoundError as error:
        raise lacks("charts need", error.name) from error
    watch = load(config)
    known = {one.id for one in watch.programs}
    if program and program not in known:
        raise click.BadParameter(
            f"no program has the id {program!r}; there are: {', '.join(sorted(known))}",
            param_hint="--program",
        )
    chosen = chart_named(name)
    asked = {"program": program, "publisher": publisher, "since": _day(since), "until": _day(until)}
    with errors_in_words(watch.archive):
        database = open_for_reading(watch.archive)
        try:
            must_be_known(database, Filters(publishers=(publisher,) if publisher else ()))
            database.register_function(folded, name=FOLDED, deterministic=True)
            rows = list(database.query(chosen.sql, asked))
        finally:
            database.close()
    if not rows:
        raise click.ClickException("nothing in the archive passes these filters; there is nothing to draw")
    title = {
        "text": (program and chosen.of_program) or chosen.title,
        "subtitle": _subtitle(watch.program_name(program), publisher, since, until),
    }
    spec = {**chosen.spec(), "title": title, "width": _WIDTH, "data": {"values": rows}}
    spec["padding"] = 16
    if kind == ".svg":
        output.write_text(
            vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[]), encoding="utf-8"
        )
    else:
        output.write_bytes(
            vl_convert.vegalite_to_png(spec, vl_version=_VEGA_LITE, scale=2, allowed_base_urls=[])
        )
    click.echo(output)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _subtitle(program: str, publisher: str, since: date | None, until: date | None) -> str:
    """What was chosen, in words; empty for everything."""
    said = [program] if program else []
    said += [f"publishers named “{publisher}”"] if publisher else []
    said += [f"from {_day(since)}"] if since else []
    said += [f"up to {_day(until)}"] if until else []
    return ", ".join(said)
