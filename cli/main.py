"""The command ``presswatch``: a table of commands, each loaded when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from cli.encoding import NAME, escape_unencodable
from cli.terminal import guard_streams
from config.mistake import did_you_mean
from presswatch import __version__
from presswatch.errors import ConfigError, PresswatchError, UnknownDelivery
from storage.looking.query import QueryError
from storage.unusable import UnusableArchive

COMMANDS = {
    "demo": "cli.demo.command:demo",
    "init": "cli.init.command:init",
    "check": "cli.check:check",
    "doctor": "cli.doctor.command:doctor",
    "status": "cli.status:status",
    "run": "cli.run:run",
    "serve": "cli.serve:serve",
    "match": "cli.match:match",
    "search": "cli.search:search",
    "show": "cli.show:show",
    "cite": "cli.cite:cite",
    "export": "cli.export:export",
    "browse": "cli.browse:browse",
    "chart": "cli.chart:chart",
    "digest": "cli.digest:digest",
    "deliveries": "cli.deliveries:deliveries",
    "channels": "cli.channels:channels",
    "feeds": "cli.feeds.command:feeds",
    "programs": "cli.programs:programs",
    "rematch": "cli.programs:rematch",
    "backup": "cli.keep.backup:backup",
    "restore": "cli.keep.restore:restore",
    "verify": "cli.keep.verify:verify",
    "prune": "cli.keep.prune:prune",
    "import": "cli.keep.importing:import_",
}


class Commands(click.Group):
    """A group whose commands are imported when needed, and whose errors are for people."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and with the nearest name for one that is no command."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f'No such command "{name}". {did_you_mean(name, COMMANDS, few=0)}'.rstrip())
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="presswatch")
def presswatch() -> None:
    """Watch press-release feeds for the programs you follow.

    Presswatch reads the newsrooms in its configuration, finds each new release that mentions a
    watched program, tells you once, and keeps everything it read in a SQLite archive.

    \b
    presswatch demo      see it work on a sample newsroom
    presswatch init      set up a watch of your own, by a few questions
    presswatch check     see what your configuration watches
    presswatch run       read what is due, once
    presswatch serve     keep watching
    presswatch status    see at a glance how it stands; for monitors too
    presswatch doctor    find out what is broken, and what to do about it
    presswatch browse    look around in the archive with a browser
    presswatch search    find releases; show, cite and export say more
    presswatch feeds     see how the newsrooms fare, find and add more
    presswatch deliveries  see what was sent, and what is still owed
    presswatch backup    copy the archive; restore, verify, prune and import keep it
    """


def main() -> None:
    """The entry point. Exit codes: 0 done, 1 something failed, 2 a mistake in configuration or call."""
    os.umask(0o077)  # what is made is for its owner, whatever the login says
    escape_unencodable()
    guard_streams(NAME)
    try:
        presswatch.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except ConfigError as error:
        for problem in error.problems:
            click.secho(str(problem), fg="red", err=True)
        sys.exit(2)
    except PresswatchError as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(2 if isinstance(error, QueryError | UnusableArchive | UnknownDelivery) else 1)
    except BrokenPipeError:
        # Whoever read our output (head, less) has seen enough.
        _write_no_more()
        sys.exit(0)
    except OSError as error:
        where = error.filename or "reading or writing failed"
        click.secho(f"{where}: {error.strerror or error}", fg="red", err=True)
        _write_no_more()
        sys.exit(1)


def _write_no_more() -> None:
    """Python flushes what is left when it ends, which would fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
