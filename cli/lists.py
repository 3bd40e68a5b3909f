"""Groups of commands that list when none is named."""

from __future__ import annotations

import click


class ListsByDefault(click.Group):
    """Without a command, ``list`` is meant; its options may follow the group's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)
