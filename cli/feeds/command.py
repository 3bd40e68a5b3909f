"""The group ``presswatch feeds``."""

from __future__ import annotations

import click

from cli.feeds.add import add
from cli.feeds.check import check
from cli.feeds.list import list_feeds
from cli.feeds.opml import export_opml, import_opml
from cli.lists import ListsByDefault


@click.group(
    cls=ListsByDefault,
    commands=[list_feeds, check, add, import_opml, export_opml],
)
def feeds() -> None:
    """See how the watched newsrooms fare, and find more.

    Without a command: `presswatch feeds list`.
    """
