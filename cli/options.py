"""Options that several commands share, and reading their values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

config_option = click.option(
    "-c",
    "--config",
    "config",
    type=click.Path(path_type=Path),
    envvar="PRESSWATCH_CONFIG",
    default=Path("config/watch.toml"),
    show_default="$PRESSWATCH_CONFIG, else config/watch.toml",
    help="The configuration file.",
)


def form_of(default: str, **asked: bool) -> str:
    """The one form of output that was asked for, or the default. Raises :class:`click.UsageError` for two."""
    wanted = [name for name, is_wanted in asked.items() if is_wanted]
    if len(wanted) > 1:
        raise click.UsageError(f"{' and '.join(f'--{name}' for name in wanted)}: ask for one of them")
    return wanted[0] if wanted else default


if TYPE_CHECKING:
    from rich.console import Console


def console() -> Console:
    """The terminal, or a plain stream of 100 columns where output goes to a file."""
    from cli.console import SafeConsole

    out = SafeConsole(highlight=False)
    return out if out.is_terminal else SafeConsole(highlight=False, width=100, soft_wrap=True)
