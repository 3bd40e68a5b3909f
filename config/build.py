"""From valid tables to the :class:`presswatch.watch.Watch` they describe."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.models import (
    ArchiveTable,
    BackupsTable,
    FeedTable,
    FetchTable,
    ProgramTable,
    RetentionTable,
    SelectorsTable,
    ServeTable,
    SubscriptionTable,
    WatchFile,
)
from presswatch import __version__
from presswatch.masking import BY_NAME, masked
from presswatch.matching.program import Program
from presswatch.watch import (
    Backups,
    Channel,
    Feed,
    FetchRules,
    Retention,
    Selectors,
    ServeRules,
    Subscription,
    Watch,
)


def build(files: list[tuple[Path, WatchFile]], channels: Iterable[Channel]) -> Watch:
    """The watch that the files describe together. The first is the main one."""
    tables = [table for _, table in files]
    source = files[0][0]
    archive_file, archive = next(
        ((file, table.archive) for file, table in files if table.archive), (source, ArchiveTable())
    )
    fetch = next((table.fetch for table in tables if table.fetch), FetchTable())
    serve = next((table.serve for table in tables if table.serve), ServeTable())
    return Watch(
        source=source.absolute(),
        archive=(archive_file.parent / archive.path).resolve(),
        fetch=_fetch_rules(fetch),
        feeds=tuple(_feed(feed, fetch) for table in tables for feed in table.feeds),
        programs=tuple(_program(program) for table in tables for program in table.programs),
        channels=tuple(channels),
        subscriptions=tuple(_subscription(each) for table in tables for each in table.subscriptions),
        serve=_serve_rules(serve),
        backups=_backups(archive.backups, archive_file.parent),
        retention=_retention(archive.retention),
        dask_address=fetch.dask_address,
    )


def _serve_rules(serve: ServeTable) -> ServeRules:
    return ServeRules(
        watch_every=serve.watch_every,
        deliver_every=serve.deliver_every,
        maintain_every=serve.maintain_every,
        alerts=serve.alerts or "",
        alert_recipients=tuple(serve.alert_recipients),
        heartbeat_url=serve.heartbeat_url or "",
        heartbeat_env=serve.heartbeat_env or "",
        dashboard_port=serve.dashboard_port,
    )


def _backups(backups: BackupsTable, place: Path) -> Backups:
    folder = None if backups.folder is None else (place / backups.folder).resolve()
    return Backups(folder=folder, keep=backups.keep)


def _retention(retention: RetentionTable) -> Retention:
    return Retention(
        keep=_limit(retention.keep),
        publishers=tuple((name, _limit(keep)) for name, keep in retention.publishers.items()),
    )


def _limit(keep: timedelta | str) -> timedelta | None:
    return keep if isinstance(keep, timedelta) else None


def _fetch_rules(fetch: FetchTable) -> FetchRules:
    contact = f"; +{fetch.contact}" if fetch.contact else ""
    return FetchRules(
        connections=fetch.connections,
        timeout=fetch.timeout.total_seconds(),
        total_timeout=fetch.total_timeout.total_seconds(),
        max_bytes=fetch.max_size_mb * 1_000_000,
        allow_private_addresses=fetch.allow_private_addresses,
        page_delay=fetch.page_delay.total_seconds(),
        host_delay=fetch.host_delay.total_seconds(),
        longest_cycle=fetch.longest_cycle.total_seconds(),
        user_agent=f"Presswatch/{__version__} (press-release monitor{contact})",
    )


def _feed(feed: FeedTable, fetch: FetchTable) -> Feed:
    since = fetch.announce_since if feed.announce_since is None else feed.announce_since
    address = (feed.url or "") if feed.url_env is None else os.environ.get(feed.url_env, "")
    name = masked(address) if feed.url_env is None else f"{BY_NAME}{feed.url_env}"
    return Feed(
        url=name,
        address=address if address != name else "",
        publisher=feed.publisher,
        tags=tuple(feed.tags),
        interval=fetch.interval if feed.interval is None else feed.interval,
        announce_since=since if isinstance(since, timedelta) else None,
        fulltext=feed.fulltext or fetch.fulltext,
        kind=feed.kind,
        selectors=_selectors(feed.selectors) if feed.selectors else None,
        only=feed.only,
    )


def _selectors(table: SelectorsTable) -> Selectors:
    return Selectors(
        item=table.item, link=table.link, title=table.title, date=table.date, summary=table.summary
    )


def _program(program: ProgramTable) -> Program:
    return Program(
        id=program.id,
        name=program.name,
        terms=tuple(program.terms),
        ambiguous_terms=tuple(program.ambiguous_terms),
        context=tuple(program.context),
        never=tuple(program.never),
        publishers=tuple(program.publishers),
        capitals_are_evidence=program.capitals_are_evidence,
        description=program.description,
    )


def _subscription(subscription: SubscriptionTable) -> Subscription:
    return Subscription(
        id=subscription.id,
        channel=subscription.channel,
        recipients=tuple(subscription.recipients),
        programs=tuple(subscription.programs),
        publishers=tuple(subscription.publishers),
        tags=tuple(subscription.tags),
        languages=tuple(subscription.languages),
        leave_out=tuple(subscription.leave_out),
        schedule=subscription.schedule,
        timezone=ZoneInfo(subscription.timezone),
        quiet_hours=subscription.quiet_hours,
        at_most_every=subscription.at_most_every,
        send_empty=subscription.empty == "send",
        health=subscription.health,
        formerly=subscription.formerly or "",
    )
