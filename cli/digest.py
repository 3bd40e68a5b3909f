"""``presswatch digest``: what would be sent, and sending a digest once more."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from cli import moments
from cli.deliveries import count_of
from cli.lists import ListsByDefault
from cli.options import config_option, console, form_of
from cli.waiting import say_waiting, wait_option
from config.loader import load
from flows.cycle import load_ready, open_notifiers, send_digest_once
from notifiers.looks.render import render
from presswatch.delivering import draft, draft_since
from presswatch.digests.delivery import parts_for
from presswatch.digests.schedule import next_moment
from presswatch.times import to_text, utc_now
from presswatch.watch import Subscription, Watch
from storage.archive import Archive


@click.group(cls=ListsByDefault)
def digest() -> None:
    """Look at digests, and send one at once.

    Without a command: `presswatch digest list`.
    """


@digest.command("list")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def list_subscriptions(config: Path, as_json: bool) -> None:
    """List the subscriptions.

    Each with its channel, its schedule, and when its next digest is due.
    """
    watch = load(config)
    now = utc_now()
    if as_json:
        click.echo(json.dumps([_plain(one, now) for one in watch.subscriptions], ensure_ascii=False))
        return
    out = console()
    if not watch.subscriptions:
        out.print("There is no subscription: nobody is told.")
        return
    table = Table("Id", "Channel", "Schedule", "Next digest", box=SIMPLE_HEAD, pad_edge=False)
    for one in watch.subscriptions:
        due = next_moment(one, now)
        coming = f"{due.astimezone(one.timezone):%Y-%m-%d %H:%M}" if due else "when there is news"
        zoned = one.schedule if due is None else f"{one.schedule} ({one.timezone.key})"
        table.add_row(*map(Text, (one.id, one.channel, zoned, coming)))
    out.print(table)


def _plain(subscription: Subscription, now: datetime) -> dict[str, str | None]:
    due = next_moment(subscription, now)
    return {
        "id": subscription.id,
        "channel": subscription.channel,
        "schedule": subscription.schedule,
        "timezone": subscription.timezone.key,
        "next": to_text(due) if due else None,
    }


@digest.command()
@config_option
@click.option("--text", "as_text", is_flag=True, help="As plain text (the default).")
@click.option("--html", "as_html", is_flag=True, help="As the HTML page that a mail would hold.")
@click.option("--json", "as_json", is_flag=True, help="As the JSON that a webhook would get.")
@click.option(
    "--since",
    type=moments.past,
    metavar="TIME",
    help="All that was first seen since then (see send).",
)
@click.argument("subscription")
def preview(
    config: Path, as_text: bool, as_html: bool, as_json: bool, since: datetime | None, subscription: str
) -> None:
    """Show what SUBSCRIPTION would be sent at this moment. Nothing is sent, nothing is noted."""
    form = form_of("text", text=as_text, html=as_html, json=as_json)
    watch = load(config)
    wanted = _subscription(watch, subscription)
    with Archive(watch.archive, read_only=True) as archive:
        if since:
            due = draft_since(watch, archive, wanted, since, utc_now())
        else:
            due = draft(watch, archive, wanted, utc_now())[0]
    rendered = render(due)
    click.echo({"text": rendered.text, "html": rendered.html, "json": rendered.json}[form])
    parts = len(parts_for(due, open_notifiers(watch).get(wanted.channel)))
    if parts > 1:
        click.echo(f"It is shown whole; by the channel {wanted.channel} it comes in {parts} parts.", err=True)


@digest.command()
@config_option
@click.option(
    "--since",
    type=moments.past,
    required=True,
    metavar="TIME",
    help="A day (2026-11-25) or how long ago (90m, 3d).",
)
@click.option(
    "--to",
    "recipients",
    multiple=True,
    metavar="RECIPIENT",
    help="Whom to send it to, rather than the subscription's recipients. May be repeated.",
)
@wait_option(600)
@click.argument("subscription")
def send(config: Path, since: datetime, recipients: tuple[str, ...], wait: float, subscription: str) -> None:
    """Send SUBSCRIPTION a digest of all since a time, once.

    That is all that was first seen since.

    Whether it was told before doesn't matter; and what is owed stays owed, so that the next digest comes
    as it would have. Whatever else is due is sent too.
    """
    watch = load_ready(config)
    wanted = _subscription(watch, subscription)
    made, sent = send_digest_once(
        watch,
        wanted,
        since,
        recipients=_checked(watch, wanted, recipients),
        wait_seconds=wait,
        on_wait=lambda: say_waiting(watch.archive, wait),
    )
    click.echo(
        f"{made.subject}\n{count_of(sent.sent)} sent, {sent.pending} pending, {sent.failed} failed for good"
    )
    for trouble in sent.troubles:
        click.echo(f"  {trouble}", err=True)
    if sent.failed:
        sys.exit(1)


def _checked(watch: Watch, subscription: Subscription, recipients: tuple[str, ...]) -> tuple[str, ...]:
    from notifiers.mail.address import each_once
    from notifiers.registry import channel_types

    channel_type = channel_types()[watch.channel(subscription.channel).type]
    for recipient in recipients:
        try:
            channel_type.check_recipient(recipient)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--to") from error
    return each_once(recipients)


def _subscription(watch: Watch, wanted: str) -> Subscription:
    try:
        return watch.subscription(wanted)
    except KeyError:
        known = ", ".join(s.id for s in watch.subscriptions) or "none"
        raise click.BadParameter(
            f"no subscription has the id {wanted!r}; there are: {known}", param_hint="SUBSCRIPTION"
        ) from None
