"""``presswatch digest``: what would be sent."""

from __future__ import annotations

from pathlib import Path

import click

from cli.options import config_option
from config.loader import load
from notifiers.render import render
from presswatch.pipeline import draft
from presswatch.times import utc_now
from storage.archive import Archive


@click.group()
def digest() -> None:
    """Look at digests."""


@digest.command()
@config_option
@click.option("--text", "form", flag_value="text", default=True, help="As plain text (the default).")
@click.option("--html", "form", flag_value="html", help="As the HTML page that a mail would hold.")
@click.option("--json", "form", flag_value="json", help="As the JSON that a webhook would get.")
@click.argument("subscription")
def preview(config: Path, form: str, subscription: str) -> None:
    """Show what SUBSCRIPTION would be sent at this moment. Nothing is sent, nothing is noted."""
    watch = load(config)
    try:
        wanted = watch.subscription(subscription)
    except KeyError:
        known = ", ".join(s.id for s in watch.subscriptions) or "none"
        raise click.BadParameter(
            f"no subscription has the id {subscription!r}; there are: {known}", param_hint="SUBSCRIPTION"
        ) from None
    with Archive(watch.archive, read_only=True) as archive:
        due, _, _ = draft(watch, archive, wanted, utc_now())
    rendered = render(due)
    click.echo({"text": rendered.text, "html": rendered.html, "json": rendered.json}[form])
