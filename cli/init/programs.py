"""Programs to choose from: the dictionary that ships, and names of the user's own."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources

from cli.init.toml import toml
from config.checks import check_line, check_term
from config.edit import one_line
from config.mistake import Mistake

_NEAR = 0.8  # of 1, of difflib: a letter or two are wrong
_OWN = """\
[[programs]]
id = {id}
name = {name}
# These always mean it, in upper or lower case. A name that may also mean something else goes into
# `ambiguous_terms`, with words of `context` that are evidence.
terms = [{name}]
# ambiguous_terms = []
# context = []
"""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A program of the dictionary; ``text`` is its table as it stands there, comments included."""

    id: str
    name: str
    text: str


def dictionary() -> list[Shipped]:
    """The programs that ship, in their order."""
    text = resources.files("config").joinpath("programs.toml").read_text(encoding="utf-8")
    return list(_tables(text))


def _tables(text: str) -> Iterator[Shipped]:
    for part in text.split("\n[[programs]]\n")[1:]:
        lines = part.rstrip().split("\n")
        while lines[-1].startswith("#") or not lines[-1]:  # the heading of the next ones
            lines.pop()
        table = "\n".join(["[[programs]]", *lines, ""])
        (program,) = tomllib.loads(table)["programs"]
        yield Shipped(program["id"], program["name"], table)


def choose(typed: Sequence[str], shipped: Sequence[Shipped]) -> tuple[str, ...]:
    """The tables of the programs that ``typed`` names: by number, id or name of the dictionary, else a new
    program of that name, which is also its only term. ``all`` stands for the whole dictionary.

    Raises :class:`config.mistake.Mistake` where there is none, or a name that can be no term.
    """
    chosen: dict[str, str] = {}
    for text in filter(None, map(one_line, typed)):
        if text.casefold() == "all":
            chosen |= {program.id: program.text for program in shipped}
            continue
        program = _found(text, shipped) or _own(text, chosen)
        chosen[program.id] = program.text
    if not chosen:
        raise Mistake("names no program.")
    return tuple(chosen.values())


def new_programs(typed: Sequence[str], shipped: Sequence[Shipped]) -> dict[str, str]:
    """The names among ``typed`` that :func:`choose` takes for new programs, each with the name of the one in
    the dictionary that it may be a slip of the pen for; empty if there is none.
    """
    named = {name.casefold(): one.name for one in shipped for name in (one.id, one.name)}
    new = {}
    for text in filter(None, map(one_line, typed)):
        if text.casefold() != "all" and _found(text, shipped) is None:
            near = get_close_matches(text.casefold(), named, n=1, cutoff=_NEAR)
            new[text] = named[near[0]] if near else ""
    return new


def _found(text: str, shipped: Sequence[Shipped]) -> Shipped | None:
    if text.isascii() and text.isdigit() and len(text) <= 3:
        if not 1 <= int(text) <= len(shipped):
            raise Mistake(f"there is no number {text}.", f"The last is {len(shipped)}.")
        return shipped[int(text) - 1]
    wanted = text.casefold()
    return next((one for one in shipped if wanted in {one.id, one.name.casefold()}), None)


def _own(name: str, taken: dict[str, str]) -> Shipped:
    check_term(check_line(name))
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "program"
    program_id, number = stem, 1
    while program_id in taken and toml(name) not in taken[program_id]:
        number += 1
        program_id = f"{stem}-{number}"
    return Shipped(program_id, name, _OWN.format(id=toml(program_id), name=toml(name)))
