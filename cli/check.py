"""``presswatch check``: is the configuration sound, and what does it watch?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from cli.options import config_option, console
from flows.cycle import load_ready
from presswatch.watch import AT_ONCE, Subscription, Watch


@click.command()
@config_option
def check(config: Path) -> None:
    """Validate the configuration and say what is watched.

    Nothing is fetched, sent or written. Every mistake is named with its file and key; exit code 2.
    """
    watch = load_ready(config)
    out = console()
    programs = Table("Id", "Program", "Terms", "With evidence", title="Programs", title_justify="left")
    for program in watch.programs:
        terms = ", ".join(program.terms)
        programs.add_row(
            Text(program.id), Text(program.name), Text(terms), Text(", ".join(program.ambiguous_terms))
        )
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
        feeds.add_row(Text(feed.publisher), Text(feed.url, overflow="fold"), Text(", ".join(feed.tags)))
    out.print(feeds)
    if tags:
        out.print("Tags: " + ", ".join(f"{tag} {count}" for tag, count in tags.most_common()), markup=False)

    if watch.subscriptions:
        out.print(_subscriptions(watch))
    else:
        out.print("[yellow]No subscriptions: releases are archived, and nobody is told.[/]")
    out.print(f"Archive: {watch.archive}", markup=False)
    out.print(Text.assemble(("The configuration is sound. ", "bold green"), str(watch.source)))


def _subscriptions(watch: Watch) -> Table:
    table = Table("Subscription", "When", "To", "What", title="Subscriptions", title_justify="left")
    for subscription in watch.subscriptions:
        table.add_row(
            subscription.id, _when(subscription), _whom(subscription), Text(_what(watch, subscription))
        )
    return table


def _when(subscription: Subscription) -> str:
    zone = f"({subscription.timezone.key})"
    if subscription.schedule != AT_ONCE:
        empty = ", also if empty" if subscription.send_empty else ""
        return f"{subscription.schedule} {zone}{empty}"
    quiet = subscription.quiet_hours
    hours = f", but {quiet.start:%H:%M} to {quiet.end:%H:%M} {zone}" if quiet else ""
    pause = f", every {subscription.at_most_every} at most" if subscription.at_most_every else ""
    return f"at once{hours}{pause}"


def _what(watch: Watch, subscription: Subscription) -> str:
    chosen = [", ".join(watch.program_name(program) for program in subscription.programs) or "all programs"]
    for word, names in (
        ("of", subscription.publishers),
        ("tagged", subscription.tags),
        ("in", subscription.languages),
    ):
        chosen += [f"{word} {' or '.join(names)}"] if names else []
    return "; ".join(chosen)


def _whom(subscription: Subscription) -> str:
    people = ", ".join(subscription.recipients)
    return f"{subscription.channel}: {people}" if people else subscription.channel
