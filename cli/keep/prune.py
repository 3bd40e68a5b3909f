"""``presswatch prune``: let go of old texts, as the retention says."""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path

import click

from cli.feeds.words import count
from cli.keep.words import size
from cli.options import config_option
from cli.waiting import locked, wait_option
from config.loader import load
from presswatch.times import utc_now
from presswatch.watch import Watch
from storage.archive import Archive
from storage.keeping.retention import Expired


@click.command()
@config_option
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--with-mentions", is_flag=True, help="Also releases that mention a program or were told.")
@click.option("--compact", is_flag=True, help="Then give the room back to the disk.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@wait_option(600)
def prune(
    config: Path, dry_run: bool, with_mentions: bool, compact: bool, as_json: bool, wait: float
) -> None:
    """Remove texts of releases older than the configured retention.

    Their titles, addresses, dates and hashes stay, so that a feed that still shows one shows nothing new.
    Releases that mention a program, or were told, stay whole unless you say otherwise.
    """
    watch = load(config)
    if not watch.retention.is_limited:
        raise click.UsageError(
            f'{config} keeps everything: say for how long, as in [archive] retention = {{ keep = "730d" }}'
        )
    now = utc_now()
    with locked(watch.archive, wait), Archive(watch.archive) as archive:
        _must_be_known(watch, archive)
        found = archive.expired(watch.retention, now, with_mentions=with_mentions)
        if not dry_run:
            for one in found:
                for _ in archive.forget(one.release_ids, now):
                    pass
            if compact:
                archive.compact()
    if as_json:
        click.echo(json.dumps(_plain(found, dry_run=dry_run), ensure_ascii=False))
    else:
        _print(found, dry_run=dry_run)


def _must_be_known(watch: Watch, archive: Archive) -> None:
    known = archive.publishers() | {feed.publisher for feed in watch.feeds}
    for name, _ in watch.retention.publishers:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise click.UsageError(
                f'{watch.source}: archive.retention.publishers: nobody is called "{name}", neither in the'
                f" archive nor among the feeds.{hint}"
            )


def _plain(found: list[Expired], *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "forgotten": sum(len(one.release_ids) for one in found),
        "bytes": sum(one.size for one in found),
        "publishers": [
            {
                "publisher": one.publisher,
                "forgotten": len(one.release_ids),
                "bytes": one.size,
                "in_use": one.in_use,
                "awaited": one.awaited,
            }
            for one in found
        ],
    }


def _print(found: list[Expired], *, dry_run: bool) -> None:
    for one in found:
        kept = f"; {one.in_use} kept, with mentions or told" if one.in_use else ""
        kept += f"; {one.awaited} kept, still to be read or told" if one.awaited else ""
        click.echo(f"{one.publisher}: {count(len(one.release_ids), 'text')}, {size(one.size)}{kept}")
    total = sum(len(one.release_ids) for one in found)
    verb = "would be removed" if dry_run else "removed"
    click.echo(f"{count(total, 'text')} {verb}, {size(sum(one.size for one in found))}")
