"""From what subscriptions are owed to digests that are sent: frozen first, then handed over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from presswatch.cycle import Sent
from presswatch.digests.compose import compose
from presswatch.digests.delivery import Due, Notifier, parts_for
from presswatch.digests.health import FeedTurn, HealthChange, needs_a_digest, turns
from presswatch.digests.model import Coverage, Digest, LaterPublishers
from presswatch.digests.owed import Owed, Position
from presswatch.digests.schedule import is_quiet, moments_due
from presswatch.errors import ArchiveError
from presswatch.sending import Ledger, send_all
from presswatch.watch import Subscription, Watch

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class Outbox(Ledger, Protocol):
    """What delivering needs of the archive (:class:`storage.archive.Archive`)."""

    def previous_run(self) -> datetime | None: ...
    def planned(self, subscription: Subscription) -> datetime: ...
    def told_last(self, subscription: Subscription) -> datetime | None: ...
    def owed(self, subscription: Subscription) -> tuple[list[Owed], Position]: ...
    def later_publishers(
        self, subscription: Subscription, told: Sequence[Owed], now: datetime
    ) -> list[LaterPublishers]: ...
    def weeks(
        self, subscription: Subscription, told: Sequence[Owed], now: datetime
    ) -> dict[str, tuple[int, ...]]: ...
    def health_changes(self, subscription: Subscription) -> list[HealthChange]: ...
    def coverage(self, subscription: Subscription | None = None) -> Coverage: ...
    def freeze(
        self,
        digest: Digest,
        told: Sequence[Owed],
        recipients: Sequence[tuple[str, str]],
        upto: Position,
        *,
        even_empty: bool = False,
        parts: Sequence[Digest] = (),
    ) -> bool: ...
    def pass_by(self, subscription: Subscription, upto: Position, now: datetime) -> None: ...
    def seen_since(self, subscription: Subscription, since: datetime) -> list[Owed]: ...
    def store_once(self, parts: Sequence[Digest], recipients: Sequence[tuple[str, str]]) -> None: ...
    def pending(self, now: datetime) -> list[Due]: ...


def deliver(
    watch: Watch,
    archive: Outbox,
    notifiers: Mapping[str, Notifier],
    *,
    clock: Clock,
    before_reading: bool = False,
    not_yet: Collection[str] = (),
) -> Sent:
    """Freeze the digests that are due, then send every delivery whose time has come.

    ``before_reading`` freezes only what was due at the run before and was not frozen then, since that broke
    off, so that whatever becomes of the reading it goes out first; a digest whose time has come since then
    waits for what the reading finds. After a run that went well there is nothing to do. Of the subscriptions
    in ``not_yet``, by their ids, no digest is frozen.

    What the archive cannot store is not sent. The others are sent all the same; then
    :class:`presswatch.errors.ArchiveError` is raised.
    """
    failures: list[ArchiveError] = []
    previous = archive.previous_run()
    for subscription in watch.subscriptions:
        if subscription.id in not_yet:
            continue
        try:
            if not before_reading:
                _freeze_if_due(watch, archive, notifiers, subscription, clock())
            elif previous and archive.planned(subscription) < previous:
                _freeze_if_due(watch, archive, notifiers, subscription, clock(), was_due=previous)
        except ArchiveError as error:
            log.warning("the digest of %s was not made: %s", subscription.id, error)
            failures.append(error)
    sent = _send_pending(watch, archive, notifiers, clock, failures)
    if failures:
        raise failures[0]
    return sent


def _freeze_if_due(
    watch: Watch,
    archive: Outbox,
    notifiers: Mapping[str, Notifier],
    subscription: Subscription,
    now: datetime,
    *,
    was_due: datetime | None = None,
) -> None:
    """Freeze the subscription's digest, if one is due now; and was so at ``was_due``, if that is given."""
    planned, told_last = archive.planned(subscription), archive.told_last(subscription)
    moments = moments_due(subscription, planned, now, told_last)
    if was_due is not None:
        moments = min(moments, moments_due(subscription, planned, was_due, told_last))
    if not moments:
        return
    found = _owed_now(archive, subscription, now)
    if not (found.told or found.turned or subscription.send_empty):
        archive.pass_by(subscription, found.upto, now)
        return
    digest = replace(_digest_of(watch, archive, subscription, found, now), moments=moments)
    archive.freeze(
        digest,
        found.told,
        subscription.addresses,
        found.upto,
        even_empty=subscription.send_empty,
        parts=parts_for(digest, notifiers.get(subscription.channel)),
    )


def send_once(
    watch: Watch,
    archive: Outbox,
    notifiers: Mapping[str, Notifier],
    subscription: Subscription,
    since: datetime,
    *,
    recipients: Sequence[str] = (),
    clock: Clock,
) -> tuple[Digest, Sent]:
    """Send a digest of all that was first seen since then, told before or not, to the subscription's
    recipients or to others; and whatever else is due. What the subscription is owed stays as it is.
    """
    digest = draft_since(watch, archive, subscription, since, clock())
    whom = [(subscription.channel, recipient) for recipient in recipients] or subscription.addresses
    archive.store_once(parts_for(digest, notifiers.get(subscription.channel)), whom)
    failures: list[ArchiveError] = []
    sent = _send_pending(watch, archive, notifiers, clock, failures)
    if failures:
        raise failures[0]
    return digest, sent


def draft_since(
    watch: Watch, archive: Outbox, subscription: Subscription, since: datetime, now: datetime
) -> Digest:
    """The digest of all that was first seen since then, told before or not."""
    owed = archive.seen_since(subscription, since)
    return compose(
        subscription=subscription.id,
        owed=owed,
        names={program.id: program.name for program in watch.programs},
        coverage=archive.coverage(),
        since=since,
        now=now,
        weeks=archive.weeks(subscription, owed, now),
        timezone=subscription.timezone.key,
    )


def draft(
    watch: Watch, archive: Outbox, subscription: Subscription, now: datetime
) -> tuple[Digest, list[Owed], Position]:
    """The digest that the subscription is owed at present, what it tells, and up to where."""
    found = _owed_now(archive, subscription, now)
    return _digest_of(watch, archive, subscription, found, now), found.told, found.upto


@dataclass(frozen=True, slots=True)
class _ToTell:
    """What a subscription is to be told: releases, and feeds that ``turned``; and up to where that is."""

    told: list[Owed]
    turned: tuple[FeedTurn, ...]
    upto: Position


def _owed_now(archive: Outbox, subscription: Subscription, now: datetime) -> _ToTell:
    owed, upto = archive.owed(subscription)
    told = [one for one in owed if one.not_before is None or one.not_before <= now]
    turned = turns(archive.health_changes(subscription)) if subscription.health else ()
    if not told and not needs_a_digest(subscription, turned, now):
        turned = ()
    return _ToTell(told, turned, upto)


def _digest_of(
    watch: Watch, archive: Outbox, subscription: Subscription, found: _ToTell, now: datetime
) -> Digest:
    told, turned = found.told, found.turned
    return compose(
        subscription=subscription.id,
        owed=told,
        names={program.id: program.name for program in watch.programs},
        coverage=replace(archive.coverage(subscription), turned=turned),
        since=archive.planned(subscription),
        now=now,
        also=archive.later_publishers(subscription, told, now) if told or turned else (),
        weeks=archive.weeks(subscription, told, now),
        timezone=subscription.timezone.key,
    )


def _send_pending(
    watch: Watch,
    archive: Outbox,
    notifiers: Mapping[str, Notifier],
    clock: Clock,
    failures: list[ArchiveError],
) -> Sent:
    """Send what is due. What waits for the end of its subscription's quiet hours is not, unless a person had
    it sent.
    """
    quiet = {one.id for one in watch.subscriptions if is_quiet(one, clock())}
    due = [one for one in archive.pending(clock()) if one.once or one.delivery.subscription not in quiet]
    waits = {channel.id: getattr(channel.options, "timeout", 0) for channel in watch.channels}
    return send_all(archive, due, notifiers, clock=clock, waits=waits, failures=failures)
