"""Waiting for another Presswatch that is at work on the archive, and saying so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import click

from storage.lock import cycle_lock

Command = TypeVar("Command", bound=Callable[..., Any] | click.Command)


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


def locked(archive: Path, wait: float) -> AbstractContextManager[None]:
    """:func:`storage.lock.cycle_lock`, which says that it waits, and for how many seconds at most."""
    return cycle_lock(archive, wait_seconds=wait, on_wait=lambda: say_waiting(archive, wait))


def say_waiting(archive: Path, wait: float) -> None:
    """Say on standard error why nothing happens."""
    click.echo(
        f"{archive}: waiting for another Presswatch at work on this archive, {wait:g} s at most", err=True
    )
