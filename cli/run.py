"""``presswatch run``: one cycle."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.feeds.words import count
from cli.options import config_option, console
from cli.owed import as_plain
from cli.waiting import say_waiting, wait_option
from flows.cycle import load_ready, run_once
from flows.shards.runners import shards_by
from presswatch.cycle import CycleReport
from presswatch.digests.succession import Unclaimed
from storage.telling.unclaimed import unclaimed_of

if TYPE_CHECKING:
    from rich.console import Console


@click.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON instead of words.")
@click.option("--all", "everything", is_flag=True, help="Read every feed, due or not.")
@click.option(
    "--announce-all",
    is_flag=True,
    help="On a feed's first read, announce all that it shows, however old.",
)
@wait_option(600)
def run(config: Path, as_json: bool, everything: bool, announce_all: bool, wait: float) -> None:
    """Read what is due, store what is new, send what is due. Once.

    Exit code 0 when the cycle was completed, also if single feeds failed; 1 when no feed at all could
    be read or a delivery failed for good; 2 for a mistake in the configuration or the call.
    """
    watch = load_ready(config)
    with progress_bar() as on_progress:
        report = run_once(
            watch,
            shards_by(watch),
            wait_seconds=wait,
            everything=everything,
            announce_all=announce_all,
            on_progress=on_progress,
            on_wait=lambda: say_waiting(watch.archive, wait),
        )
    asked = unclaimed_of(watch)
    if as_json:
        click.echo(json.dumps(report.summary() | {"unclaimed": [as_plain(one) for one in asked]}))
    else:
        print_report(report, console(), asked)
    if report.in_vain:
        sys.exit(1)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal while feeds are read; nothing where standard error is not one."""
    if not sys.stderr.isatty():
        yield lambda done, due: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from cli.console import SafeConsole

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=SafeConsole(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("Reading feeds", total=None)
        yield lambda done, due: bar.update(task, completed=done, total=due)


MOST_FAILURES = 12


def print_report(report: CycleReport, out: Console, asked: Sequence[Unclaimed] = ()) -> None:
    """Say in words what the cycle found and did, and what is ``asked`` of a person."""
    from rich.text import Text

    found = report.recorded
    _line(
        out,
        report.due,
        "feed",
        f" due: {report.read} read, {report.unchanged} unchanged, {report.failed} failed"
        + (f", {report.postponed} put off" if report.postponed else ""),
    )
    if not report.due:
        out.print("  Every feed was read not long ago; --all reads them now.", style="dim")
    if report.failed == report.due > 3:
        out.print("  None could be read: is this machine online?", style="red")
    for failure in report.failures[:MOST_FAILURES]:
        out.print(Text.assemble(("  failed ", "red"), f"{failure.publisher}: {failure.reason}"))
        out.print(Text(f"         {failure.url}", style="dim"))
    if len(report.failures) > MOST_FAILURES:
        out.print(
            f"  … and {len(report.failures) - MOST_FAILURES} more: `presswatch feeds --bad` lists them",
            style="dim",
        )
    if report.pages or report.page_failures:
        _line(out, report.pages, "page", f" behind teasers read, {len(report.page_failures)} failed")
    for page in report.page_failures[:MOST_FAILURES]:
        out.print(Text(f"  {page.url}: {page.reason}", style="dim"))
    mentions = count(found.mentions, "mention")
    _line(out, found.new, "new release", f", {found.revised} revised, {mentions}")
    if found.gaps:
        _line(out, found.gaps, "newsroom", " published more at once than a feed shows")
    if report.recovered:
        _line(out, report.recovered, "release", " recovered that had left a feed before it was read")
    sent = report.deliveries
    out.print(
        Text.assemble(
            "Deliveries: ",
            (str(sent.sent), "bold"),
            f" sent, {sent.pending} pending, {sent.failed} failed for good",
        )
    )
    for trouble in sent.troubles:
        out.print(Text(f"  {trouble}", style="red"))
    for one in asked:
        out.print(Text(str(one), style="yellow"))


def _line(out: Console, number: int, thing: str, rest: str) -> None:
    from rich.text import Text

    text = Text(count(number, thing) + rest)
    text.stylize("bold", 0, len(str(number)))
    out.print(text)
