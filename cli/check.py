"""``presswatch check``: is the configuration sound, and what does it watch?"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import click
from pydantic import BaseModel
from rich.table import Table
from rich.text import Text

from cli.feeds.words import count, every
from cli.options import config_option, console
from config.loader import Origins, load_with_origins
from flows.cycle import load_ready
from notifiers.hooks.options import WebhookOptions
from notifiers.registry import channel_types
from presswatch.errors import ConfigError, DeliveryError, Problem
from presswatch.matching.flooding import flooding
from presswatch.watch import AT_ONCE, Channel, Subscription, Watch
from storage.telling.unclaimed import unclaimed_of


@click.command()
@config_option
def check(config: Path) -> None:
    """Validate the configuration and say what is watched.

    Nothing is fetched, sent or written. Also said is what is owed to subscriptions that left the
    configuration. Every mistake is named with its file, line and key; exit code 2.
    Secrets that can't be used are mistakes too.
    """
    watch = load_ready(config)
    _open_channels(watch, load_with_origins(config)[1])
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
    if not watch.programs:
        out.print("[yellow]No programs: releases are archived, and none is ever told.[/]")
    if hasty := _read_too_seldom(watch):
        out.print(Text(hasty, style="yellow"))
    for program in watch.programs:
        for term in flooding(program.terms):
            out.print(
                Text(
                    f"Mind: “{term}”, a term of {program.name}, stands in nearly every release.",
                    style="yellow",
                )
            )
    for variable in _unlike_signing_secrets(watch):
        out.print(
            Text(f"Mind: {variable} does not begin with whsec_: is it the signing secret?", style="yellow")
        )
    for owed in unclaimed_of(watch):
        out.print(Text(str(owed), style="yellow"))
    out.print(f"Archive: {watch.archive}", markup=False)
    out.print(Text.assemble(("The configuration is sound. ", "bold green"), str(watch.source)))


def _open_channels(watch: Watch, origins: Origins) -> None:
    """Raises :class:`ConfigError` where a channel's secrets are there and can't be used.

    Those in blocks are left alone: to read one, Prefect would start a server.
    """
    problems = []
    for channel in _used(watch):
        options = dict(channel.options) if isinstance(channel.options, BaseModel) else {}
        if any(value and name.endswith("_block") for name, value in options.items()):
            continue
        try:
            channel_types()[channel.type].open(channel.options)
        except DeliveryError as error:
            origin = origins[channel.id]
            problems.append(Problem(origin.file, f"channels[{origin.index}]", f"{error.said}."))
    if problems:
        raise ConfigError(problems)


def _read_too_seldom(watch: Watch) -> str:
    """What to mind where `serve` looks less often than feeds are due; due at each look (0) is no such."""
    often = watch.serve.watch_every
    hasty = [feed for feed in watch.feeds if timedelta() < feed.interval < often]
    if not hasty:
        return ""
    return (
        f"Mind: the interval of {count(len(hasty), 'feed')} is shorter than [serve] watch_every: "
        f"`presswatch serve` looks for what is due {every(often)} only"
    )


def _unlike_signing_secrets(watch: Watch) -> list[str]:
    """Variables whose secret would sign, and lacks the mark that Standard Webhooks gives those."""
    named = [each.options.secret_env for each in _used(watch) if isinstance(each.options, WebhookOptions)]
    return [name for name in named if name and not os.environ.get(name, "").startswith("whsec_")]


def _used(watch: Watch) -> list[Channel]:
    used = {subscription.channel for subscription in watch.subscriptions}
    return [channel for channel in watch.channels if channel.id in used]


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
