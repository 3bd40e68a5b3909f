"""The reference of the commands: what ``--help`` says of each.

python -m cli.describing > docs/reference/commands.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from cli.main import presswatch

_WIDTH = 96
_HEAD = """<!-- Made by: python -m cli.describing > docs/reference/commands.md -->

# Every command

What `--help` says. Exit codes: 0 done, 1 something failed, 2 a mistake in the configuration or the call.
"""


def commands_page() -> str:
    """The page of the documentation, with each command and its subcommands in the order of the help."""
    return _HEAD + "".join(
        f"\n## {name}\n\n```text\n{help_text.rstrip()}\n```\n" for name, help_text in helps(presswatch)
    )


def helps(command: click.Command, outer: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """The name of the command (``presswatch feeds add``) and its help, then those of its subcommands."""
    name = command.name if outer else "presswatch"
    context = click.Context(
        command, parent=outer, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH
    )
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found and not found.hidden:
                yield from helps(found, context)


if __name__ == "__main__":
    sys.stdout.buffer.write(commands_page().encode())
