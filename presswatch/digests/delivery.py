"""A delivery: one digest owed to one recipient, and the seam through which it leaves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from presswatch.digests.model import Digest
from presswatch.digests.parts import in_parts


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest for one recipient.

    ``identity`` is made when the digest is frozen and never changes, however often it is sent: it is
    the webhook-id, and the left side of the Message-ID, by which a receiver can drop a repetition.
    """

    id: int
    identity: str
    subscription: str
    channel: str
    recipient: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose time has come, with the ``attempts`` so far, and how many of them are ``unanswered``:
    of these nothing could be noted but that they were begun. ``once`` marks what a person had sent.
    """

    delivery: Delivery
    created: datetime
    attempts: int = 0
    unanswered: int = 0
    once: bool = False


class Notifier(Protocol):
    """A way out. Each channel type has one, in a file of its own under ``notifiers``."""

    def send(self, delivery: Delivery) -> str:
        """Hand the delivery over, and return what the other side said when it accepted.

        Raises :class:`presswatch.errors.DeliveryError` when it was not accepted.
        """
        ...


Send = Callable[[Delivery], str]
"""Hands a delivery over, as :meth:`Notifier.send` does."""


@runtime_checkable
class HasSession(Protocol):
    """What a notifier may be besides: one that hands many deliveries over at less cost than each alone."""

    def session(self) -> AbstractContextManager[Send]:
        """A way to send several, one after the other, by one connection; it is closed at the end."""
        ...


@runtime_checkable
class HasRoom(Protocol):
    """What a notifier is besides, whose messages hold only so much."""

    def fits(self, digest: Digest) -> bool:
        """Whether one message shows each entry of the digest, by its title at least."""
        ...


def parts_for(digest: Digest, notifier: Notifier | None) -> tuple[Digest, ...]:
    """The digest in as many parts as the notifier's messages need; whole, if they take any."""
    return in_parts(digest, notifier.fits) if isinstance(notifier, HasRoom) else (digest,)


def session_of(notifier: Notifier) -> AbstractContextManager[Send]:
    """The notifier's session; of one that has none, its plain ``send``."""
    return notifier.session() if isinstance(notifier, HasSession) else nullcontext(notifier.send)
