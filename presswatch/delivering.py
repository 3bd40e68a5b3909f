"""From what subscriptions are owed to digests that are sent: frozen first, then handed over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from presswatch.cycle import Sent
from presswatch.digests.compose import compose
from presswatch.digests.delivery import Delivery, Notifier, Send, parts_for, session_of
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
    def seen_since(self, subscription: Subscription, since: datetime) -> list[Owed]: ...
    def store_once(self, parts: Sequence[Digest], recipients: Sequence[tuple[str, str]]) -> None: ...
    def pending(self, now: datetime) -> list[tuple[Delivery, int]]: ...
    def count_pending(self) -> int: ...
    def note_accepted(self, delivery: Delivery, said: str, now: datetime) -> None: ...
    def note_delayed(
        self, delivery: Delivery, said: str, now: datetime, until: datetime, *, all_of_channel: bool
    ) -> None: ...
    def note_refused(self, delivery: Delivery, said: str, now: datetime) -> None: ...


def deliver(watch: Watch, archive: Outbox, notifiers: Mapping[str, Notifier], *, clock: Clock) -> Sent:
    """Freeze the digests that are due, then send every delivery whose time has come."""
    for subscription in watch.subscriptions:
        planned, told_last = archive.planned(subscription), archive.told_last(subscription)
        moments = moments_due(subscription, planned, clock(), told_last)
        if moments:
            digest, told, upto = draft(watch, archive, subscription, clock())
            digest = replace(digest, moments=moments)
            archive.freeze(
                digest,
                told,
                _recipients(subscription),
                upto,
                even_empty=subscription.send_empty,
                parts=parts_for(digest, notifiers.get(subscription.channel)),
            )
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
    archive.store_once(parts_for(digest, notifiers.get(subscription.channel)), whom)
    return digest, _send_pending(archive, notifiers, clock)


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
        weeks=archive.weeks(subscription, told, now),
        timezone=subscription.timezone.key,
    )
    return digest, told, upto


def _recipients(subscription: Subscription) -> list[tuple[str, str]]:
    """(channel, recipient) pairs; a channel that needs no recipients is its own only one."""
    channel = subscription.channel
    return [(channel, recipient) for recipient in subscription.recipients or (channel,)]


def _send_pending(archive: Outbox, notifiers: Mapping[str, Notifier], clock: Clock) -> Sent:
    """Send what is due, channel by channel; what became of each is noted before the next is sent."""
    due: dict[str, list[tuple[Delivery, int]]] = {}
    for delivery, attempts in archive.pending(clock()):
        due.setdefault(delivery.channel, []).append((delivery, attempts))
    sent = failed = 0
    troubles: list[str] = []
    for channel, deliveries in due.items():
        with _sending(channel, notifiers.get(channel)) as send:
            for delivery, attempts in deliveries:
                whom = f"{delivery.subscription} to {delivery.recipient}"
                try:
                    said = _send(send, delivery)
                except DeliveryError as error:
                    if _note_failure(archive, delivery, attempts + 1, error, clock()):
                        troubles.append(f"{whom}: will be tried again: {error.said}")
                    else:
                        failed += 1
                        troubles.append(f"{whom}: given up: {error.said}")
                    if error.unreachable:
                        break  # the others stay due: a dead server must not cost a time-out for each
                else:
                    archive.note_accepted(delivery, said, clock())
                    sent += 1
    return Sent(sent, archive.count_pending(), failed, tuple(troubles))


def _note_failure(
    archive: Outbox, delivery: Delivery, attempts: int, error: DeliveryError, now: datetime
) -> bool:
    """Note that a delivery was not accepted; whether it will be tried again."""
    until = None
    if not error.permanent:
        until = next_attempt(delivery.digest.created, attempts, now, error.retry_after)
    if until is None:
        archive.note_refused(delivery, error.said, now)
        return False
    archive.note_delayed(delivery, error.said, now, until, all_of_channel=error.retry_after is not None)
    return True


@contextmanager
def _sending(channel: str, notifier: Notifier | None) -> Iterator[Send]:
    """A channel's session. It is opened for the first delivery, whose failure it is if it cannot be; by its
    end everything is noted, so what goes wrong there changes nothing.
    """
    sessions = ExitStack()
    opened: list[Send] = []

    def send(delivery: Delivery) -> str:
        if notifier is None:
            raise DeliveryError(f"the channel {channel} is not in the configuration", permanent=False)
        if not opened:
            opened.append(sessions.enter_context(session_of(notifier)))
        return opened[0](delivery)

    try:
        yield send
    finally:
        try:
            sessions.close()
        except Exception:
            log.exception("the session of the channel %s ended in a way not expected", channel)


def _send(send: Send, delivery: Delivery) -> str:
    try:
        return send(delivery)
    except DeliveryError:
        raise
    except Exception as error:
        log.exception("sending %s failed in a way that Presswatch did not expect", delivery.identity)
        raise DeliveryError(f"unexpected: {type(error).__name__}: {error}", permanent=False) from error
