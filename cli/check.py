"""``presswatch check``: is the configuration sound, and what does it watch?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from rich.table import Table

from cli.options import config_option, console
from flows.cycle import load_ready
from presswatch.watch import AT_ONCE, Subscription


@click.command()
@config_option
def check(config: Path) -> None:
    """Validate the configuration and say what is watched.

    Nothing is fetched, sent or written. Every mistake is named with its file and key; exit code 2.
    """
    watch = load_ready(config)
    out = console()
    out.print(f"[bold green]The configuration is sound.[/] {watch.source}")
    out.print(f"Archive: {watch.archive}", markup=False)

    programs = Table("Program", "Terms", "With evidence", title="Programs", title_justify="left")
    for program in watch.programs:
        programs.add_row(program.name, ", ".join(program.terms), ", ".join(program.ambiguous_terms))
    out.print(programs)

    tags = Counter(tag for feed in watch.feeds for tag in feed.tags)
    feeds = Table(
        "Publisher",
        "Address",
        "Tags",
        title=f"{len(watch.feeds)} feed{'s' if len(watch.feeds) > 1 else ''}",
        title_justify="left",
    )
    for feed in watch.feeds:
        feeds.add_row(feed.publisher, feed.url, ", ".join(feed.tags))
    out.print(feeds)
    if tags:
        out.print("Tags: " + ", ".join(f"{tag} {count}" for tag, count in tags.most_common()), markup=False)

    if not watch.subscriptions:
        out.print("[yellow]No subscriptions: releases are archived, and nobody is told.[/]")
        return
    table = Table("Subscription", "When", "To", "Programs", title="Subscriptions", title_justify="left")
    for subscription in watch.subscriptions:
        names = [watch.program_name(program) for program in subscription.programs]
        table.add_row(subscription.id, _when(subscription), _whom(subscription), ", ".join(names) or "all")
    out.print(table)


def _when(subscription: Subscription) -> str:
    if subscription.schedule == AT_ONCE:
        return "at once"
    return f"{subscription.schedule} ({subscription.timezone.key})"


def _whom(subscription: Subscription) -> str:
    people = ", ".join(subscription.recipients)
    return f"{subscription.channel}: {people}" if people else subscription.channel
