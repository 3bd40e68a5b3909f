"""``presswatch restore``: put a copy in the archive's place."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli.feeds.words import count
from cli.keep.words import name_findings
from cli.options import config_option
from cli.waiting import locked, wait_option
from config.loader import load
from presswatch.times import utc_now
from storage.keeping.restore import restore as put_back


@click.command()
@config_option
@wait_option(0)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def restore(config: Path, wait: float, file: Path) -> None:
    """Put a copy of FILE, a backup, in the archive's place.

    It is verified first. Rows that aren't as they should be are named, and the exit code is 1; the backup is
    put in place all the same.

    What is there now is moved aside, never removed. While another Presswatch is at work on the archive, or
    another program has it open, nothing is done.
    """
    watch = load(config)
    with locked(watch.archive, wait):
        restored = put_back(file, watch.archive, utc_now())
    click.echo(f"{watch.archive}: {count(restored.releases, 'release')}, from {file}")
    if restored.aside:
        click.echo(f"What was there before: {restored.aside}")
        click.echo("What only that one holds comes back, and nobody is told of it, by:")
        click.echo(f"  presswatch import {restored.aside}")
    if restored.findings:
        name_findings(restored.findings, "The backup is in place all the same.")
        sys.exit(1)
