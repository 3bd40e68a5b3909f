"""``presswatch demo``: the main job, on a sample newsroom, without a network, an account or a server."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from cli.demo.folder import digests, make
from cli.demo.newsroom import load_newsroom
from cli.demo.server import serve_newsroom
from cli.demo.watch import demo_config
from cli.options import config_option, console
from cli.run import print_report, progress_bar
from cli.search import print_hits
from flows.cycle import in_threads, load_ready, run_once
from notifiers.looks.render import render
from presswatch.times import utc_now
from presswatch.watch import Watch
from storage.archive import Archive
from storage.looking.search import Filters

QUERY = '"secure communities" OR S-Comm NOT tenants'


@click.command()
@config_option
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-output"),
    show_default=True,
    help="Where the archive and the digests go; each demo makes these anew, and leaves other files alone.",
)
def demo(config: Path, folder: Path) -> None:
    """See it work on a sample newsroom. No network, account or server of yours is needed.

    A local web server publishes the feeds of seven invented organisations. Presswatch reads them, the
    newsroom publishes more, Presswatch reads again and tells only what is new. The configuration is only
    named in the commands to go on with.
    """
    make(folder)
    out = console()
    command = _command()
    newsroom = load_newsroom()
    with serve_newsroom(newsroom, utc_now()) as server:
        sample = demo_config(folder, server)
        watch = load_ready(sample)
        out.print(Rule("The sample newsroom", align="left"))
        organisations = len(newsroom.organisations)
        out.print(f"{organisations} organisations publish their feeds, by a web server on this machine.\n")
        out.print(Rule("Presswatch runs for the first time", align="left"))
        _run(watch, out)
        server.publish_more()
        out.print(Rule("The newsroom has published more; Presswatch runs again", align="left"))
        _run(watch, out)
    with Archive(watch.archive, read_only=True) as archive:
        digest = archive.newest_digest("demo")
        if digest:
            out.print(Rule("The digest of the second run", align="left"))
            out.print(_marked(render(digest).text))
        out.print(Rule("The same digests, as files", align="left"))
        for file in digests(folder):
            out.print(f"  {file}", markup=False, soft_wrap=True)
        out.print()
        out.print(Rule("The archive, asked", align="left"))
        out.print(f"$ {command} search -c {sample} '{QUERY}'\n", markup=False, soft_wrap=True)
        print_hits(archive.search(QUERY, Filters(), limit=3), out, 3)
    out.print()
    out.print(Rule("To go on", align="left"))
    out.print(f"  {command} check -c {config}    what it watches", markup=False)
    out.print(f"  {command} run -c {config}      read those newsrooms, once", markup=False)


def _command() -> str:
    """How the user can call us: by name, or by the path that was used."""
    return "presswatch" if shutil.which("presswatch") else os.path.relpath(sys.argv[0])


def _run(watch: Watch, out: Console) -> None:
    with progress_bar() as on_progress:
        report = run_once(watch, in_threads, on_progress=on_progress)
    print_report(report, out)
    out.print()


def _marked(text: str) -> Text:
    """The digest's text, with what it marks by asterisks in colour."""
    marked = Text()
    for place, piece in enumerate(re.split(r"\*\*(.+?)\*\*", text)):
        marked.append(piece, style="black on yellow" if place % 2 else None)
    return marked
