"""``presswatch verify``: is the archive whole?"""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from cli.feeds.words import count
from cli.options import config_option
from cli.waiting import locked, wait_option
from config.loader import load
from presswatch.times import utc_now
from storage.connection import may_be_written
from storage.keeping.accept import accept_damage
from storage.keeping.files import must_be_file
from storage.keeping.verify import Verification
from storage.keeping.verify import verify as look_over


@click.command()
@config_option
@click.option("--quick", is_flag=True, help="Only the file and its references, no text.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.option(
    "--accept",
    is_flag=True,
    help="Take the archive as it is now: what is wrong with rows stays noted in the table set_aside.",
)
@wait_option(600)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
def verify(config: Path, quick: bool, as_json: bool, accept: bool, wait: float, file: Path | None) -> None:
    """Look whether the archive, or FILE, a backup, is whole. Exit code 0 if so, 1 if not.

    Looked at are the file's pages, the references between tables, the search index, that each value can be
    read, that each row is as it was stored, each text's hash, and that each mention's words stand where it
    says. Nothing is changed, unless you --accept; a cycle waits meanwhile. Of a file that you may not write,
    a temporary copy is made, in which the index is looked at.
    """
    if accept and quick:
        raise click.UsageError("--accept looks at everything; leave out --quick")
    path = file or load(config).archive
    if accept:
        must_be_file(path, "the archive that is to be accepted")
        with locked(path, wait):
            accepted = accept_damage(path, utc_now())
        click.echo(f"{count(accepted, 'note')} accepted; the table set_aside keeps them", err=as_json)
    with nullcontext() if quick or file or not may_be_written(path) else locked(path, wait):
        found = look_over(path, quick=quick)
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False))
    else:
        _print(found)
    if not found.is_whole:
        sys.exit(1)


def _plain(found: Verification) -> dict[str, object]:
    return {
        "archive": str(found.archive),
        "whole": found.is_whole,
        "quick": found.quick,
        "releases": found.releases,
        "texts": found.texts,
        "from_pages": found.from_pages,
        "forgotten": found.forgotten,
        "findings": [{"check": one.check, "what": one.what} for one in found.findings],
    }


def _advice(found: Verification) -> list[str]:
    """How to mend it."""
    checks = {one.check for one in found.findings}
    if not found.can_be_used:
        return ["Keep the file as it is. `presswatch restore` puts a backup in its place."]
    if checks == {"search index"}:
        return ["`presswatch verify --accept` builds the search index anew; no text is lost."]
    return [
        "Every command goes on with all other rows. To mend these, put a backup that is whole in the",
        "archive's place (`presswatch restore`), which keeps this file beside it, and bring in what came",
        "since (`presswatch import`). If there is none, `presswatch verify --accept` takes the archive as it",
        "is now; the table set_aside keeps what was wrong.",
    ]


def _print(found: Verification) -> None:
    if not found.is_whole:
        click.secho(f"{found.archive}: not whole", fg="red")
        for one in found.findings:
            click.echo(f"  {one.check}: {one.what}")
        for advice in _advice(found):
            click.echo(advice)
        return
    click.echo(f"{found.archive}: whole")
    said = f"  {count(found.releases, 'release')}"
    if found.forgotten:
        said += f", {found.forgotten} of them without their text, by your retention"
    click.echo(said)
    if found.quick:
        click.echo("  texts, hashes and the search index were not looked at (--quick)")
        return
    click.echo(f"  {count(found.texts, 'text')} as the feeds gave them, by their hashes")
    if found.from_pages:
        click.echo(f"  {count(found.from_pages, 'text')} from the pages behind releases")
    click.echo("  every row is as Presswatch stored it, by its seals")
