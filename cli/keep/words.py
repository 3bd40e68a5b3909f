"""Sizes and waits, as the commands about the archive say them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any] | click.Command)

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size(count: int) -> str:
    """A number of bytes: "512 bytes", "1.5 MB"; a kB is a thousand of them."""
    amount, unit = float(count), 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}" if unit == 0 or amount >= 99.5 else f"{amount:.1f} {_UNITS[unit]}"


def wait_option(seconds: int) -> Callable[[Command], Command]:
    """How long to wait for another Presswatch at work on the archive."""
    return click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=seconds,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for another Presswatch at work on the archive.",
    )
