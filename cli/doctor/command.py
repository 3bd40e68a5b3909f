"""``presswatch doctor``: one check after the other, each finding with what to do."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from cli.doctor import channels, machine, network
from cli.doctor.finding import Finding
from cli.options import config_option
from config.loader import Origins, load_with_origins
from presswatch.watch import Watch

_MARKS = {"well": ("ok", "green"), "look": ("look", "yellow"), "broken": ("BROKEN", "red")}


@click.command()
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of words.")
def doctor(config: Path, as_json: bool) -> None:
    """Find out what is broken, and what to do about it. Nothing is sent or written.

    Looked at are the configuration and the secrets it names, the archive (quickly), room on the disk, the
    addresses of newsrooms' hosts, the clock, each channel (mail: the login; hooks: whether the host is
    reached and its certificate is good; folders: whether they can be written), deliveries that were tried in
    vain, and the Prefect server.

    Exit code 0 if nothing is broken; 1 if something is; 2 for a mistake in the configuration or the call.
    """
    watch, origins = load_with_origins(config)
    found = []
    for finding in _findings(watch, origins):
        found.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    broken = sum(finding.level == "broken" for finding in found)
    if broken:
        sys.exit(1)


def _findings(watch: Watch, origins: Origins) -> Iterator[Finding]:
    yield from machine.configuration(watch, origins, os.environ)
    yield from machine.archive(watch)
    yield from machine.disk(watch)
    yield from machine.backups(watch)
    yield from network.addresses(watch)
    yield from network.clock(watch)
    yield from channels.channels(watch)
    yield from channels.deliveries(watch)
    yield from network.engine(watch)


def _print(finding: Finding) -> None:
    mark, colour = _MARKS[finding.level]
    click.echo(f"{click.style(f'{mark:<7}', fg=colour)} {finding.check}: {finding.what}")
    if finding.do:
        click.echo(f"        {finding.do}")
