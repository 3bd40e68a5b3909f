"""``presswatch show``: all about one release."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from cli.looking.release import print_release
from cli.looking.safe import json_text
from cli.options import config_option, console
from config.loader import load
from storage.archive import Archive


@click.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with all of every text.")
@click.argument("release")
def show(config: Path, as_json: bool, release: str) -> None:
    """Show a release and all that is known of it. RELEASE is its number, or its address.

    Text with its parts, mentions and why they count, what it said before, where and when it was seen, who
    else published it, which digests told it and whereto these went.
    """
    with Archive(load(config).archive, read_only=True) as archive:
        shown = archive.show_release(archive.find_release(release))
    if as_json:
        click.echo(json_text(asdict(shown)))
    else:
        print_release(shown, console())
