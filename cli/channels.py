"""``presswatch channels``: the ways out, and trying one."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from cli.lists import ListsByDefault
from cli.options import config_option, console
from config.loader import load
from flows.cycle import load_ready, open_notifiers
from notifiers.mail.address import each_once
from notifiers.registry import channel_types
from notifiers.sample import sample_delivery
from presswatch.errors import DeliveryError
from presswatch.times import utc_now
from presswatch.watch import Channel, Watch


@click.group(cls=ListsByDefault)
def channels() -> None:
    """See the ways out, and try one.

    Without a command: `presswatch channels list`.
    """


@channels.command("list")
@config_option
def list_channels(config: Path) -> None:
    """List the configured channels, and who is told by each."""
    watch = load(config)
    out = console()
    if not watch.channels:
        out.print("No channel is configured: digests have no way out.")
        return
    table = Table("Id", "Type", "Subscriptions", box=SIMPLE_HEAD, pad_edge=False)
    for channel in watch.channels:
        names = [each.id for each in watch.subscriptions if each.channel == channel.id]
        table.add_row(channel.id, channel.type, Text(", ".join(names) or "none"))
    out.print(table)


@channels.command()
@config_option
@click.option(
    "--to",
    "recipients",
    multiple=True,
    metavar="RECIPIENT",
    help="Whom to send it to; else the recipients of the channel's subscriptions. May be repeated.",
)
@click.argument("channel")
def test(config: Path, recipients: tuple[str, ...], channel: str) -> None:
    """Try CHANNEL with a message that says that it is a test.

    What the other side said is printed. Exit code 1 if it was not accepted.
    """
    watch = load_ready(config)
    wanted = _channel(watch, channel)
    notifier = open_notifiers(watch)[wanted.id]
    failed = False
    for recipient in _recipients(watch, wanted, recipients):
        try:
            said = notifier.send(sample_delivery(wanted.id, recipient, utc_now()))
            click.echo(f"{recipient}: accepted: {said}")
        except DeliveryError as error:
            failed = True
            click.secho(f"{recipient}: not accepted: {error.said}", fg="red", err=True)
    if failed:
        sys.exit(1)


def _channel(watch: Watch, wanted: str) -> Channel:
    try:
        return watch.channel(wanted)
    except KeyError:
        known = ", ".join(channel.id for channel in watch.channels) or "none"
        raise click.BadParameter(
            f"no channel has the id {wanted!r}; there are: {known}", param_hint="CHANNEL"
        ) from None


def _recipients(watch: Watch, channel: Channel, given: tuple[str, ...]) -> list[str]:
    channel_type = channel_types()[channel.type]
    for recipient in given:
        try:
            channel_type.check_recipient(recipient)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--to") from error
    known = [each for s in watch.subscriptions if s.channel == channel.id for each in s.recipients]
    if not channel_type.needs_recipients:
        return [channel.id]
    if not given and not known:
        raise click.UsageError(f"no subscription says whom {channel.id} goes to: name somebody with --to")
    return list(each_once(given or known))
