"""``presswatch cite``: a release as a reference."""

from __future__ import annotations

from pathlib import Path

import click

from cli.looking.citing import Citation, as_bibtex, as_csl, as_text
from cli.looking.safe import json_text
from cli.options import config_option
from config.loader import load
from storage.archive import Archive


@click.command()
@config_option
@click.option(
    "--form",
    type=click.Choice(["text", "bibtex", "csl-json"]),
    default="text",
    show_default=True,
    help="A line, a BibTeX entry, or CSL-JSON, which Zotero and Pandoc read.",
)
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE...")
def cite(config: Path, form: str, releases: tuple[str, ...]) -> None:
    """Cite releases, each named by its number or its address.

    With publisher, title, date and address come the time when it was first seen here, and the SHA-256 of its
    title and text, by which anybody can prove what it said. Of a release that was edited, the revision is
    named, and when it was read.
    """
    with Archive(load(config).archive, read_only=True) as archive:
        ids = dict.fromkeys(archive.find_release(wanted) for wanted in releases)
        found = [archive.show_release(release_id) for release_id in ids]
    cited = [Citation.of(one.release, one.revisions) for one in found]
    if form == "csl-json":
        click.echo(json_text([as_csl(one) for one in cited], indent=2))
    elif form == "bibtex":
        click.echo("\n\n".join(map(as_bibtex, cited)))
    else:
        click.echo("\n".join(map(as_text, cited)))
