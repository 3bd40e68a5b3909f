"""The options that say which releases a search or an export is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar, get_args

import click

from cli import moments
from presswatch.releases.part import PartKind
from storage.looking.choosing import NO_LANGUAGE, Filters

_Command = TypeVar("_Command", bound=Callable[..., Any])
_PARTS = ("title", "body", *get_args(PartKind))


_OPTIONS = (
    click.option(
        "--program", "programs", multiple=True, metavar="ID", help="Only releases that mention this program."
    ),
    click.option(
        "--publisher",
        "publishers",
        multiple=True,
        metavar="NAME",
        help="Only this publisher; a part of the name will do.",
    ),
    click.option(
        "--tag", "tags", multiple=True, metavar="TAG", help="Only what a feed with this tag showed."
    ),
    click.option(
        "--language",
        "languages",
        multiple=True,
        metavar="TAG",
        help=f'Only this language (en, es-MX); "{NO_LANGUAGE}" where none is given.',
    ),
    click.option(
        "--since", type=moments.day, metavar="DATE", help="From this day on (2026-11-25), or that of 3d ago."
    ),
    click.option("--until", type=moments.day, metavar="DATE", help="Up to and with this day."),
    click.option(
        "--part",
        "parts",
        multiple=True,
        type=click.Choice(_PARTS),
        help="Only where a mention stands in this part (of the program, if one is given).",
    ),
    click.option(
        "--with-mentions/--without-mentions",
        "mentioned",
        default=None,
        help="Only releases that mention a program, or none.",
    ),
)


def filter_options(command: _Command) -> _Command:
    """The options, as one decorator; :func:`filters` makes their value."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def filters(options: dict[str, Any]) -> Filters:
    """What the options of :func:`filter_options` ask for, as click passes them.

    Raises :class:`click.UsageError` where no day can be within them.
    """
    must_follow(options["since"], options["until"])
    return Filters(**options)


def must_follow(since: date | None, until: date | None) -> None:
    """Raise :class:`click.UsageError` where the last day comes before the first one."""
    if since and until and until < since:
        raise click.UsageError(f"--until {until} comes before --since {since}: no day is within")
