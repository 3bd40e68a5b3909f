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


if TYPE_CHECKING:
    from rich.console import Console


def console() -> Console:
    """The terminal, or a plain stream of 100 columns where output goes to a file."""
    from rich.console import Console

    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=100, soft_wrap=True)
