"""From what subscriptions are owed to digests that are sent: frozen first, then handed over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from presswatch.cycle import Sent
from presswatch.digests.compose import compose
from presswatch.digests.delivery import Delivery, Notifier
from presswatch.digests.health import HealthChange, needs_a_digest, turns
from presswatch.digests.model import Coverage, Digest, LaterPublishers
from presswatch.digests.owed import Owed, Position
from presswatch.digests.retry import next_attempt
from presswatch.digests.schedule import moments_due
from presswatch.errors import DeliveryError
from presswatch.watch import Subscription, Watch

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class Outbox(Protocol):
    """What delivering needs of the archive (:class:`storage.archive.Archive`)."""

    def planned(self, subscription: Subscription) -> datetime: ...
    def told_last(self, subscription: Subscription) -> datetime | None: ...
    def owed(self, subscription: Subscription) -> tuple[list[Owed], Position]: ...
    def later_publishers(
        self, subscription: Subscription, told: Sequence[Owed], now: datetime
    ) -> list[LaterPublishers]: ...
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
    ) -> bool: ...
    def seen_since(self, subscription: Subscription, since: datetime) -> list[Owed]: ...
    def store_once(self, digest: Digest, recipients: Sequence[tuple[str, str]]) -> None: ...
    def pending(self, now: datetime) -> list[tuple[Delivery, int]]: ...
    def count_pending(self) -> int: ...
    def note_accepted(self, delivery: Delivery, said: str, now: datetime) -> None: ...
    def note_delayed(self, delivery: Delivery, said: str, now: datetime, until: datetime) -> None: ...
    def note_refused(self, delivery: Delivery, said: str, now: datetime) -> None: ...


def deliver(watch: Watch, archive: Outbox, notifiers: Mapping[str, Notifier], *, clock: Clock) -> Sent:
    """Freeze the digests that are due, then send every delivery whose time has come."""
    for subscription in watch.subscriptions:
        planned, told_last = archive.planned(subscription), archive.told_last(subscription)
        moments = moments_due(subscription, planned, clock(), told_last)
        if moments:
            digest, told, upto = draft(watch, archive, subscription, clock())
            digest = replace(digest, moments=moments)
            archive.freeze(digest, told, _recipients(subscription), upto, even_empty=subscription.send_empty)
    return _send_pending(archive, notifiers, clock)


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
    whom = [(subscription.channel, recipient) for recipient in recipients] or _recipients(subscription)
    archive.store_once(digest, whom)
    return digest, _send_pending(archive, notifiers, clock)


def draft_since(
    watch: Watch, archive: Outbox, subscription: Subscription, since: datetime, now: datetime
) -> Digest:
    """The digest of all that was first seen since then, told before or not."""
    return compose(
        subscription=subscription.id,
        owed=archive.seen_since(subscription, since),
        names={program.id: program.name for program in watch.programs},
        coverage=archive.coverage(),
        since=since,
        now=now,
    )


def draft(
    watch: Watch, archive: Outbox, subscription: Subscription, now: datetime
) -> tuple[Digest, list[Owed], Position]:
    """The digest that the subscription is owed at present, what it tells, and up to where."""
    owed, upto = archive.owed(subscription)
    told = [one for one in owed if one.not_before is None or one.not_before <= now]
    turned = turns(archive.health_changes(subscription)) if subscription.health else ()
    if not told and not needs_a_digest(subscription, turned, now):
        turned = ()
    digest = compose(
        subscription=subscription.id,
        owed=told,
        names={program.id: program.name for program in watch.programs},
        coverage=replace(archive.coverage(subscription), turned=turned),
        since=archive.planned(subscription),
        now=now,
        also=archive.later_publishers(subscription, told, now) if told or turned else (),
    )
    return digest, told, upto


def _recipients(subscription: Subscription) -> list[tuple[str, str]]:
    """(channel, recipient) pairs; a channel that needs no recipients is its own only one."""
    channel = subscription.channel
    return [(channel, recipient) for recipient in subscription.recipients or (channel,)]


def _send_pending(archive: Outbox, notifiers: Mapping[str, Notifier], clock: Clock) -> Sent:
    sent = failed = 0
    troubles: list[str] = []
    unreachable: set[str] = set()
    for delivery, attempts in archive.pending(clock()):
        if delivery.channel in unreachable:
            continue  # it stays due; a dead server must not cost a time-out for each recipient
        whom = f"{delivery.subscription} to {delivery.recipient}"
        try:
            said = _send(notifiers, delivery)
        except DeliveryError as error:
            now = clock()
            if error.unreachable:
                unreachable.add(delivery.channel)
            until = None
            if not error.permanent:
                until = next_attempt(delivery.digest.created, attempts + 1, now)
            if until is None:
                archive.note_refused(delivery, error.said, now)
                failed += 1
                troubles.append(f"{whom}: given up: {error.said}")
            else:
                archive.note_delayed(delivery, error.said, now, until)
                troubles.append(f"{whom}: will be tried again: {error.said}")
        else:
            archive.note_accepted(delivery, said, clock())
            sent += 1
    return Sent(sent, archive.count_pending(), failed, tuple(troubles))


def _send(notifiers: Mapping[str, Notifier], delivery: Delivery) -> str:
    notifier = notifiers.get(delivery.channel)
    if notifier is None:
        raise DeliveryError(f"the channel {delivery.channel} is not in the configuration", permanent=False)
    try:
        return notifier.send(delivery)
    except DeliveryError:
        raise
    except Exception as error:
        log.exception("sending %s failed in a way that Presswatch did not expect", delivery.identity)
        raise DeliveryError(f"unexpected: {type(error).__name__}: {error}", permanent=False) from error
