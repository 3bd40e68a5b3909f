"""Trying what was set up: a test message, the first cycle, and what a digest of it looks like."""

from __future__ import annotations

from datetime import datetime

import click
from rich.console import Console
from rich.text import Text

from cli.init.answers import CHANNEL
from cli.run import print_report, progress_bar
from flows.cycle import in_threads, open_notifiers, run_once
from notifiers.looks.render import render
from notifiers.sample import sample_delivery
from presswatch.delivering import draft_since
from presswatch.errors import DeliveryError
from presswatch.times import utc_now
from presswatch.watch import Watch
from storage.archive import Archive


def channel_works(watch: Watch) -> bool:
    """Send everyone who is to be told a message that says that it is a test; whether all were accepted."""
    notifier = open_notifiers(watch)[CHANNEL]
    works = True
    for recipient in watch.subscription(CHANNEL).recipients or (CHANNEL,):
        try:
            said = notifier.send(sample_delivery(CHANNEL, recipient, utc_now()))
            click.echo(f"{recipient}: accepted: {said}")
        except DeliveryError as error:
            works = False
            click.secho(f"{recipient}: not accepted: {error.said}", fg="red", err=True)
    return works


def first_run(watch: Watch, out: Console) -> bool:
    """Read the newsrooms, and print the digest of all that they show; whether any of them could be read.

    What is due is sent; the digest that is printed isn't.
    """
    start = utc_now()
    with progress_bar() as on_progress:
        report = run_once(watch, in_threads, on_progress=on_progress)
    print_report(report, out)
    out.print()
    out.print(Text("The digest of all that they show now:", style="bold"))
    out.print(_digest(watch, start), markup=False)
    return not report.in_vain


def _digest(watch: Watch, since: datetime) -> str:
    with Archive(watch.archive, read_only=True) as archive:
        due = draft_since(watch, archive, watch.subscription(CHANNEL), since, utc_now())
    return render(due).text
