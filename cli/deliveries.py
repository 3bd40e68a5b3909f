"""``presswatch deliveries``: what was sent to whom, what is still owed, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cli.feeds.words import count, until
from cli.lists import ListsByDefault
from cli.options import config_option, console
from cli.waiting import locked, wait_option
from config.loader import load
from presswatch.digests.ledger import Attempt, DeliveryState
from presswatch.times import to_text, utc_now
from storage.archive import Archive

_STYLES = {"pending": "yellow", "sent": "green", "failed": "red", "abandoned": "dim", "withdrawn": "dim"}
_SAID = {"begun": "nothing is known of its outcome: it is under way, or was broken off"}
_LARGEST = 2**63 - 1  # that SQLite keeps as a number


class DeliveryNumber(click.IntRange):
    """A delivery's number, from 1."""

    def __init__(self) -> None:
        super().__init__(1, _LARGEST)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; fails in words for what is none."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(
                f'"{value}" is not a delivery\'s number; `presswatch deliveries` lists them.', param, ctx
            )


_IDS = click.argument("ids", nargs=-1, required=True, type=DeliveryNumber(), metavar="ID...")


@click.group(cls=ListsByDefault)
def deliveries() -> None:
    """See what was sent to whom, and what is still owed.

    Without a command: `presswatch deliveries list`.
    """


@deliveries.command("list")
@config_option
@click.option("--status", type=click.Choice([*_STYLES]), default=None, help="Only those of this status.")
@click.option("--subscription", default="", metavar="ID", help="Only those of this subscription.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def list_deliveries(config: Path, status: str | None, subscription: str, limit: int, as_json: bool) -> None:
    """List deliveries, the newest first. Each is one digest for one recipient.

    \b
    pending    not yet accepted; it is tried again by itself
    sent       the other side accepted it
    failed     refused for good, or tried in vain for days
    abandoned  given up by a person
    withdrawn  its recipient, or its subscription, is not in the configuration any more
    """
    with Archive(load(config).archive, read_only=True) as archive:
        found = archive.deliveries(status=status or "", subscription=subscription, limit=limit)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in found], ensure_ascii=False))
        return
    out = console()
    if not found:
        out.print("No delivery." if status or subscription else "Nothing was to be sent yet.")
        return
    for each in found:
        _print(each, out, utc_now())


@deliveries.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.argument("delivery", type=DeliveryNumber(), metavar="ID")
def show(config: Path, as_json: bool, delivery: int) -> None:
    """Show a delivery and what was tried.

    That is its digest's subject, its identity, and each attempt with what the other side said.
    """
    with Archive(load(config).archive, read_only=True) as archive:
        state, attempts = archive.delivery(delivery)
    if as_json:
        tried = [{"at": to_text(a.at), "outcome": a.outcome, "said": a.said} for a in attempts]
        click.echo(json.dumps(_plain(state) | {"tried": tried}, ensure_ascii=False))
        return
    _show(state, attempts, console(), utc_now())


@deliveries.command()
@config_option
@wait_option(600)
@_IDS
def retry(config: Path, wait: float, ids: tuple[int, ...]) -> None:
    """Try deliveries again: pending, failed or abandoned ones.

    They become due; the next `presswatch run`, or `serve`, sends them, with the identity that they had.
    """
    watch = load(config)
    with locked(watch.archive, wait), Archive(watch.archive) as archive:
        archive.retry(ids, utc_now())
    click.echo(f"{count_of(len(ids))} due: the next run sends {'it' if len(ids) == 1 else 'them'}.")


@deliveries.command()
@config_option
@wait_option(600)
@_IDS
def abandon(config: Path, wait: float, ids: tuple[int, ...]) -> None:
    """Give up deliveries that are pending. Their digests stay in the archive."""
    watch = load(config)
    with locked(watch.archive, wait), Archive(watch.archive) as archive:
        archive.abandon(ids, utc_now())
    click.echo(f"{count_of(len(ids))} abandoned.")


def count_of(number: int) -> str:
    """ "1 delivery", "2 deliveries"."""
    return "1 delivery" if number == 1 else f"{number} deliveries"


def _plain(state: DeliveryState) -> dict[str, Any]:
    return {
        key: to_text(value) if isinstance(value, datetime) else value for key, value in asdict(state).items()
    }


def _print(state: DeliveryState, out: Console, now: datetime) -> None:
    number = f"{state.id:>5}  "
    head, *said = _status(state, now).split("\n")
    out.print(
        Text.assemble(
            (number, "bold"), head, f"  {_whom(state)}  ", (f"{state.created:%Y-%m-%d %H:%M}", "dim")
        )
    )
    for line in (Text(f"{state.subscription}: {state.subject}"), *said):
        out.print(Text(" " * len(number)).append_text(line))


def _whom(state: DeliveryState) -> str:
    if state.recipient == state.channel:
        return state.channel
    return f"{state.recipient} by {state.channel}"


def _status(state: DeliveryState, now: datetime) -> Text:
    said = Text(state.status, style=_STYLES[state.status])
    if state.status == "pending":
        said.append(f", next try {until(state.next_attempt, now)}", style="default")
    if state.status != "sent" and state.last_said:
        said.append(f"\n{count(state.attempts, 'attempt')}: {state.last_said}", style="dim")
    return said


def _show(state: DeliveryState, attempts: list[Attempt], out: Console, now: datetime) -> None:
    out.print(Text(state.subject, style="bold"))
    for name, value in (
        ("Delivery", str(state.id)),
        ("Identity", state.identity),
        ("Subscription", state.subscription),
        ("To", _whom(state)),
        ("Made", f"{state.created:%Y-%m-%d %H:%M} UTC"),
    ):
        out.print(Text.assemble((f"{name:<13}", "dim"), value))
    out.print(Text.assemble((f"{'Status':<13}", "dim"), _status(state, now).split("\n")[0]))
    out.print()
    for attempt in attempts:
        said = attempt.said or _SAID.get(attempt.outcome, "")
        out.print(Text(f"{attempt.at:%Y-%m-%d %H:%M:%S}  {attempt.outcome:<9} {said}"))
    if not attempts:
        out.print("Not tried yet.")
