"""Newsrooms, by the address of their feed, their list of releases or their home page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.text import Text

from cli.console import SafeConsole
from cli.feeds.showing import doubts, showing_of
from cli.feeds.words import count, day
from cli.init.asking import Asker
from config.checks import check_url
from config.edit import NewFeed, one_line
from config.mistake import Mistake
from config.repeats import same_url
from presswatch.discovery import Candidate, Discovery, discover
from presswatch.times import utc_now
from presswatch.watch import FetchRules
from presswatch.web.addresses import PRIVATE_SETTING
from presswatch.web.session import open_session

_MOST = 5
"""How many of several are offered."""


def check_address(text: str) -> str:
    """The address in full; without a scheme it is taken for https. Raises :class:`config.mistake.Mistake`."""
    return check_url(text if "://" in text else f"https://{text}")


def find(address: str, rules: FetchRules, asker: Asker, out: Console) -> NewFeed:
    """The newsroom at the address, as it can be written into the configuration; what it shows is printed.

    Of several, the user chooses, or the best is taken. Raises :class:`config.mistake.Mistake` where there is
    none, with what was tried.
    """
    waiting = SafeConsole(stderr=True).status(f"Looking at {urlsplit(address).hostname} …")
    with waiting if sys.stderr.isatty() else nullcontext(), closing(open_session(rules)) as session:
        discovery = discover(session, address, rules)
    found = discovery.found[:_MOST]
    if not found:
        tried = "".join(f"\n  {_with_flag(one_line(each, longest=500))}" for each in discovery.problems)
        requests = count(discovery.asked, "request")
        raise Mistake(f"{address}: no newsroom was found, after {requests}.{tried}")
    if discovery.itself:
        _ask_for_another(address, discovery, asker)
    chosen = _chosen(found, asker, out)
    _show(chosen, out)
    name = one_line(chosen.title) or urlsplit(chosen.url).hostname or chosen.url
    return NewFeed(
        url=chosen.url, publisher=name, kind=chosen.kind, selectors=chosen.selectors, only=chosen.only
    )


def _with_flag(problem: str) -> str:
    """The problem, with the flag in place of the setting: there is no file yet to set it in."""
    return problem.replace(
        f"see {PRIVATE_SETTING}", "if you mean it, start again with --allow-private-addresses"
    )


def _ask_for_another(address: str, discovery: Discovery, asker: Asker) -> None:
    """Raises :class:`config.mistake.Mistake` unless a person wants what is elsewhere on the site."""
    elsewhere = discovery.found[0].url
    said = f"{address} itself answered: {one_line(discovery.itself, longest=200)}."
    if asker.silent:
        raise Mistake(said, f"Elsewhere on the site there is {elsewhere}: if you mean that, name it.")
    click.secho(said, fg="yellow", err=True)
    if not asker.confirm(f"Take {elsewhere}, which was found elsewhere on the site?", "--feed"):
        raise Mistake("Not taken.")


def without_repeats(feeds: Sequence[NewFeed]) -> tuple[NewFeed, ...]:
    """The feeds without those of an address that came before."""
    return tuple({same_url(feed.url): feed for feed in reversed(feeds)}.values())[::-1]


def ask_for_more(rules: FetchRules, asker: Asker, out: Console) -> list[NewFeed]:
    """Newsrooms whose addresses are typed, until nothing is; at least one."""
    feeds: list[NewFeed] = []
    while True:
        question = "Another address (or Enter, to go on)" if feeds else "Address"
        check = _address_or_none if feeds else _address
        address = asker.ask(question, "--feed", check, default="" if feeds else None)
        if not address:
            return feeds
        try:
            feeds.append(find(address, rules, asker, out))
        except Mistake as mistake:
            click.secho(str(mistake), fg="red", err=True)
            click.echo("Try the address of the page that lists the press releases.", err=True)


def _address(text: str) -> str:
    if not text:
        raise Mistake("type the address of a newsroom, such as www.example.org.", "Ctrl-C leaves.")
    return check_address(text)


def _address_or_none(text: str) -> str:
    return check_address(text) if text else ""


def _chosen(found: Sequence[Candidate], asker: Asker, out: Console) -> Candidate:
    if len(found) == 1:
        return found[0]
    for number, one in enumerate(found, 1):
        out.print(Text.assemble((f"  {number}  {one.kind}  ", "bold"), _line(one)))

    def number_of(text: str) -> int:
        if not (text.isdecimal() and 1 <= int(text) <= len(found)):
            raise Mistake(f"type a number from 1 to {len(found)}.")
        return int(text)

    return found[asker.ask("Which", "--yes", number_of, default="1") - 1]


def _line(one: Candidate) -> str:
    shown = showing_of(one.entries)
    newest = f", the newest of {day(shown.newest)}" if shown.newest else ""
    return f"{one_line(one.title) or 'without a title'}: {count(shown.items, 'item')}{newest}  {one.url}"


def _show(chosen: Candidate, out: Console) -> None:
    out.print(Text.assemble(("Found: ", "green"), _line(chosen), (f"  ({one_line(chosen.how)})", "dim")))
    for doubt in doubts(showing_of(chosen.entries), chosen.kind, utc_now()):
        out.print(Text(f"Mind: {doubt}.", style="yellow"))
