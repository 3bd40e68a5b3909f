"""``presswatch backup``: copy the archive while it is in use."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cli.feeds.words import count
from cli.keep.words import name_findings, size
from cli.options import config_option
from config.loader import load
from presswatch.times import utc_now
from storage.keeping.backup import Backup, back_up


class _Folder(click.Path):
    """A folder that has a name: an empty one, as of a variable that isn't set, would be the present one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; fails in words for none."""
        if value == "":
            self.fail("the name is empty; . is the present folder", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@config_option
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=None,
    help="How many of the newest copies stay. Default: all; in the configured folder as configured.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.argument("folder", required=False, type=_Folder(path_type=Path, file_okay=False))
def backup(config: Path, keep: int | None, as_json: bool, folder: Path | None) -> None:
    """Copy the archive into FOLDER, or into the configured one. It may be in use.

    The copy is verified before it gets its name, which holds the time. Older copies are removed only then,
    and only if it is whole. Rows that aren't as they should be are named; the copy is kept, and the exit code
    is 1.
    """
    watch = load(config)
    if folder is None:
        folder = watch.backups.folder
        keep = keep or watch.backups.keep
    if folder is None:
        raise click.UsageError(
            f'{config}: say where to: presswatch backup FOLDER, or [archive] backups = {{ folder = "…" }}'
        )
    made = back_up(watch.archive, folder.resolve(), utc_now(), keep=keep)
    if as_json:
        removed = [str(path) for path in made.removed]
        plain = {"path": str(made.path), "size": made.size, "releases": made.releases, "removed": removed}
        plain["findings"] = [asdict(one) for one in made.findings]
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        _print(made, keep)
    if made.findings:
        sys.exit(1)


def _print(made: Backup, keep: int | None) -> None:
    verified = "not whole" if made.findings else "verified"
    click.echo(f"{made.path}: {count(made.releases, 'release')}, {size(made.size)}, {verified}")
    name_findings(made.findings, "The copy was made all the same, and no older one was removed.")
    for old in made.removed:
        click.echo(
            f"removed {old.name}: {count(keep or 0, 'newer one')} {'is' if keep == 1 else 'are'} there"
        )
