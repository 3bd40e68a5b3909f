"""The group ``presswatch feeds``."""

from __future__ import annotations

import click

from cli.feeds.add import add
from cli.feeds.check import check
from cli.feeds.list import list_feeds
from cli.feeds.opml import export_opml, import_opml


class _ListByDefault(click.Group):
    """A group that lists when no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_ListByDefault,
    commands=[list_feeds, check, add, import_opml, export_opml],
)
def feeds() -> None:
    """See how the watched newsrooms fare, and find more.

    Without a command: `presswatch feeds list`.
    """
