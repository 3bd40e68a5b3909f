"""Options that several commands share, and reading their values."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

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


def console() -> Console:
    """The terminal, or a plain stream of 100 columns where output goes to a file."""
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=100, soft_wrap=True)
