"""``presswatch init``: a watch of one's own, from nothing to its first digest."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cli.init.answers import Answers, Way
from cli.init.asking import Asker, given
from cli.init.newsrooms import ask_for_more, check_address, find, without_repeats
from cli.init.programs import Shipped, choose, dictionary, new_programs
from cli.init.trying import channel_works, first_run
from cli.init.way import KINDS, SECURITY, WayFlags, way_of
from cli.init.when import local_timezone, schedule_of
from cli.init.writing import NAME, text_of, watch_of, write_new
from cli.options import console
from config.checks import check_contact, check_timezone
from config.edit import NewFeed, one_line
from config.mistake import Mistake
from presswatch import __version__
from presswatch.watch import FetchRules


@click.command(short_help="Set up a watch of your own, by answering a few questions.")
@click.option("--feed", "feeds", multiple=True, metavar="ADDRESS", help="A newsroom. May be repeated.")
@click.option(
    "--program",
    "programs",
    multiple=True,
    metavar="NAME",
    help='A program: id or name of one that ships, "all" of them, or a name of yours. May be repeated.',
)
@click.option("--channel", "kind", type=click.Choice(KINDS), help="Where digests go.")
@click.option("--path", "folder", metavar="FOLDER", help="For files: into which folder.")
@click.option(
    "--to", "recipients", multiple=True, metavar="ADDRESS", help="For mail: to whom. May be repeated."
)
@click.option("--mail-server", "server", metavar="HOST[:PORT]", help="For mail: by which server.")
@click.option("--security", type=click.Choice(SECURITY), help="For mail: how its connection is protected.")
@click.option("--sender", metavar="ADDRESS", help="For mail: from whom.")
@click.option("--login/--no-login", default=None, help="For mail: whether the server wants a password.")
@click.option("--url", metavar="URL", help="For a webhook: the address to post to.")
@click.option("--signed/--not-signed", default=None, help="For a webhook: whether what is posted is signed.")
@click.option("--when", metavar="WHEN", help='"at-once", a time of day ("08:00") or a cron line.')
@click.option("--timezone", metavar="ZONE", help='Of the times: "America/New_York"; else this machine\'s.')
@click.option("--contact", metavar="ADDRESS", help="Yours, told to publishers with each request.")
@click.option("--allow-private-addresses", is_flag=True, help="Read newsrooms of your own network too.")
@click.option("--no-run", is_flag=True, help="Only write the file: send and read nothing more.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: what no flag says is the default.")
@click.argument(
    "folder_", metavar="[FOLDER]", type=click.Path(path_type=Path, file_okay=False), default=Path()
)
def init(
    feeds: tuple[str, ...],
    programs: tuple[str, ...],
    when: str | None,
    timezone: str | None,
    contact: str | None,
    allow_private_addresses: bool,
    no_run: bool,
    yes: bool,
    folder_: Path,
    **way: Any,
) -> None:
    """Set up a watch of your own: ask what to watch and whom to tell, and write FOLDER/watch.toml.

    Then the channel is tried with a test message, the newsrooms are read for the first time, and the digest
    of what they show is printed. What the flags say isn't asked. No secret is asked for or written: the file
    names the environment variables that hold them.

    A watch.toml that is there is never touched, and leaving by Ctrl-C before the end of the questions leaves
    nothing behind. Exit code 0 when all went well; 1 when the file was written and the channel refused the
    test, or no newsroom could be read; 2 for a mistake in the call, and then nothing is written.
    """
    path = folder_ / NAME
    if path.exists() or path.is_symlink():
        raise click.UsageError(f"{path} is there already; it is left as it is. Name another folder.")
    asker, out = Asker(silent=yes), console()
    rules = FetchRules(
        allow_private_addresses=allow_private_addresses,
        user_agent=f"Presswatch/{__version__} (press-release monitor)",
    )
    answers = Answers(
        feeds=_feeds(feeds, rules, asker, out),
        programs=_programs(programs, dictionary(), asker, out),
        way=way_of(WayFlags(**way), asker),
        schedule=given("--when", when, schedule_of)
        if when
        else asker.ask(
            'When: "at once", a time of day, or a cron line', "--when", schedule_of, default="08:00"
        ),
        timezone=given("--timezone", timezone, check_timezone)
        if timezone
        else asker.ask("In which time zone", "--timezone", check_timezone, default=local_timezone()),
        contact=_contact(contact, asker),
        allow_private_addresses=allow_private_addresses,
    )
    text = text_of(answers)
    watch = watch_of(path.absolute(), text)
    if not asker.confirm(f"Write {path}?", "--yes"):
        click.echo("Nothing was written.")
        sys.exit(1)
    try:
        write_new(path, text)
    except FileExistsError:
        raise click.UsageError(f"{path} is there already; it is left as it is.") from None
    out.print(Text.assemble(("Written: ", "green"), str(path)))
    missing = _missing(answers.way)
    went_well = True
    if missing:
        _say_secrets(missing, answers.way)
    elif not no_run:
        went_well = channel_works(watch)
    if not no_run and not missing:
        went_well = first_run(watch, out) and went_well
    _say_what_next(path, out)
    if not went_well:
        sys.exit(1)


def _feeds(addresses: Sequence[str], rules: FetchRules, asker: Asker, out: Console) -> tuple[NewFeed, ...]:
    if addresses:
        try:
            found = [find(given("--feed", each, check_address), rules, asker, out) for each in addresses]
        except Mistake as mistake:
            raise click.UsageError(f"{mistake}\nNothing was written.") from mistake
    else:
        if not asker.silent:
            click.echo(
                "Which newsrooms? The address of a feed, of a page of releases or of a home page.", err=True
            )
        found = ask_for_more(rules, asker, out)
    return without_repeats(found)


def _programs(
    names: Sequence[str], shipped: Sequence[Shipped], asker: Asker, out: Console
) -> tuple[str, ...]:
    def chosen(typed: Sequence[str]) -> tuple[str, ...]:
        tables = choose(typed, shipped)
        meant = [_meant(name, near, asker, out) for name, near in new_programs(typed, shipped).items()]
        return choose(_replaced(typed, dict(meant)), shipped) if meant else tables

    if names:
        return given("--program", "", lambda _: chosen(names))
    if not asker.silent:
        click.echo(
            "Which programs? These come with their terms; any other name is a program of yours.", err=True
        )
        for number, program in enumerate(shipped, 1):
            click.echo(f"{number:4}  {program.name}", err=True)
    return asker.ask(
        "Numbers or names, with commas between", "--program", lambda text: chosen(text.split(","))
    )


def _meant(name: str, near: str, asker: Asker, out: Console) -> tuple[str, str]:
    """What was typed, and what it means: the shipped program that is nearly called so, or itself."""
    if near and not asker.silent and asker.confirm(f"“{name}”: did you mean {near}?", "--yes"):
        return name, near
    doubt = f" (did you mean {near}?)" if near and asker.silent else ""
    out.print(Text(f"New program: {name}{doubt}", style="yellow" if doubt else ""))
    return name, name


def _replaced(typed: Sequence[str], meant: Mapping[str, str]) -> list[str]:
    return [meant.get(one_line(text), text) for text in typed]


def _contact(contact: str | None, asker: Asker) -> str:
    if contact:
        return given("--contact", contact, _check_contact)
    question = "Your address, told to publishers with each request (or Enter, for none)"
    return asker.ask(question, "--contact", _check_contact, default="")


def _check_contact(text: str) -> str:
    if not text:
        return ""
    return check_contact(f"mailto:{text}" if "@" in text and ":" not in text else text)


def _missing(way: Way) -> list[str]:
    return [name for name in way.secrets or {} if not os.environ.get(name)]


def _say_secrets(missing: Sequence[str], way: Way) -> None:
    click.echo("\nNot set yet, so nothing was sent or read:")
    for name in missing:
        click.echo(f"  {name}   {(way.secrets or {})[name]}")
    click.echo("Put them into a file that only you can read, presswatch.env, one NAME=value a line; then")
    click.echo("  set -a; . ./presswatch.env; set +a")


def _say_what_next(path: Path, out: Console) -> None:
    out.print()
    for command, what in (
        ("check", "what is watched"),
        ("channels test desk", "try the channel"),
        ("run", "read what is due, once"),
        ("serve", "keep watching"),
    ):
        out.print(Text(f"  presswatch {command} -c {path}".ljust(60) + f"  {what}"))
