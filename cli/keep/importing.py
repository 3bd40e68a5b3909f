"""``presswatch import``: bring old releases into the archive."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click

from cli.feeds.words import count
from cli.ignored import about_ignored
from cli.options import config_option
from cli.waiting import locked, wait_option
from config.loader import load
from notifiers.looks.plain import line
from presswatch.times import utc_now
from storage.archive import Archive
from storage.keeping.files import is_sqlite, must_be_file
from storage.keeping.imported import BadLine, Imported
from storage.keeping.importing import Added
from storage.keeping.lines import must_be_lines, read_lines
from storage.keeping.other_archive import read_archive

_MOST_NAMED = 20


@click.command("import")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@wait_option(600)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def import_(config: Path, as_json: bool, wait: float, file: Path) -> None:
    """Bring in the releases of FILE.

    It is another Presswatch archive, or has a JSON object in each line.

    An object has "publisher", "url" or "guid", "title", "text" or "html", and may have "published" and
    "language". Mentions are found, and nobody is told. A feed that shows one of them later shows nothing
    new, and importing twice adds nothing. Dates of which no use can be made are named. Nothing in FILE is
    trusted: each release is looked over as what a feed shows is. Exit code 1 if lines, or releases of an
    archive, were bad; all others are imported.
    """
    watch = load(config)
    must_be_file(file, "an archive, or a file of JSON lines")
    if watch.archive.exists() and file.samefile(watch.archive):
        raise click.UsageError(f"{file}: this is the archive itself; name another one")
    of_archive = is_sqlite(file)
    if not of_archive:
        must_be_lines(file)
    now = utc_now()
    bad: list[BadLine] = []
    doubts: list[BadLine] = []
    ignored: Counter[str] = Counter()
    total = Added()
    with locked(watch.archive, wait), Archive(watch.archive) as archive:
        if of_archive:
            found: Iterable[Imported | BadLine] = read_archive(file, watch.archive.parent)
        else:
            found = read_lines(file, now, ignored)
        for added in archive.import_releases(_good(found, bad, doubts), watch, now, source=file.name):
            total += added
    _print(total, bad, doubts, ignored, as_json=as_json, place="release" if of_archive else "line")
    if bad:
        sys.exit(1)


def _good(
    found: Iterable[Imported | BadLine], bad: list[BadLine], doubts: list[BadLine]
) -> Iterator[Imported]:
    for one in found:
        if isinstance(one, BadLine):
            bad.append(one)
            continue
        if one.doubt:
            doubts.append(BadLine(one.line, one.doubt))
        yield one


def _print(
    total: Added,
    bad: list[BadLine],
    doubts: list[BadLine],
    ignored: Counter[str],
    *,
    as_json: bool,
    place: str,
) -> None:
    if as_json:
        plain = {
            "new": total.new,
            "mentions": total.mentions,
            "known": total.known,
            "otherwise": total.otherwise,
            "merged": [asdict(one) for one in total.merged],
            "bad": [{"line": one.number, "what": one.what} for one in bad],
            "doubts": [{"line": one.number, "what": one.what} for one in doubts],
            "ignored": dict(ignored),
        }
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    click.echo(f"{count(total.new, 'release')} added with {count(total.mentions, 'mention')}; nobody is told")
    if total.known:
        click.echo(f"{count(total.known, 'release')} known before")
    if total.otherwise:
        click.echo(f"  {total.otherwise} of them in other words than the archive's, which stand")
    for one in total.merged[:_MOST_NAMED]:
        where = f"{place} {one.line}: " if one.line else ""
        click.echo(f"  {where}{line(one.url)} is known as release {one.release_id}, {line(one.known_url)}")
    if len(total.merged) > _MOST_NAMED:
        click.echo(f"  and {len(total.merged) - _MOST_NAMED} more of another address; --json has all")
    for said in about_ignored(ignored):
        click.echo(said)
    _name(doubts, "doubts", "yellow", place)
    _name(bad, f"bad {place}s", "red", place)
    if bad:
        click.echo(f"{count(len(bad), place)} not imported: mend them, and import the file again")


def _name(lines: list[BadLine], what: str, colour: str, place: str) -> None:
    for one in lines[:_MOST_NAMED]:
        click.secho(f"{place} {one.number}: {line(one.what)}", fg=colour, err=True)
    if len(lines) > _MOST_NAMED:
        click.secho(f"and {len(lines) - _MOST_NAMED} more {what}; --json has all", fg=colour, err=True)
